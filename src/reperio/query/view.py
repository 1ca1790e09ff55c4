"""What the edges (pages, API, command line) are told beside the answer to a query."""

from __future__ import annotations

import msgspec

from reperio.corpus.model import SourceState
from reperio.index.ask import FacetCounts
from reperio.index.measures import Measures
from reperio.query.model import VariableHit
from reperio.resource.model import Kind
from reperio.source.model import Source


class VariablePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the variables below a resource.

    Attributes:
        total: how many variables match in all, exactly.
        hits: this page of them; `score` is 0 and `snippets` empty when no text was asked.
        facets: counts of the facets asked for over all of them.
    """

    total: int
    hits: tuple[VariableHit, ...] = ()
    facets: dict[str, FacetCounts] = {}


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """A declared source and what is held of it; `state` is None when it was never read."""

    source: Source
    state: SourceState | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """State of the whole service.

    Attributes:
        counts: live items by kind (`study`, `dataset`, `variable`, `series`), as shown to the world (merged).
        generation: name of the index generation in force, empty when there is none. Changes whenever
            an answer could: pages and API answers derive their ETag from it.
        model: name of the encoder in force, empty when search is by words only.
        version: version of Reperio.
        changed: when the corpus last changed (ISO 8601, UTC), empty when never.
        revision: number of the last change of the corpus. Pages of items are read from the corpus, which runs ahead of
            the index while that is brought up to date: the ETag derives from this, too.
    """

    counts: dict[str, int] = {}
    generation: str = ""
    model: str = ""
    version: str = ""
    changed: str = ""
    revision: int = 0


class Entry(msgspec.Struct, frozen=True):
    """One item of the walk over everything but variables, for sitemaps and dumps.

    `changed` is when it last changed (ISO 8601, UTC).
    """

    id: str
    slug: str
    kind: Kind
    changed: str


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there is all that answering takes.

    Attributes:
        failed: parts without which nothing can be answered (`database`, `index`, `cluster`), and what is wrong.
        degraded: parts that do less than they should (`meaning`, `cluster`), and in what way.
        measures: the index generation in use; None when there is none that can be used.
        behind: changes of the corpus that are not in the index yet.
        cluster: state of the search cluster, empty without one.
    """

    failed: dict[str, str] = {}
    degraded: dict[str, str] = {}
    measures: Measures | None = None
    behind: int = 0
    cluster: str = ""
