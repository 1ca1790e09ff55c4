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
    """Values chosen of one keyword facet: any of them; `unknown`: or none stated. `every`: all of them at once."""

    facet: str
    values: tuple[str, ...] = ()
    unknown: bool = False
    every: bool = False


class Span(msgspec.Struct, frozen=True, order=True):
    """A range chosen of one number facet, by overlap; `unknown`: or none stated."""

    facet: str
    lower: float | None = None
    upper: float | None = None
    unknown: bool = False


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """One constraint read from words.

    Attributes:
        facet: the filter it sets, one of `KEYWORD_FILTERS` or `RANGE_FILTERS`.
        label: what it demands, for people (`Ages 10 to 16`).
        words: the words that state it, as typed; what `leave` takes to have them read as plain words.
        start: offset in the text of the first character that the chip stands for, joining words (`in`) included.
        end: offset behind the last one.
        chosen: the filter, of a keyword facet.
        span: the filter, of a number facet; bounds are inclusive.
    """

    facet: str
    label: str
    words: str
    start: int
    end: int
    chosen: Chosen | None = None
    span: Span | None = None

    @property
    def kind(self) -> str:
        """`values` of a keyword facet or `range` of a number facet."""
        return "values" if self.chosen is not None else "range"


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks.

    Attributes:
        text: what was typed, as typed.
        plain: words of the text that are to stay words, although a constraint or a synonym could be read from them.
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
    plain: tuple[str, ...] = ()
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

    Attributes:
        kind: words; together (the words of the query side by side, or all of them); meaning; variable; dataset;
            identifier or title (named exactly); constraint (it meets one read from the text); like (a fact shared with
            what similar ones are wanted of).
        field: the text field (or the facet, of `like`).
        words: the words found, or the values shared.
        weight: what it counts: its part of the score.
        via: how the words were come by, when they were not typed: `correction` or `synonym`.
        waves: waves of the variables in which it was found.
        count: how many variables or datasets, 0 when it is not about them.
    """

    kind: Literal["words", "together", "meaning", "variable", "dataset", "identifier", "title", "constraint", "like"]
    field: str = ""
    words: tuple[str, ...] = ()
    weight: float = 0.0
    via: Literal["", "correction", "synonym"] = ""
    waves: tuple[str, ...] = ()
    count: int = 0


class VariableHit(msgspec.Struct, frozen=True):
    """A variable that matched, inside its study or dataset."""

    item: Item
    score: float
    snippets: tuple[Snippet, ...] = ()
    by: Literal["words", "meaning", "both"] = "words"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a result has of one concept of a query of several.

    Attributes:
        concept: the concept, as typed.
        by: words, meaning or both; empty when there is nothing of it.
        strength: 0 to 1, comparable within one answer.
        snippets: passages of the result's own texts that show it, best first.
        variables: its best variables for it.
        variables_total: how many of its variables have all its words.
    """

    concept: str
    by: Literal["", "words", "meaning", "both"] = ""
    strength: float = 0.0
    snippets: tuple[Snippet, ...] = ()
    variables: tuple[VariableHit, ...] = ()
    variables_total: int = 0


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
        concepts: what it has of each concept, when the query has several.
        unstated: facets that the query's words demand and that it does not state; empty when it meets all.
    """

    item: Item
    score: float
    reasons: tuple[Reason, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    variables: tuple[VariableHit, ...] = ()
    variables_total: int = 0
    datasets: tuple[Item, ...] = ()
    ancestors: tuple[Item, ...] = ()
    concepts: tuple[Found, ...] = ()
    unstated: tuple[str, ...] = ()


class Demand(msgspec.Struct, frozen=True):
    """One thing demanded besides words, as what it demands rather than in words: values of a facet, or a range of it."""

    facet: str
    chosen: tuple[Chosen, ...] = ()
    spans: tuple[Span, ...] = ()


class NearMiss(msgspec.Struct, frozen=True, kw_only=True):
    """A record that meets every constraint but one (or, where nothing does, nearly every one).

    Attributes:
        item: the record.
        facet: the facet of the constraint that it fails.
        asked: what was asked, for people (`Ages 10 to 16`).
        held: what the record says instead, for people; empty when it is unknown.
        words: the words that asked for it, when they were read from the text; else empty.
        others: what else was asked that it fails; empty for a record that fails one constraint only.
        demands: the constraints that it fails, that of `asked` first, those of `others` behind it.
    """

    item: Item
    facet: str
    asked: str
    held: str = ""
    words: str = ""
    others: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a query could do without: the word or constraint, the query without it, what that would give.

    `words` are the words that say a constraint, empty when it was chosen; `demand` is what it demands.
    """

    kind: Literal["word", "constraint"]
    label: str
    query: Query
    total: int
    words: str = ""
    demand: Demand | None = None


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A synonym that is searched for as well: the term, the words it stands for, the thesaurus that says so."""

    term: str
    words: str
    source: str = ""


class Note(msgspec.Struct, frozen=True):
    """Something to tell the asker about how the query was read: a correction, a relaxation, a missing encoder.

    `code`: corrected, as_typed (what the words as typed give), maybe (did you mean), relaxed, unstated, concepts,
    meaning_only, meaning_off, meaning_away, estimated, nothing; `text` is the sentence,
    `form` the sentence with places for its `values` (`%(name)s`), from which it can be said in another language.
    """

    code: str
    text: str
    query: Query | None = None
    form: str = ""
    values: dict[str, str | int | tuple[str, ...]] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to a `Query`.

    Attributes:
        query: as understood.
        total: how many results there are.
        exact: whether `total` is exact: an index spread over several machines may tell about how many there are.
        results: this page of them.
        facets: counts over all results by facet; where they are estimates, a note says so.
        scopes: how many results each scope would give.
        notes: what to tell the asker.
        understood: the constraints read from the text, in order.
        words: what was searched for in words: the text without its constraints, corrected.
        added: the synonyms searched for as well.
        concepts: the concepts of the query, when it has several.
        near_misses: records that meet every constraint but one, when few meet all.
        nearest: when nothing was found: what is nearest in meaning.
        drops: when nothing was found: what to leave out, and what that would give.
        took_ms: time it took.
        stages: time of its parts in milliseconds: `understand`, `match`, `page`, `results`, `scopes`, `rest`.
    """

    query: Query
    total: int
    results: tuple[Result, ...]
    exact: bool = True
    facets: dict[str, FacetCounts] = {}
    scopes: dict[str, int] = {}
    notes: tuple[Note, ...] = ()
    understood: tuple[Chip, ...] = ()
    words: str = ""
    added: tuple[Added, ...] = ()
    concepts: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    nearest: tuple[Result, ...] = ()
    drops: tuple[Drop, ...] = ()
    took_ms: float = 0.0
    stages: dict[str, float] = {}
