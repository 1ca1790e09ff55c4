"""What the edges ask: search, look-ups and lists over the corpus and the index generation in force.

Safe to call from threads. A new index generation, or a change to the present one, is noticed within a second and
opened beside the old one; questions under way finish on what they began with.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from reperio import __version__
from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.errors import ConfigError, MeaningError, NotReadyError
from reperio.index.across import PairEncoder, Second
from reperio.index.ask import AnyOf, Ask, Clause, Everything, FacetAsk, FacetCounts, Ids, In, Page, Sort, Suggestion
from reperio.index.encoder import Encoder
from reperio.index.enrich import StandIn
from reperio.index.library import Library
from reperio.index.thesaurus import Thesauri
from reperio.index.wordings import Wordings
from reperio.log import get_logger
from reperio.query.condition import condition
from reperio.query.crosswalk import ROWS_MAX, Crosswalk, align
from reperio.query.discovery import Discovery
from reperio.query.elsewhere import Elsewhere
from reperio.query.explain import snippets_of
from reperio.query.held import Held
from reperio.query.letters import Titled, by_title
from reperio.query.match import VARIABLE_FLOOR, Match
from reperio.query.model import Answer, Chosen, Query, Result, VariableHit
from reperio.query.next_to import next_to
from reperio.query.questionnaire.ask import Questionnaires
from reperio.query.questionnaire.model import Asked
from reperio.query.questionnaire.rank import STUDIES_MAX, Answered
from reperio.query.scope import chosen_filters
from reperio.query.standings import Standings
from reperio.query.view import Condition, Entry, SourceView, Status, VariablePage
from reperio.resource.issues import Issue
from reperio.resource.model import CATALOGUE_KINDS
from reperio.resource.quality.tally import Standing
from reperio.source.model import Source

log = get_logger(__name__)

LOOK_SECONDS = 1.0
STATUS_SECONDS = 5.0
NEAR_INSIDE = 50
NEAR_AMONG = 4 * NEAR_INSIDE
"""Texts proposed for these: each is compared exactly, and no fewer are right."""

TITLED_KEPT = 12
FACET_SIZE = 200
STUDIES = Query(scope="study")
LATEST_AMONG = 50_000
Found = TypeVar("Found")
VariableSort = Literal["best", "position", "name", "label"]
SORTS: dict[VariableSort, Sort] = {"best": "score", "position": "position", "name": "title", "label": "title"}


class SearchService:
    """Answers every question of the pages, the API and the command line.

    Args:
        corpus: the system of record.
        library: the index generations.
        encoder: the encoder in force, None to search by words only.
        sources: the declared sources by key.
        query_max_chars: longest text that is read.
        second: the encoder across languages; used where the index has its vectors.
        stand_in: the encoder that is used while the index has its vectors in place of those of `encoder`.
        thesauri: give synonyms; our own list when not given.
    """

    def __init__(  # noqa: PLR0913 - the parts it is made of, each named
        self,
        corpus: Corpus,
        library: Library,
        encoder: Encoder | None,
        sources: Mapping[str, Source],
        *,
        query_max_chars: int = 1000,
        second: Second | None = None,
        stand_in: StandIn | None = None,
        thesauri: Thesauri | None = None,
    ) -> None:
        self._corpus = corpus
        self._held = Held(corpus)
        self._library = library
        self._second = second
        self._stand_in = stand_in
        self._encoder = encoder
        self._sources = sources
        self._query_max_chars = query_max_chars
        self._thesauri = thesauri or Thesauri()
        self._lock = threading.Lock()
        self._open: Discovery | None = None
        self._first: Encoder | None = None
        self._looked = 0.0
        self._status: tuple[float, Status] | None = None
        self._counted: tuple[int, dict[str, int]] = (-1, {})
        self._quality = Standings(corpus)
        self._titled: dict[tuple[str, Query], Titled] = {}

    def discovery(self) -> Discovery:
        """The index generation in force, opened; by words only while search by meaning does not answer.

        Raises:
            NotReadyError: nothing is indexed yet, or the index is of another schema or model.
        """
        with self._lock:
            now = time.monotonic()
            if self._open is None or now - self._looked > LOOK_SECONDS:
                self._looked = now
                name = self._library.stamp()
                if self._open is None or self._open.index.name != name:
                    self._open = self._opened()
            return self._open.by_words if self._open.index.is_away else self._open

    def _by_any(self, ask: Callable[[Discovery], Found]) -> Found:
        """Ask the index generation in force, and again by words where search by meaning fails."""
        discovery = self.discovery()
        try:
            return ask(discovery)
        except MeaningError:
            self._status = None  # what is told of the state, and kept by it, is not that of a whole answer
            return ask(discovery.by_words)

    def _opened(self) -> Discovery:
        model = self._encoder.name if self._encoder else ""
        names = self._second.name if self._second else "", self._stand_in.name if self._stand_in else ""
        index, encoder = self._library.open(model, *names), self._encoder
        if index.words_only or not index.model:
            encoder = None
        elif self._stand_in and index.model == self._stand_in.name:
            encoder = self._stand_in.encoder()
        self._first = encoder
        if index.second and encoder and self._second:
            try:
                encoder = PairEncoder(encoder, self._second.encoder())
            except ConfigError as error:  # its package is gone: search goes on by the first encoder
                log.warning("encoder.missing", reason=str(error))
                index = self._library.open(model, "", names[1])
        chars, thesauri, held = self._query_max_chars, self._thesauri, self._held
        return Discovery(self._corpus, index, encoder, query_max_chars=chars, thesauri=thesauri, held=held)

    # -- search ------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Answer:
        """Answer a query: a page, the facets, the scopes, and what to tell the asker."""
        return self._by_any(lambda discovery: discovery.search(query))

    def facets(self, query: Query, names: Sequence[str] = (), *, size: int = 50) -> dict[str, FacetCounts]:
        """Count facets over all results of a query: those named (all when none is), `size` values each."""
        return self._by_any(lambda discovery: discovery.facets(query, names, size=size))

    def each(self, query: Query, *, limit: int) -> tuple[int, Iterator[Item]]:
        """How many results a query has, and the items of the first `limit`, in the order of its pages."""
        total, ids = self._by_any(lambda discovery: discovery.ids(query, limit))
        return total, (item for some in _some(ids) for item in self._corpus.items(some).values())

    def latest(self, query: Query, *, limit: int) -> Sequence[Item]:
        """The results of a query that are new or changed last, the latest first, among the first `LATEST_AMONG`."""
        _, ids = self._by_any(lambda discovery: discovery.ids(query, LATEST_AMONG))
        return list(self._corpus.items(self._corpus.latest(ids, limit)).values())

    def crosswalk(self, item_ids: Sequence[str], *, text: str = "", limit: int = 100) -> Crosswalk:
        """Variables of several items that ask about the same, among the `limit` best of each for `text`."""
        pages = [self.variables(one, text=text, sort="best", limit=limit) for one in item_ids]
        rows = align(
            [[hit.item for hit in page.hits] for page in pages],
            self._encoder.encode if self._encoder else None,
            floor=self._encoder.close_match if self._encoder else 1.0,
        )
        return Crosswalk(
            rows=rows[:ROWS_MAX],
            looked_at=tuple(len(page.hits) for page in pages),
            held=tuple(page.total for page in pages),
            by_meaning=self._encoder is not None,
            left_off=max(0, len(rows) - ROWS_MAX),
        )

    def elsewhere(self, of: Item | str) -> Elsewhere:
        """Where the question of a variable is asked again."""
        return self.discovery().elsewhere(self._item(of))

    def questionnaire(
        self, items: Sequence[Asked], *, limit: int = STUDIES_MAX, without: Sequence[str] = ()
    ) -> Answered:
        """Studies by how many items of a questionnaire they hold; `without` names studies that do not count."""
        discovery = self.discovery()
        return Questionnaires(self._corpus, discovery, self._first, self._second).answer(items, limit, without)

    def likeness(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Wordings as rows whose products are likenesses; None without an encoder."""
        return Wordings(self._encoder).rows(texts) if self._encoder else None

    def total(self, query: Query) -> int:
        """How many results a query has, exactly."""
        return self._by_any(lambda discovery: discovery.total(query))

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Suggestion]:
        """Complete what is being typed."""
        return self.discovery().index.backend.suggest(prefix, limit=limit)

    def similar(self, of: Item | str, *, limit: int = 8) -> Sequence[Result]:
        """Items of the same kind most like an item, and why; the same study in another guise left out."""
        item = self._item(of)
        found = self._by_any(lambda discovery: discovery.alike(item, limit * 4))
        items = self._held.items(one.id for one in found)
        alike = [one for one in found if one.id in items and items[one.id].kind == item.kind][:limit]
        lines = self._held.lines(items[one.id] for one in alike if items[one.id].resource.part_of)
        return [
            Result(item=items[one.id], score=one.score, reasons=one.reasons, ancestors=lines.get(one.id, ()))
            for one in alike
        ]

    # -- items -------------------------------------------------------------------------------------------------

    def find(self, key: str) -> Item:
        """Find an item of any kind by slug, uuid or id."""
        return self._corpus.find(key)

    def _item(self, of: Item | str) -> Item:
        """An item: itself where it is at hand, else by its id."""
        return self._corpus.item(of) if isinstance(of, str) else of

    def ancestors(self, of: Item | str) -> Sequence[Item]:
        """What an item belongs to, top first."""
        return self._corpus.ancestors(of) if isinstance(of, str) else self.lines([of])[of.id]

    def lines(self, items: Iterable[Item]) -> Mapping[str, tuple[Item, ...]]:
        """What each of some items belongs to, top first, by their ids."""
        self._held.look()
        return self._held.lines(items)

    def children(self, item_id: str, *, offset: int = 0, limit: int = 100) -> Sequence[Item]:
        """Direct children of an item that are not variables."""
        return self._corpus.children(item_id, CATALOGUE_KINDS, offset, limit)

    def variables(
        self,
        item_id: str,
        *,
        text: str = "",
        sort: VariableSort = "best",
        offset: int = 0,
        limit: int = 50,
        chosen: Sequence[Chosen] = (),
        facets: Sequence[str] = (),
    ) -> VariablePage:
        """Variables anywhere below an item that match `text` by words or meaning and have what is chosen, counted."""
        match, near = self._by_any(lambda discovery: self._below(discovery, item_id, text))
        clause: Clause = match.parsed.clause() if match.parsed.groups else Everything()
        clause = AnyOf((clause, Ids(tuple(near)))) if near else clause
        by_place = sort == "best" and not match.parsed.groups
        page = self.discovery().index.backend.search(
            Ask(
                collection="variables",
                clause=clause,
                filters=(In("ancestor", (item_id,)), *(made for one in chosen for made in chosen_filters(one))),
                sort="position" if by_place else SORTS[sort],
                offset=offset,
                limit=limit,
                facets=tuple(FacetAsk(name, FACET_SIZE) for name in facets),
            )
        )
        return VariablePage(total=page.total, hits=self._variable_hits(page, match, near, text), facets=page.facets)

    def beside(self, item: Item, file_id: str) -> tuple[Item | None, Item | None]:
        """The variables before and after a variable in its file; None at the ends, and where its place is not known."""
        backend = self.discovery().index.backend
        backend.look()
        return next_to(item, file_id, backend, self._corpus)

    def _below(self, discovery: Discovery, item_id: str, text: str) -> tuple[Match, dict[str, float]]:
        """What a text matches, and the variables below an item that are near in meaning to it."""
        match = discovery.below(text)
        if match.vector is None:
            return match, {}
        found = discovery.index.variables.nearest_within(
            match.vector, [discovery.root_of(item_id)], NEAR_INSIDE, floor=VARIABLE_FLOOR, texts=NEAR_AMONG
        )
        return match, {one.id: one.cosine for ones in found.values() for one in ones}

    def _variable_hits(self, page: Page, match: Match, near: Mapping[str, float], text: str) -> tuple[VariableHit, ...]:
        items = self._corpus.items([hit.id for hit in page.hits], variables=True)
        analysis = self.discovery().index.analysis
        return tuple(
            VariableHit(
                items[hit.id],
                hit.score or near.get(hit.id, 0.0),
                snippets_of(items[hit.id].resource, match.scoring, analysis) if text else (),
                "words" if hit.score > 0 or not near else "meaning",
            )
            for hit in page.hits
            if hit.id in items
        )

    def issues(self, of: Item | str) -> Sequence[Issue]:
        """What was found wrong in the records an item was read from."""
        origins = self._item(of).resource.origins
        return [noted.issue for origin in origins for noted in self._corpus.issues(origin.source, record=origin.record)]

    # -- lists -------------------------------------------------------------------------------------------------

    def sources(self) -> Sequence[SourceView]:
        """Every declared source, by title."""
        states = {state.key: state for state in self._corpus.states()}
        views = [SourceView(source=source, state=states.get(source.key)) for source in self._sources.values()]
        return sorted(views, key=lambda view: view.source.title.casefold())

    def standings(self) -> Mapping[str, Standing]:
        """Quality of the descriptions of each source, by its key: added up anew when the corpus changed, not more often."""
        return self._quality.now()

    def source(self, key: str) -> Source | None:
        """The declaration of a source; None when no source has that key."""
        return self._sources.get(key)

    def status(self) -> Status:
        """State of the whole; looked at at most every five seconds, counted anew where the corpus changed."""
        now = time.monotonic()
        if self._status is None or now - self._status[0] > STATUS_SECONDS:
            self._status = (now, self._compute_status())
        return self._status[1]

    def condition(self) -> Condition:
        """Whether there is all that answering takes, looked at now."""
        return condition(self._corpus, self._library, self.discovery, encoder=self._encoder is not None)

    def _compute_status(self) -> Status:
        try:
            index = self.discovery().index
            generation, model = index.name, index.model
        except NotReadyError:
            generation, model = "", self._encoder.name if self._encoder else ""
        revision = self._corpus.last_seq()
        if self._counted[0] != revision:
            self._counted = (revision, self._corpus.counts())
        return Status(
            counts=self._counted[1],
            generation=generation,
            model=model,
            version=__version__,
            changed=self._corpus.last_read(),
            revision=revision,
        )

    def letters(self, query: Query = STUDIES) -> Sequence[tuple[str, int]]:
        """First letters of the titles of what a query finds (all studies), with their numbers, from A to Z."""
        return self._by_title(query).letters

    def titled(self, query: Query, *, offset: int = 0, limit: int = 100) -> Sequence[Item]:
        """A part of what a query finds, by title."""
        ids = self._by_title(query).ids[offset : offset + limit]
        items = self._corpus.items(ids)
        return [items[identity] for identity in ids if identity in items]

    def _by_title(self, query: Query) -> Titled:
        return self._by_any(lambda discovery: self._titled_by(discovery, query))

    def _titled_by(self, discovery: Discovery, query: Query) -> Titled:
        key = (discovery.index.name, query)
        if key not in self._titled:
            while len(self._titled) >= TITLED_KEPT:
                self._titled.pop(next(iter(self._titled)), None)
            self._titled[key] = by_title(discovery, query)
        return self._titled[key]

    def walk(self, *, after: str = "") -> Iterator[Entry]:
        """Every live item but variables, from the one after `after`."""
        for item in self._corpus.walk(CATALOGUE_KINDS, after or None):
            yield Entry(item.id, item.slug, item.kind, item.changed)


def _some(ids: Sequence[str], size: int = 200) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
