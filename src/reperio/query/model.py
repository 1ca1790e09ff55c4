"""A query, and its answer.

`Query` is frozen and hashable; `reperio.query.url` maps it to its URL and back without loss.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import FacetCounts, Snippet

Scope = Literal["all", "study", "dataset", "variable"]
"""all: whatever stands at the top (a dataset of a study is shown inside it); else everything of that kind."""
SortName = Literal["best", "newest", "oldest", "size", "title"]

KEYWORD_FILTERS = (
    "source", "topic", "keyword", "instrument", "study_design", "country", "language", "access", "sex", "genetic_data",
    "licence", "time_method", "analysis_unit", "collection_mode", "creator", "publisher", "funder", "wave",
)  # fmt: skip
RANGE_FILTERS = ("year", "age", "sample_size", "waves", "variables")


class Chosen(msgspec.Struct, frozen=True, order=True):
    """Values chosen of one keyword facet: any of them; `unknown`: or none stated."""

    facet: str
    values: tuple[str, ...] = ()
    unknown: bool = False


class Span(msgspec.Struct, frozen=True, order=True):
    """A range chosen of one number facet, by overlap; `unknown`: or none stated."""

    facet: str
    lower: float | None = None
    upper: float | None = None
    unknown: bool = False


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks.

    Attributes:
        text: what was typed, as typed.
        scope: what kind of thing to list.
        chosen: facet values, sorted by facet.
        spans: number ranges, sorted by facet.
        within: id of a resource to search inside of.
        like: uuid of a resource to find similar ones of.
        sort: order.
        page: from 1.
        size: results a page, 1 to 100.
        meaning: also search by meaning.
    """

    text: str = ""
    scope: Scope = "all"
    chosen: tuple[Chosen, ...] = ()
    spans: tuple[Span, ...] = ()
    within: str = ""
    like: str = ""
    sort: SortName = "best"
    page: int = 1
    size: int = 20
    meaning: bool = True


class Reason(msgspec.Struct, frozen=True):
    """Why a result is there: by words or by meaning, in which field, with which words.

    `kind`: words, meaning, variable, dataset, identifier, title. `weight`: its share of the score.
    """

    kind: Literal["words", "meaning", "variable", "dataset", "identifier", "title"]
    field: str = ""
    words: tuple[str, ...] = ()
    weight: float = 0.0


class VariableHit(msgspec.Struct, frozen=True):
    """A variable that matched, inside its study or dataset."""

    item: Item
    score: float
    snippets: tuple[Snippet, ...] = ()
    by: Literal["words", "meaning", "both"] = "words"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the answer.

    Attributes:
        item: the resource.
        score: 0 to 1, comparable within one answer.
        reasons: why it is there, strongest first.
        snippets: matched passages of its texts.
        variables: its best matching variables.
        variables_total: how many of its variables match (words).
        datasets: its matching datasets, when it is a study.
        ancestors: what it belongs to, top first.
    """

    item: Item
    score: float
    reasons: tuple[Reason, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    variables: tuple[VariableHit, ...] = ()
    variables_total: int = 0
    datasets: tuple[Item, ...] = ()
    ancestors: tuple[Item, ...] = ()


class Note(msgspec.Struct, frozen=True):
    """Something to tell the asker about how the query was read: a correction, a relaxation, a missing encoder.

    `code`: corrected, relaxed, meaning_off, nothing, unknown_syntax, similar_to; `text` is the sentence.
    """

    code: str
    text: str
    query: Query | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to a `Query`.

    Attributes:
        query: as understood.
        total: how many results there are, exactly.
        results: this page of them.
        facets: counts over all results by facet.
        scopes: how many results each scope would give.
        notes: what to tell the asker.
        took_ms: time it took.
    """

    query: Query
    total: int
    results: tuple[Result, ...]
    facets: dict[str, FacetCounts] = {}
    scopes: dict[str, int] = {}
    notes: tuple[Note, ...] = ()
    took_ms: float = 0.0
