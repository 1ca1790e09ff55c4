"""What the API answers, as types: the answers are encoded from them and the OpenAPI document is made of them."""

from __future__ import annotations

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import FacetCounts, Snippet, Suggestion
from reperio.query.model import Added, Answer, Chip, Query, Reason, Result, VariableHit
from reperio.query.url import to_params
from reperio.query.view import SourceView
from reperio.resource.fields import Resource
from reperio.resource.model import Kind
from reperio.resource.quality.assess import Quality
from reperio.resource.quality.tally import Standing
from reperio.resource.write.credit import source_credit
from reperio.web.links import Links, at_page
from reperio.web.understood import kept_as_words
from reperio.web.writers import CreditLine


class ItemReference(msgspec.Struct, frozen=True, kw_only=True):
    """An item in passing: enough to name it and to ask for it."""

    id: str
    uuid: str
    slug: str
    kind: Kind
    title: str
    url: str


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An item. `resource` holds its facts; in lists its claims and what was not understood are left out.

    Attributes:
        id: canonical id.
        uuid: md5 of the id, hexadecimal.
        slug: stable name in URLs.
        kind: series, study, dataset or variable.
        title: title for people.
        url: its page.
        sources: keys of the catalogues that describe it.
        members: ids of the descriptions it was made from.
        variables: number of variables below it.
        children: number of direct children that are not variables.
        changed: when it last changed (ISO 8601, UTC).
        resource: its facts.
        ancestors: what it belongs to, top first.
        credits: credit line and licence of each catalogue; to be kept with any reuse.
        quality: how good the description is, and what would mend it; left out (null) in lists.
    """

    id: str
    uuid: str
    slug: str
    kind: Kind
    title: str
    url: str
    sources: tuple[str, ...]
    members: tuple[str, ...]
    variables: int
    children: int
    changed: str
    resource: Resource
    ancestors: tuple[ItemReference, ...] = ()
    credits: tuple[CreditLine, ...] = ()
    quality: Quality | None = None


class VariableAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A variable in a list, with what matched: by words, by meaning or both."""

    item: ItemAnswer
    score: float
    snippets: tuple[Snippet, ...]
    by: str


class FoundAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a result has of one concept of a query of several: by words, by meaning or both; `by` is empty for nothing."""

    concept: str
    by: str
    strength: float
    snippets: tuple[Snippet, ...] = ()
    variables: tuple[VariableAnswer, ...] = ()
    variables_total: int = 0


class ResultAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A result: the item, why it is there, and what matched inside it; `concepts` where the query has several.

    `unstated` names the facets that the words of the query demand and that the item does not state.
    """

    item: ItemAnswer
    score: float
    reasons: tuple[Reason, ...]
    snippets: tuple[Snippet, ...]
    variables: tuple[VariableAnswer, ...]
    variables_total: int
    datasets: tuple[ItemReference, ...]
    concepts: tuple[FoundAnswer, ...] = ()
    unstated: tuple[str, ...] = ()


class ChipAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A constraint read from the text of a query.

    Attributes:
        facet: the filter that it sets.
        label: what it demands, for people.
        words: the words it was read from; as a parameter `plain` they stay words.
        values: values of a keyword filter.
        lower, upper: bounds of a number filter, inclusive.
        unknown: whether what does not state it meets it too.
        as_words: address of the search in which it stays words.
    """

    facet: str
    label: str
    words: str
    values: tuple[str, ...] = ()
    lower: float | None = None
    upper: float | None = None
    unknown: bool = False
    as_words: str = ""


class NearMissAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A record that meets every constraint but one: which, what was asked, what it says instead (empty: unknown).

    `others`: what else it fails, where nothing fails one constraint only.
    """

    item: ItemReference
    facet: str
    asked: str
    held: str
    others: tuple[str, ...] = ()


class DropAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A word or constraint that a query could do without, and how many results that would give."""

    kind: str
    label: str
    total: int
    url: str


class NoteAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How the query was read: a correction, a relaxation, search by meaning switched off; `url` does what it proposes."""

    code: str
    text: str
    url: str = ""


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results.

    Attributes:
        total: how many results there are.
        exact: whether `total` is exact; else there are about so many.
        page: this page, from 1.
        size: results a page.
        query: the parameters as understood, in canonical order.
        results: this page of them.
        facets: counts over all results by facet.
        scopes: how many results each `resource_type` would give.
        notes: how the query was read.
        words: what was searched for in words.
        understood: constraints read from the text.
        added: synonyms searched for as well.
        concepts: the concepts of the query, when it has several.
        near_misses: records that meet every constraint but one, when few meet all.
        nearest: when nothing was found, what is nearest in meaning.
        drops: when nothing was found, what to leave out.
        next: address of the next page, empty on the last one.
        took_ms: time it took.
    """

    total: int
    page: int
    size: int
    query: tuple[tuple[str, str], ...]
    results: tuple[ResultAnswer, ...]
    facets: dict[str, FacetCounts]
    scopes: dict[str, int]
    notes: tuple[NoteAnswer, ...]
    next: str
    took_ms: float
    exact: bool = True
    words: str = ""
    understood: tuple[ChipAnswer, ...] = ()
    added: tuple[Added, ...] = ()
    concepts: tuple[str, ...] = ()
    near_misses: tuple[NearMissAnswer, ...] = ()
    nearest: tuple[ItemReference, ...] = ()
    drops: tuple[DropAnswer, ...] = ()


class VariablesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Variables below an item: how many match, exactly, and some of them."""

    total: int
    offset: int
    limit: int
    variables: tuple[VariableAnswer, ...]


class FacetsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of the values of facets over all results of a query."""

    facets: dict[str, FacetCounts]


class SuggestionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Completions of what is being typed."""

    suggestions: tuple[Suggestion, ...]


class SourceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A catalogue: what it is, what is held of it, its terms, when it was last read (ISO 8601), how good it is.

    `quality` is null where nothing was read.
    """

    key: str
    title: str
    url: str = ""
    publisher: str = ""
    country: str = ""
    description: str = ""
    credit: str = ""
    licence: str = ""
    licence_url: str = ""
    counts: dict[str, int] = {}
    issues: dict[str, int] = {}
    read: str | None = None
    quality: Standing | None = None


class SourcesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Every declared catalogue, by title."""

    sources: tuple[SourceAnswer, ...]


class VersionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Versions of the software and of what it serves: index generation, encoder, items by kind, last change."""

    version: str
    generation: str
    model: str
    counts: dict[str, int]
    changed: str


class Viewer:
    """Makes answers of what the service gives; it needs the addresses of pages."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def reference(self, item: Item) -> ItemReference:
        """An item in passing."""
        return ItemReference(
            id=item.id, uuid=item.uuid, slug=item.slug, kind=item.kind, title=item.resource.title, url=self._url(item)
        )

    def item(self, item: Item, ancestors: tuple[Item, ...] = (), credits_: tuple[CreditLine, ...] = ()) -> ItemAnswer:
        """An item with everything it holds."""
        return ItemAnswer(
            id=item.id, uuid=item.uuid, slug=item.slug, kind=item.kind, title=item.resource.title, url=self._url(item),
            sources=item.sources, members=item.members, variables=item.variables, children=item.children,
            changed=item.changed, resource=item.resource, ancestors=tuple(map(self.reference, ancestors)), credits=credits_,
        )  # fmt: skip

    def listed(self, item: Item, ancestors: tuple[Item, ...] = ()) -> ItemAnswer:
        """An item in a list."""
        brief = msgspec.structs.replace(item.resource, claims=(), extra={})
        return self.item(msgspec.structs.replace(item, resource=brief), ancestors)

    def variable(self, hit: VariableHit) -> VariableAnswer:
        """A variable in a list."""
        return VariableAnswer(item=self.listed(hit.item), score=hit.score, snippets=hit.snippets, by=hit.by)

    def search(self, query: Query, answer: Answer) -> SearchAnswer:
        """A page of results."""
        more = answer.results and query.page * query.size < answer.total
        return SearchAnswer(
            total=answer.total,
            page=query.page,
            size=query.size,
            query=tuple(to_params(answer.query)),
            results=tuple(map(self._result, answer.results)),
            facets=answer.facets,
            scopes=answer.scopes,
            notes=tuple(
                NoteAnswer(code=note.code, text=note.text, url=self._links.api_search(note.query) if note.query else "")
                for note in answer.notes
            ),
            next=self._links.absolute(self._links.api_search(at_page(query, query.page + 1))) if more else "",
            took_ms=answer.took_ms,
            exact=answer.exact,
            words=answer.words,
            understood=tuple(self._chip(query, chip) for chip in answer.understood),
            added=answer.added,
            concepts=answer.concepts,
            near_misses=tuple(
                NearMissAnswer(
                    item=self.reference(one.item), facet=one.facet, asked=one.asked, held=one.held, others=one.others
                )
                for one in answer.near_misses
            ),
            nearest=tuple(self.reference(one.item) for one in answer.nearest),
            drops=tuple(
                DropAnswer(kind=one.kind, label=one.label, total=one.total, url=self._links.api_search(one.query))
                for one in answer.drops
            ),
        )

    def _chip(self, query: Query, chip: Chip) -> ChipAnswer:
        return ChipAnswer(
            facet=chip.facet,
            label=chip.label,
            words=chip.words,
            values=chip.chosen.values if chip.chosen else (),
            lower=chip.span.lower if chip.span else None,
            upper=chip.span.upper if chip.span else None,
            unknown=bool(chip.chosen and chip.chosen.unknown),
            as_words=self._links.api_search(kept_as_words(query, chip.words)),
        )

    def _result(self, result: Result) -> ResultAnswer:
        return ResultAnswer(
            item=self.listed(result.item, result.ancestors),
            score=result.score,
            reasons=result.reasons,
            snippets=result.snippets,
            variables=tuple(map(self.variable, result.variables)),
            variables_total=result.variables_total,
            datasets=tuple(map(self.reference, result.datasets)),
            concepts=tuple(
                FoundAnswer(
                    concept=one.concept,
                    by=one.by,
                    strength=one.strength,
                    snippets=one.snippets,
                    variables=tuple(map(self.variable, one.variables)),
                    variables_total=one.variables_total,
                )
                for one in result.concepts
            ),
            unstated=result.unstated,
        )

    def _url(self, item: Item) -> str:
        return self._links.absolute(self._links.item(item))


def source_answer(view: SourceView, quality: Standing | None = None) -> SourceAnswer:
    """A catalogue, what is held of it, and how good its descriptions are."""
    source, state, credit = view.source, view.state, view.source.credit
    return SourceAnswer(
        key=source.key,
        title=source.title,
        url=str(source.url or ""),
        publisher=source.publisher or "",
        country=source.country or "",
        description=source.description or "",
        credit=source_credit(source, (state.read or "") if state else "") if credit else "",
        licence=(credit.licence or "") if credit else "",
        licence_url=str(credit.licence_url or "") if credit else "",
        counts=state.counts if state else {},
        issues=state.issues if state else {},
        read=state.read if state else None,
        quality=quality,
    )
