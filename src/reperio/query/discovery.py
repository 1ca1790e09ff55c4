"""Answers queries: matching, ranking, facets, and the variables and datasets shown inside a study."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import msgspec

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.errors import QueryError
from reperio.index.ask import Ask, Between, FacetAsk, FacetCounts, Filter, Ids, In, Page
from reperio.index.encoder import Encoder
from reperio.index.library import Index
from reperio.index.thesaurus import Thesauri
from reperio.query.beside import Beside
from reperio.query.concepts import Concepts
from reperio.query.elsewhere import Elsewhere, elsewhere
from reperio.query.held import Held
from reperio.query.identify import accession, identify, with_bearers
from reperio.query.inside import Inside
from reperio.query.match import Match, Matcher, Nearness, Words
from reperio.query.misses import near_misses, read_from_text
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Answer, NearMiss, Query, Scope
from reperio.query.notes import notes_on
from reperio.query.order import Order, Placed, in_order
from reperio.query.results import Results
from reperio.query.scope import chosen_filters, scoped, with_chosen
from reperio.query.similar import Alike, Likeness
from reperio.query.stopwatch import Stopwatch
from reperio.query.understand import Asked, Understanding
from reperio.query.unstated import with_unstated
from reperio.query.without import drops, nearest

DEEPEST = 100_000
FACET_VALUES = 50
WIDENED_KEPT = 500
SIMILAR = 60

SCOPES: tuple[Scope, ...] = ("all", "study", "dataset", "variable")


class Discovery:
    """Answers queries over one index generation.

    Args:
        corpus: gives the items found.
        index: an open generation.
        encoder: the encoder the generation was built with; None to search by words only.
        query_max_chars: longest text that is read.
        thesauri: give synonyms; our own list when not given.
        held: remembers items of the corpus; a memory of its own when not given.
    """

    def __init__(
        self,
        corpus: Corpus,
        index: Index,
        encoder: Encoder | None,
        *,
        query_max_chars: int = 1000,
        thesauri: Thesauri | None = None,
        held: Held | None = None,
    ) -> None:
        self.corpus = corpus
        self.index = index
        self.encoder = encoder
        self._query_max_chars = query_max_chars
        self._thesauri = thesauri or Thesauri()
        self._beside = Beside()
        self._matcher = Matcher(index.backend, encoder, index.catalogue, index.variables, self._beside)
        self._concepts = Concepts(self._matcher, index.backend, self._beside)
        self._understanding = Understanding(corpus, index.backend)
        self._held = held or Held(corpus)
        self._order = Order(self._held, index, self._beside)
        self._results = Results(self._held, index, Inside(self._held, index, self._beside), self._beside)
        self._likeness = Likeness(self._held, index, encoder.related if encoder else 0.3)
        self._widened: dict[tuple[str, bool, Words], Match] = {}
        self._match = lru_cache(maxsize=2048)(self._match_text)

    @cached_property
    def by_words(self) -> Discovery:
        """The same by words only, for while search by meaning does not answer; it remembers answers of its own."""
        chars, thesauri, held = self._query_max_chars, self._thesauri, self._held
        return Discovery(self.corpus, self.index.by_words(), None, query_max_chars=chars, thesauri=thesauri, held=held)

    # -- the answer --------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Answer:
        """Answer a query.

        Raises:
            QueryError: the text is too long.
            NotFoundError: `within` or `like` name nothing.
        """
        watch = Stopwatch()
        asked = self.understood(query)
        watch.lap("understand")
        match, filters = self._matched(asked)
        watch.lap("match")
        facets = self._beside.make(self._facets, self.ask(asked.query, match, filters))
        scopes = self._beside.make(self._other_scopes, asked.query, match, filters)
        page, placed = self._page(asked.query, match, filters)
        watch.lap("page")
        results = self._results.of(asked, match, placed)
        watch.lap("results")
        counted, totals = facets.result(), {asked.query.scope: page.total} | scopes.result()
        watch.lap("counts")
        answer = Answer(
            query=query,
            total=page.total,
            exact=page.exact,
            results=results,
            facets=with_chosen(counted, asked.query),
            scopes={scope: totals[scope] for scope in SCOPES},
            notes=notes_on(
                asked, match, page.total, encoder=self.encoder is not None, index=self.index, exact=counted.exact
            ),
            understood=asked.chips,
            words=match.parsed.text,
            added=match.added,
            concepts=tuple(part.parsed.text for part in match.parts),
            near_misses=self._near_misses(asked, match, page.total),
        )
        if not page.total:
            answer = msgspec.structs.replace(answer, drops=drops(self, asked), nearest=nearest(self, asked, match))
        watch.lap("rest")
        return msgspec.structs.replace(answer, took_ms=watch.total, stages=watch.laps)

    def _near_misses(self, asked: Asked, match: Match, total: int) -> tuple[NearMiss, ...]:
        if not match.unstated:
            return near_misses(self, asked, match, total)
        return near_misses(self, asked, self._hinted(asked), match.stated, frozenset(match.unstated))

    def facets(self, query: Query, names: Sequence[str] = (), *, size: int = FACET_VALUES) -> dict[str, FacetCounts]:
        """Count facets over all results of a query: those named (all when none is), `size` values each."""
        asked = self.understood(query)
        ask = self.ask(asked.query, *self._matched(asked))
        return with_chosen(self._facets(ask, names, size), asked.query)

    def ids(self, query: Query, limit: int) -> tuple[int, list[str]]:
        """How many results a query has, and the ids of the first `limit` in the order of its pages."""
        asked = self.understood(msgspec.structs.replace(query, page=1, size=limit))
        page, placed = self._page(asked.query, *self._matched(asked))
        return page.total, [one.hit.id for one in placed]

    def total(self, query: Query) -> int:
        """How many results a query has, exactly; nothing is ranked."""
        asked = self.understood(query)
        return self._count(self.ask(asked.query, *self._matched(asked)))

    def understood(self, query: Query) -> Asked:
        """A query with the constraints of its text taken for filters.

        Raises:
            QueryError: the text is too long.
        """
        if len(query.text) > self._query_max_chars:
            raise QueryError(
                f"The query is longer than {self._query_max_chars} characters.", hint="Ask with fewer words."
            )
        self._held.look()
        self.index.backend.look()
        return self._understanding.understand(query)

    def match(self, query: Query) -> Match:
        """What the words of a query's text (or `like`) match, before filters; all of the text is taken for words."""
        if query.like:
            return self._like(query.like)
        return self._match(query.text, query.meaning, Words(self._thesauri.current(), query.plain))

    def below(self, text: str) -> Match:
        """What a text asks of the variables of something."""
        self.index.backend.look()
        return self._matcher.below(text, Words(self._thesauri.current()))

    def elsewhere(self, item: Item) -> Elsewhere:
        """Where the question of a variable is asked again."""
        self._held.look()
        return elsewhere(item, self.index.neighbours, self._held)

    def root_of(self, item_id: str) -> str:
        """What an item stands below at the top; itself where nothing is above it."""
        self._held.look()
        item = self._held.items([item_id]).get(item_id)
        above = self._held.ancestors(item) if item else ()
        return above[0].id if above else item_id

    def _matched(self, asked: Asked) -> tuple[Match, tuple[Filter, ...]]:
        """What the words of a query match, and what narrows it: what few records state is no filter."""
        match = self._hinted(asked)
        if not asked.chips:
            return match, self._filters(asked.typed)
        match = self._with_unstated(asked, match)
        return match, self._filters(asked.typed) if match.unstated else self._filters(asked.typed, asked.query)

    def _hinted(self, asked: Asked) -> Match:
        match = self.match(asked.query)
        return msgspec.structs.replace(match, hints=asked.words) if asked.chips else match

    def _with_unstated(self, asked: Asked, match: Match) -> Match:
        words = Words(self._thesauri.current(), asked.typed.plain)
        key = (asked.typed.text, asked.typed.meaning, words)
        if key not in self._widened:
            while len(self._widened) >= WIDENED_KEPT:
                self._widened.pop(next(iter(self._widened)), None)
            self._widened[key] = with_unstated(match, read_from_text(asked), self.index.backend)
        return self._widened[key]

    def _match_text(self, text: str, meaning: bool, words: Words) -> Match:  # noqa: FBT001 - the key of a cache
        identified = identify(text, self.corpus, self.index.backend)
        if identified is not None:
            return identified
        if (bearers := accession(text, self.index.backend)) is not None:  # resemblance is no help
            return with_bearers(self._matcher.match(text, meaning=False, words=words), bearers, self.index.backend)
        if several := self._concepts.match(text, meaning=meaning, words=words):
            return several
        return self._matcher.match(text, meaning=meaning, words=words)

    def _like(self, key: str) -> Match:
        found = self.alike(self.corpus.find(key), SIMILAR)
        near = {one.id: Nearness(one.score) for one in found}
        alike = {one.id: one.reasons for one in found}
        return Match(parsed=self._matcher.match("").parsed, lexical=Ids(()), near=near, alike=alike)

    def alike(self, item: Item, limit: int) -> list[Alike]:
        """What is most like an item, and why; the same study in another guise left out."""
        self._held.look()
        return self._likeness.to(item, limit)

    # -- one page ----------------------------------------------------------------------------------------------

    def _page(self, query: Query, match: Match, filters: tuple[Filter, ...]) -> tuple[Page, list[Placed]]:
        ask = self.ask(query, match, filters)
        offset = (query.page - 1) * query.size
        if offset > DEEPEST:
            raise QueryError(f"Results after the first {DEEPEST:,} cannot be paged to.", hint="Narrow the search.")
        if query.sort != "best" or (not match.parsed.groups and not query.like and not match.unstated):
            page = self.index.backend.search(
                msgspec.structs.replace(in_order(ask, query, match), offset=offset, limit=query.size)
            )
            return page, [Placed(hit) for hit in page.hits]
        if not match.parsed.groups and match.unstated:
            ask = in_order(ask, query, match)
        reach = offset + query.size + len(match.near) + len(match.synonyms) + len(match.unstated)
        deep = msgspec.structs.replace(ask, limit=max(self._order.reach(match), reach))
        searched = self._beside.make(self.index.backend.search, deep)
        near = self._order.near(match, ask)
        page = searched.result()
        placed = self._order.placed(query, match, page.hits, ask, near)
        return page, placed[offset : offset + query.size]

    def ask(self, query: Query, match: Match, filters: tuple[Filter, ...], scope: Scope | None = None) -> Ask:
        """What to ask of the index for all results of a query, or of the same in another scope."""
        scope = scope or query.scope
        clause = match.members
        if scope == "variable":
            clause, filters = self._matcher.variable_members(match), (*filters, *match.loose)
        return scoped(scope, Ask(clause=clause, filters=filters), within=bool(query.within))

    # -- counts ------------------------------------------------------------------------------------------------

    def _facets(self, ask: Ask, names: Sequence[str] = (), size: int = FACET_VALUES) -> Page:
        facets = tuple(FacetAsk(name, size) for name in names or (*KEYWORD_FILTERS, *RANGE_FILTERS))
        return self.index.backend.search(msgspec.structs.replace(ask, facets=facets, limit=0))

    def _other_scopes(self, query: Query, match: Match, filters: tuple[Filter, ...]) -> dict[str, int]:
        others = [scope for scope in SCOPES if scope != query.scope]
        return {scope: self._count(self.ask(query, match, filters, scope)) for scope in others}

    def _count(self, ask: Ask) -> int:
        return self.index.backend.search(msgspec.structs.replace(ask, limit=0)).total

    def _filters(self, typed: Query, understood: Query | None = None) -> tuple[Filter, ...]:
        """The filters chosen, and those read from the words, which bear on the counts of their own facets too."""
        filters: list[Filter] = [made for one in typed.chosen for made in chosen_filters(one)]
        filters += [Between(one.facet, one.lower, one.upper, one.unknown) for one in typed.spans]
        if understood is not None:
            read = [one for one in understood.chosen if one not in typed.chosen]
            filters += [In(one.facet, one.values, one.unknown, fixed=True) for one in read]
            spans = [one for one in understood.spans if one not in typed.spans]
            filters += [Between(one.facet, one.lower, one.upper, one.unknown, fixed=True) for one in spans]
        if typed.within:
            filters.append(In("ancestor", (self._inside(typed.within),)))
        return tuple(filters)

    def _inside(self, key: str) -> str:
        return key if key in self._held.items([key]) else self.corpus.find(key).id
