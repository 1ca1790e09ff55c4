"""The office: everything that the pages for operators and the forms of the public need, built with the application."""

from __future__ import annotations

from functools import cached_property

from fastapi import Request

from reperio.corpus.store import Corpus
from reperio.desk import desk_of
from reperio.errors import ReperioError
from reperio.jobs import Workshop
from reperio.log import get_logger
from reperio.settings import Settings
from reperio.web.admin.indexing import Indexer
from reperio.web.admin.keys import Keys
from reperio.web.admin.limits import Limiter
from reperio.web.admin.sessions import Sessions
from reperio.web.admin.settling import Settler

log = get_logger(__name__)


class Office:
    """Keys, sessions, desk and limits over a workshop. Nothing is opened until it is needed."""

    def __init__(self, settings: Settings, workshop: Workshop) -> None:
        self.settings = settings
        self.workshop = workshop
        self.keys = Keys(settings)
        self.sessions = Sessions(self.keys)
        self.desk = desk_of(settings)
        self.signing_in = Limiter(each=8, all_=80, seconds=900)
        self.reporting = Limiter(each=6, all_=300, seconds=900)

    @property
    def corpus(self) -> Corpus:
        """Where judgements go."""
        return self.workshop.corpus

    @cached_property
    def settler(self) -> Settler:
        """Makes items follow judgements."""
        return Settler(self.corpus.settle)

    @cached_property
    def indexer(self) -> Indexer:
        """Makes the search follow the corpus."""
        return Indexer(self.workshop.index)

    def close(self) -> None:
        """Finish what is under way and let go of the desk."""
        if "settler" in vars(self):
            self.settler.finish()
        self.desk.close()
        self.keys.close()

    def miss(self, text: str) -> None:
        """Count a search that found nothing. A failure to do so is logged and no more."""
        try:
            self.desk.miss(text)
        except ReperioError as error:
            log.warning("missed.unkept", reason=str(error))


def office_of(request: Request) -> Office | None:
    """The office of an application; None when it has none."""
    office: Office | None = request.app.state.office
    return office
