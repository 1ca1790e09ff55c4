"""Moving archive, corpus and desk from one database to another, from SQLite to PostgreSQL or back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, MetaData
from sqlalchemy.engine import URL, make_url

from reperio.corpus.store import Corpus
from reperio.corpus.tables import METADATA
from reperio.database import open_database
from reperio.database.copying import Sum, copy_tables, refuse_filled
from reperio.errors import ConfigError
from reperio.jobs.workshop import Progress, quiet
from reperio.log import get_logger
from reperio.record.archive import Archive
from reperio.record.tables import metadata

log = get_logger(__name__)
DESK = "desk.sqlite"
TABLES = (metadata, METADATA)
"""Those of archive and corpus: what is to be kept."""


def move(source: str, target: str, home: Path, desk: MetaData, progress: Progress = quiet) -> dict[str, Sum]:
    """Copy everything from one database to another and compare; the source stays as it is. Gives what each table holds.

    Work that was shared out is not copied: it is found anew. The index is not either: `reperio index --full` builds it.

    Args:
        source: URL of the database to copy from.
        target: URL of an empty one.
        home: holds the file of the desk where the corpus is in SQLite.
        desk: tables of the desk.
        progress: told of tables and rows.

    Raises:
        ConfigError: the target is the source, is not empty, or is no database of ours.
        BackendError: a database fails or the copy differs; the target is left empty.
    """
    if make_url(source) == make_url(target):
        raise ConfigError("This is the database in use.", hint="Name another one to copy to.")
    opened: list[Engine] = []
    try:
        corpus = {name: _opened(url, opened) for name, url in (("from", source), ("to", target))}
        desks = {name: _desk(engine, home, opened) for name, engine in corpus.items()}
        for engines, tables in ((corpus, list(TABLES)), (desks, [desk])):
            refuse_filled(engines["to"], tables)
        Archive(corpus["from"])
        Corpus(corpus["from"])  # brings its tables up to date
        sums = copy_tables(corpus["from"], corpus["to"], TABLES, progress)
        return sums | copy_tables(desks["from"], desks["to"], [desk], progress)
    finally:
        for engine in opened:
            engine.dispose()


def _opened(url: str, opened: list[Engine]) -> Engine:
    opened.append(open_database(url))
    return opened[-1]


def _desk(corpus: Engine, home: Path, opened: list[Engine]) -> Engine:
    """Where the desk lies: in a file of its own beside a corpus in SQLite, in the same database elsewhere."""
    if corpus.dialect.name != "sqlite":
        return corpus
    url: URL = corpus.url
    beside = Path(str(url.database)).parent if url.database else home
    return _opened(f"sqlite:///{(beside / DESK).absolute()}", opened)


def shown(url: str) -> str:
    """A URL of a database without its password."""
    return make_url(url).render_as_string(hide_password=True)
