"""Answers queries: matching, ranking, facets, and the variables and datasets shown inside a study."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

import msgspec

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.errors import QueryError
from reperio.index.ask import (
    AllOf,
    AnyOf,
    Ask,
    Between,
    Clause,
    FacetAsk,
    FacetCounts,
    Filter,
    Group,
    Hit,
    Ids,
    In,
    Page,
)
from reperio.index.encoder import Encoder
from reperio.index.library import Index
from reperio.query.exact import named
from reperio.query.explain import reasons_of, snippets_of
from reperio.query.identify import identify, is_accession
from reperio.query.match import VARIABLE_FLOOR, Match, Matcher, Nearness
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Answer, Query, Result, Scope, VariableHit
from reperio.query.notes import notes_on
from reperio.query.rank import Evidence, Fused, fuse, meaning_share
from reperio.query.scope import ask_ids, chosen_filters, scoped, with_chosen

RANKED = 200
"""Best results by words that are ranked anew with meaning; after them the order is that of words alone."""

DEEPEST = 100_000

PROMOTED = 50
"""Best results that are checked for being named exactly."""

INSIDE = 5
"""Variables shown inside a result."""

DATASETS_INSIDE = 3
FACET_VALUES = 50
SIMILAR = 60

SCOPES: tuple[Scope, ...] = ("all", "study", "dataset", "variable")


class Discovery:
    """Answers queries over one index generation.

    Args:
        corpus: gives the items found.
        index: an open generation.
        encoder: the encoder the generation was built with; None to search by words only.
        query_max_chars: longest text that is read.
    """

    def __init__(self, corpus: Corpus, index: Index, encoder: Encoder | None, *, query_max_chars: int = 1000) -> None:
        self.corpus = corpus
        self.index = index
        self.encoder = encoder
        self._query_max_chars = query_max_chars
        self._matcher = Matcher(index.backend, encoder, index.catalogue, index.variables)
        self._match = lru_cache(maxsize=2048)(self._match_text)

    # -- the answer --------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Answer:
        """Answer a query.

        Raises:
            QueryError: the text is too long.
            NotFoundError: `within` or `like` name nothing.
        """
        started = time.perf_counter()
        match = self.match(query)
        filters = self._filters(query)
        page, ordered = self._page(query, match, filters)
        results = self._results(query, match, ordered)
        return Answer(
            query=query,
            total=page.total,
            results=results,
            facets=with_chosen(page, query),
            scopes=self._scopes(query, match, filters, page.total),
            notes=notes_on(query, match, page.total, encoder=self.encoder is not None),
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def facets(self, query: Query, names: Sequence[str] = (), *, size: int = FACET_VALUES) -> dict[str, FacetCounts]:
        """Count facets over all results of a query: those named (all when none is), `size` values each."""
        match = self.match(query)
        ask = self._ask(query.scope, match, self._filters(query), query)
        asked = tuple(FacetAsk(name, size) for name in names or (*KEYWORD_FILTERS, *RANGE_FILTERS))
        page = self.index.backend.search(msgspec.structs.replace(ask, facets=asked, limit=0))
        return with_chosen(page, query)

    def ids(self, query: Query, limit: int) -> tuple[int, list[str]]:
        """How many results a query has, and the ids of the first `limit` in the order of its pages."""
        whole = msgspec.structs.replace(query, page=1, size=limit)
        page, ordered = self._page(whole, self.match(query), self._filters(query), facets=False)
        return page.total, [hit.id for hit, _ in ordered]

    def total(self, query: Query) -> int:
        """How many results a query has, exactly; nothing is ranked."""
        ask = self._ask(query.scope, self.match(query), self._filters(query), query)
        return self.index.backend.search(msgspec.structs.replace(ask, facets=(), limit=0)).total

    def match(self, query: Query) -> Match:
        """What a query's text (or `like`) matches, before filters."""
        if len(query.text) > self._query_max_chars:
            raise QueryError(
                f"The query is longer than {self._query_max_chars} characters.", hint="Ask with fewer words."
            )
        if query.like:
            return self._like(query.like)
        return self._match(query.text, query.meaning)

    def _match_text(self, text: str, meaning: bool) -> Match:  # noqa: FBT001 - the key of a cache
        identified = identify(text, self.corpus)
        if identified is not None:
            return identified
        return self._matcher.match(text, meaning=meaning and not is_accession(text, self.index.backend))

    def _like(self, key: str) -> Match:
        item = self.corpus.find(key)
        near = self.nearest_to(item, SIMILAR)
        parsed = self._matcher.match("").parsed
        return Match(parsed=parsed, lexical=Ids(()), near=near)

    def nearest_to(self, item: Item, limit: int) -> dict[str, Nearness]:
        """Resources near in meaning to an item; itself and its relatives left out."""
        vector = self.index.catalogue.vector(item.id)
        if vector is None:
            return {}
        root = next((ancestor.id for ancestor in self.corpus.ancestors(item.id)), item.id)
        floor = self.encoder.related if self.encoder else 0.3
        nears = self.index.catalogue.nearest(vector, limit * 4, floor=floor)
        return {near.id: Nearness(near.cosine) for near in nears if near.root != root and near.id != item.id}

    # -- one page ----------------------------------------------------------------------------------------------

    def _page(
        self, query: Query, match: Match, filters: tuple[Filter, ...], *, facets: bool = True
    ) -> tuple[Page, list[tuple[Hit, Fused | None]]]:
        ask = self._ask(query.scope, match, filters, query)
        if not facets:
            ask = msgspec.structs.replace(ask, facets=())
        offset = (query.page - 1) * query.size
        if offset > DEEPEST:
            raise QueryError(f"Results after the first {DEEPEST:,} cannot be paged to.", hint="Narrow the search.")
        if query.sort != "best" or (not match.parsed.groups and not query.like):
            sort = "newest" if query.sort == "best" else query.sort
            page = self.index.backend.search(msgspec.structs.replace(ask, sort=sort, offset=offset, limit=query.size))
            return page, [(hit, None) for hit in page.hits]
        reach = offset + query.size + len(match.near)
        page = self.index.backend.search(msgspec.structs.replace(ask, limit=max(RANKED, reach)))
        ranked = self._ranked(query, match, page.hits, ask)
        return page, ranked[offset : offset + query.size]

    def _ask(self, scope: Scope, match: Match, filters: tuple[Filter, ...], query: Query) -> Ask:
        facets = tuple(FacetAsk(name, FACET_VALUES) for name in (*KEYWORD_FILTERS, *RANGE_FILTERS))
        clause = match.variable_members if scope == "variable" else match.members
        return scoped(scope, Ask(clause=clause, filters=filters, facets=facets), within=bool(query.within))

    def _ranked(self, query: Query, match: Match, hits: Sequence[Hit], ask: Ask) -> list[tuple[Hit, Fused | None]]:
        """Hits in the order shown: the best by words and all that are near, fused; then the rest by words.

        What is fused does not depend on the page asked for, so pages neither overlap nor leave anything out.
        """
        by_id = {hit.id: hit for hit in hits}
        words = {hit.id: hit.score for hit in hits[:RANKED] if hit.score > 0}
        near = self._near_scores(match, ask)
        by_id |= {identity: hit for identity, hit in near.items() if identity not in by_id}
        for identity, hit in near.items():
            if hit.score > words.get(identity, 0.0):
                words[identity] = hit.score
        candidates = tuple(sorted(words.keys() | near.keys()))
        evidence = Evidence(
            words=words,
            cosines=self._cosines(query, match, set(candidates)),
            phrases=self._scores(ask, candidates, AnyOf(match.phrases)) if match.phrases else {},
            complete=frozenset(self._scores(ask, candidates, match.complete)),
        )
        share = meaning_share(match.parsed.text) if match.vector is not None else float(bool(query.like))
        fused = fuse(evidence, share)
        first = self._promoted(match, [one for one in fused if one.id in by_id])
        seen = {one.id for one in first}
        ranked: list[tuple[Hit, Fused | None]] = [(by_id[one.id], one) for one in first]
        return ranked + [(hit, None) for hit in hits if hit.id not in seen]

    def _scores(self, ask: Ask, ids: tuple[str, ...], clause: Clause) -> dict[str, float]:
        """Scores of those of some resources that a clause matches."""
        narrowed = Ask(collection=ask.collection, clause=AllOf((Ids(ids), clause)), limit=len(ids))
        return {hit.id: hit.score for hit in self.index.backend.search(narrowed).hits} if ids else {}

    def _near_scores(self, match: Match, ask: Ask) -> dict[str, Hit]:
        """Those near in meaning that pass the filters, with the score of such words as they have."""
        ids = ask_ids(ask.clause)
        if not ids:
            return {}
        clause: Clause = Ids(ids)
        if match.parsed.groups:
            clause = AnyOf((AllOf((clause, match.scoring)), clause))
        page = self.index.backend.search(msgspec.structs.replace(ask, clause=clause, facets=(), limit=len(ids)))
        return {hit.id: hit for hit in page.hits}

    def _cosines(self, query: Query, match: Match, ids: set[str]) -> dict[str, float]:
        if query.like:
            return {identity: near.cosine for identity, near in match.near.items() if identity in ids}
        if match.vector is None:
            return {}
        if query.scope == "variable":
            return {identity: cosine for identity, cosine in match.near_variables.items() if identity in ids}
        cosines = self.index.catalogue.cosines(sorted(ids), match.vector)
        for identity, near in match.near.items():
            if identity in ids and near.cosine > cosines.get(identity, -1.0):
                cosines[identity] = near.cosine
        return cosines

    def _promoted(self, match: Match, fused: list[Fused]) -> list[Fused]:
        """What is named exactly (identifier, title, acronym, variable name) before everything else."""
        head = fused[:PROMOTED]
        items = self.corpus.items([one.id for one in head])
        exact = [one for one in head if one.id in items and named(items[one.id], match.parsed.text)]
        exact.sort(key=lambda one: items[one.id].kind == "series")  # a study before the series of its name
        return exact + [one for one in fused if one not in exact]

    # -- results -----------------------------------------------------------------------------------------------

    def _results(self, query: Query, match: Match, ordered: list[tuple[Hit, Fused | None]]) -> tuple[Result, ...]:
        ids = [hit.id for hit, _ in ordered]
        items = self.corpus.items(ids)
        tops = {hit.id for hit, _ in ordered if hit.root == hit.id}
        inside, totals = self._variables_inside(match, [one for one in ids if one in items], tops, query.scope)
        datasets = self._datasets_inside(match, [item for item in items.values() if item.children], query)
        results = []
        for hit, fused in ordered:
            if (item := items.get(hit.id)) is None:
                continue  # withdrawn since the index was built
            snippets = snippets_of(item.resource, match.scoring, self.index.analysis)
            total = totals.get(hit.id, 0)
            near = match.near.get(hit.id)
            if near is None and hit.id in match.near_variables:
                near = Nearness(match.near_variables[hit.id])
            below = datasets.get(hit.id, ())
            asked = bool(match.parsed.groups or query.like)
            exact = named(item, match.parsed.text)
            results.append(
                Result(
                    item=item,
                    score=fused.score if fused else 0.0,
                    reasons=reasons_of(fused, snippets, near, total, exact, len(below)) if asked else (),
                    snippets=snippets,
                    variables=inside.get(hit.id, ()),
                    variables_total=total,
                    datasets=below,
                    ancestors=tuple(self.corpus.ancestors(hit.id)) if hit.parent else (),
                )
            )
        return tuple(results)

    def _variables_inside(
        self, match: Match, ids: list[str], tops: Collection[str], scope: Scope
    ) -> tuple[dict[str, tuple[VariableHit, ...]], dict[str, int]]:
        """The best matching variables below each result, and how many match by words."""
        if scope == "variable" or not ids or not match.parsed.groups:
            return {}, {}
        near = {}
        if match.vector is not None:
            near = self.index.variables.nearest_within(match.vector, ids, INSIDE, floor=VARIABLE_FLOOR)
        found: dict[str, tuple[VariableHit, ...]] = {}
        totals: dict[str, int] = {}
        lexical: dict[str, tuple[Hit, ...]] = {}
        for group in self._groups(match, tops, ids):
            totals[group.key], lexical[group.key] = group.total, group.hits
        wanted = {hit.id for hits in lexical.values() for hit in hits} | {
            one.id for ones in near.values() for one in ones
        }
        items = self.corpus.items(sorted(wanted))
        for identity in lexical.keys() | near.keys():
            by_words = {hit.id: hit.score for hit in lexical.get(identity, ())}
            by_meaning = {one.id: one.cosine for one in near.get(identity, ())}
            order = fuse(Evidence(by_words, by_meaning), 0.5)
            found[identity] = tuple(
                VariableHit(
                    items[one.id],
                    one.score,
                    snippets_of(items[one.id].resource, match.scoring, self.index.analysis),
                    "both"
                    if one.id in by_words and one.id in by_meaning
                    else "words"
                    if one.id in by_words
                    else "meaning",
                )
                for one in order[:INSIDE]
                if one.id in items
            )
        return found, totals

    def _groups(self, match: Match, tops: Collection[str], ids: list[str]) -> list[Group]:
        """Variables with all the words below each result; where none has all, those with any."""
        groups = {group.key: group for group in self._groups_of(match.parsed.clause(), tops, ids)}
        if len(match.parsed.groups) > 1 and (without := [one for one in ids if one not in groups]):
            groups |= {group.key: group for group in self._groups_of(match.scoring, tops, without)}
        return list(groups.values())

    def _groups_of(self, clause: Clause, tops: Collection[str], ids: list[str]) -> Iterator[Group]:
        """Variables that a clause matches, by the result they stand below: top-level ones at once, others one by one."""
        ask = Ask(collection="variables", clause=clause, limit=INSIDE)
        if above := tuple(one for one in ids if one in tops):
            grouped = msgspec.structs.replace(
                ask, filters=(In("ancestor", above),), group="root", group_size=INSIDE, limit=len(above)
            )
            yield from self.index.backend.search(grouped).groups
        for one in ids:
            if one not in tops:
                page = self.index.backend.search(msgspec.structs.replace(ask, filters=(In("ancestor", (one,)),)))
                if page.total:
                    yield Group(one, page.total, page.hits)

    def _datasets_inside(self, match: Match, items: list[Item], query: Query) -> dict[str, tuple[Item, ...]]:
        if query.scope != "all" or not items or not match.parsed.groups:
            return {}
        page = self.index.backend.search(
            Ask(
                clause=match.members,
                filters=(In("ancestor", tuple(item.id for item in items)),),
                group="root",
                group_size=DATASETS_INSIDE,
                limit=len(items),
            )
        )
        held = self.corpus.items([hit.id for group in page.groups for hit in group.hits])
        return {
            group.key: tuple(held[hit.id] for hit in group.hits if hit.id in held and hit.id != group.key)
            for group in page.groups
        }

    # -- counts ------------------------------------------------------------------------------------------------

    def _scopes(self, query: Query, match: Match, filters: tuple[Filter, ...], total: int) -> dict[str, int]:
        counts: dict[str, int] = {}
        for scope in SCOPES:
            if scope == query.scope:
                counts[scope] = total
            else:
                clause = match.variable_members if scope == "variable" else match.members
                ask = scoped(scope, Ask(clause=clause, filters=filters, limit=0), within=bool(query.within))
                counts[scope] = self.index.backend.search(ask).total
        return counts

    def _filters(self, query: Query) -> tuple[Filter, ...]:
        filters: list[Filter] = [made for one in query.chosen for made in chosen_filters(one)]
        filters += [Between(one.facet, one.lower, one.upper, one.unknown) for one in query.spans]
        if query.within:
            filters.append(In("ancestor", (self._inside(query.within),)))
        return tuple(filters)

    def _inside(self, key: str) -> str:
        return self.corpus.find(key).id
