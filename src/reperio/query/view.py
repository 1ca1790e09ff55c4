"""What the edges (pages, API, command line) are told beside the answer to a query."""

from __future__ import annotations

import msgspec

from reperio.corpus.model import SourceState
from reperio.index.ask import FacetCounts
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
    """

    counts: dict[str, int] = {}
    generation: str = ""
    model: str = ""
    version: str = ""
    changed: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One item of the walk over everything but variables, for sitemaps and dumps.

    `changed` is when it last changed (ISO 8601, UTC).
    """

    id: str
    slug: str
    kind: Kind
    changed: str
