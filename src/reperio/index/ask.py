"""What can be asked of an index, and what it answers. No engine's language: every backend understands these alike.

Text is asked as a tree of clauses (which score), narrowed by filters (which do not). The analysis of text is the same
everywhere (`reperio.index.analysis`), so that every backend matches the same documents.
"""

from __future__ import annotations

from typing import Literal

import msgspec

# -- clauses: what scores ------------------------------------------------------------------------------------------


class Word(msgspec.Struct, frozen=True, tag=True):
    """A word in any of `fields` (all text fields when empty). Stemmed forms match too, but score less, unless `exact`.

    `prefix`: words that begin with it match. `fuzzy`: words within that many edits match (0, 1 or 2).
    A text that the analysis splits (`follow-up`) is a phrase of its parts or the joined word.
    """

    text: str
    fields: tuple[str, ...] = ()
    exact: bool = False
    prefix: bool = False
    fuzzy: int = 0
    boost: float = 1.0


class Phrase(msgspec.Struct, frozen=True, tag=True):
    """Words in this order, unstemmed, next to each other (`slop`: that many places apart at most)."""

    text: str
    fields: tuple[str, ...] = ()
    slop: int = 0
    boost: float = 1.0


class AllOf(msgspec.Struct, frozen=True, tag=True):
    """Every clause matches; scores add."""

    clauses: tuple[Clause, ...]


class AnyOf(msgspec.Struct, frozen=True, tag=True):
    """At least `at_least` of the clauses match; scores of those that do add."""

    clauses: tuple[Clause, ...]
    at_least: int = 1


class Without(msgspec.Struct, frozen=True, tag=True):
    """`clause` matches and `excluded` does not."""

    clause: Clause
    excluded: Clause


class Ids(msgspec.Struct, frozen=True, tag=True):
    """The documents of these ids, with no score."""

    ids: tuple[str, ...]


class Everything(msgspec.Struct, frozen=True, tag=True):
    """Every document, with no score."""


Clause = Word | Phrase | AllOf | AnyOf | Without | Ids | Everything

# -- filters: what narrows -----------------------------------------------------------------------------------------


class In(msgspec.Struct, frozen=True, tag=True):
    """The facet has at least one of `values`; `unknown`: or has no value. With `negate`: has none of them.

    With `fixed` it also bears on the counts of its own facet, so that what occurs together can be counted.
    """

    facet: str
    values: tuple[str, ...]
    unknown: bool = False
    negate: bool = False
    fixed: bool = False


class Between(msgspec.Struct, frozen=True, tag=True):
    """The number range of `facet` overlaps `lower` to `upper` (both inclusive, None open); `unknown`: or has no value.

    `fixed` as of `In`.
    """

    facet: str
    lower: float | None = None
    upper: float | None = None
    unknown: bool = False
    fixed: bool = False


Filter = In | Between

# -- the ask -------------------------------------------------------------------------------------------------------

Sort = Literal["score", "newest", "oldest", "size", "title", "position"]


class FacetAsk(msgspec.Struct, frozen=True):
    """Count the values of a facet over the hits; at most `size` values, most frequent first, then by value."""

    name: str
    size: int = 50


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One question to an index.

    Attributes:
        collection: `catalogue` (series, studies, datasets) or `variables`.
        clause: what to match and score.
        filters: all must hold. Several filters of one facet are one selection: a facet's own counts leave out the
            filters of that facet, so that a second value can be chosen.
        roots_only: only top-level documents (what nothing else in the catalogue contains).
        sort: order of the hits; ties by score, then by id, so that pages are stable.
        offset, limit: the page; `limit` 0 only counts.
        facets: what to count.
        group: name of the field to group hits by: `parent` (its dataset or study) or `root`. Groups come in the order of
            their best hit, `offset` and `limit` count groups, each holds its `group_size` best hits and their number.
            With `group_size` 0 groups are only named and counted, in whatever order is least work.
        highlight: fields of which to give snippets.
    """

    collection: Literal["catalogue", "variables"] = "catalogue"
    clause: Clause = Everything()
    filters: tuple[Filter, ...] = ()
    roots_only: bool = False
    sort: Sort = "score"
    offset: int = 0
    limit: int = 20
    facets: tuple[FacetAsk, ...] = ()
    group: Literal["", "parent", "root"] = ""
    group_size: int = 5
    highlight: tuple[str, ...] = ()


# -- the answer ----------------------------------------------------------------------------------------------------


class Snippet(msgspec.Struct, frozen=True):
    """A piece of plain text and the half-open character ranges of it that matched."""

    field: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """One document found."""

    id: str
    score: float
    root: str = ""
    parent: str = ""
    snippets: tuple[Snippet, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """Hits that share a parent: its id, how many hits it has in all, and the best of them."""

    key: str
    total: int
    hits: tuple[Hit, ...]


class FacetCounts(msgspec.Struct, frozen=True):
    """Counts of one facet over the hits.

    Attributes:
        name: the facet.
        values: (value, count) most frequent first, ties by value; for number ranges, the counts by bucket.
        unknown: hits with no value.
        distinct: number of distinct values, when known exactly.
        minimum, maximum: of number facets.
    """

    name: str
    values: tuple[tuple[str, int], ...]
    unknown: int = 0
    minimum: float | None = None
    maximum: float | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to an `Ask`. `total` counts hits (groups: `total_groups`); `exact` is False only where an engine estimates."""

    total: int
    hits: tuple[Hit, ...] = ()
    groups: tuple[Group, ...] = ()
    total_groups: int = 0
    facets: dict[str, FacetCounts] = {}
    exact: bool = True


class Suggestion(msgspec.Struct, frozen=True):
    """A completion: the text, what it is (`title`, `instrument`, `topic`, `place`, `variable`), how many records have it."""

    text: str
    kind: str
    count: int
    id: str = ""
