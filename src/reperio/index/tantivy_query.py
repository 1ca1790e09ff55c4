"""Our clauses and filters in the engine's terms.

A word counts in its best field (a maximum, not a sum, over fields and forms); filters and ids have no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import combinations
from math import comb

import tantivy

from reperio.index.analysis import Analysis, Words
from reperio.index.ask import (
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    Filter,
    Ids,
    In,
    Phrase,
    Without,
    Word,
)
from reperio.index.clauses import (
    EXACT_BOOST,
    FUZZY_BOOST,
    OTHER_FIELDS,
    PHRASE_BOOST,
    PREFIX_BOOST,
    check_fields,
    demanded,
)
from reperio.index.columns import exact_field, facet_field
from reperio.index.document import TEXT_FIELDS
from reperio.index.tantivy_schema import ROOT_MARK, UNKNOWN, stem_field

BEGINNINGS = (*"qxzyjkvuwogfhnlbietrmadpsc0123456789", "")  # of words, the seldom ones first; "" for all there are
TERMS_APART = 256  # terms up to which any of them is asked for one by one
WORDS_KEPT = 4_000  # queries of words that are kept for a state of an index
TREES_KEPT = 128  # queries of several clauses that are kept: what is asked for is counted, and asked for by parts
IDS_KEPT = 64  # sets of ids of which the query is kept: evidence of each kind is asked for of the same candidates
TERMS_KEPT = 50_000  # terms of which it is kept in how many documents they are
LARGE = 100_000  # documents from which the engine's counting of how many of some things each matches is dear
CHOICES = 10  # ways to choose some of several things that are asked for one by one instead

Query = tantivy.Query
_MUST, _SHOULD, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def silent(query: Query) -> Query:
    """Make a query match as before, with no score."""
    return Query.const_score_query(query, 0.0)


class Compiler:
    """Turns clauses and filters into queries for one state of one index.

    Args:
        schema: the engine's schema.
        searcher: the state; fields in which a word does not occur are left out.
        analysis: how text becomes words.
    """

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, analysis: Analysis) -> None:
        self.schema = schema
        self.searcher = searcher
        self.analysis = analysis
        self._scored = True
        # One query asks the index many times, of the same words.
        self._known_word = lru_cache(maxsize=WORDS_KEPT)(self._word)
        self._known_tree = lru_cache(maxsize=TREES_KEPT)(self._tree)
        self._any_id = lru_cache(maxsize=IDS_KEPT)(lambda ids: silent(self._any_term("id", ids)))
        self._occurs = lru_cache(maxsize=TERMS_KEPT)(searcher.doc_freq)

    @cached_property
    def matching(self) -> Matching:
        """Gives queries that match the same, with no score."""
        return Matching(self)

    @cached_property
    def languages(self) -> dict[str, tuple[str, ...]]:
        """Languages in which this state has texts, by field: words are stemmed by these only."""
        return {
            name: tuple(language for language in self.analysis.languages if self._has_words(stem_field(name, language)))
            for name in TEXT_FIELDS
        }

    def _has_words(self, field: str) -> bool:
        """Whether a field has any word; the engine reads all words of a beginning, so seldom ones are tried first."""
        return any(self.searcher.terms_with_prefix(field, begun, limit=1) for begun in BEGINNINGS)

    def compile(self, clause: Clause, filters: Sequence[Filter] = (), *, roots_only: bool = False) -> Query:
        """Give the query of a clause narrowed by filters."""
        narrowing = [silent(self.filter(chosen)) for chosen in filters]
        if roots_only:
            narrowing.append(silent(self.term("top", ROOT_MARK)))
        query = self.clause(clause)
        return Query.boolean_query([(_MUST, query), *((_MUST, each) for each in narrowing)]) if narrowing else query

    def term(self, field: str, value: str) -> Query:
        """Give the query of one term of one engine field."""
        return Query.term_query(self.schema, field, value, "basic")

    def clause(self, clause: Clause) -> Query:
        """Give the query of a clause."""
        match clause:
            case Word():
                return self._known_word(clause)
            case Phrase():
                return self._phrase(clause)
            case AllOf() | AnyOf():
                return self._known_tree(clause)
            case Without():
                return Query.boolean_query(
                    [(_MUST, self.clause(clause.clause)), (_MUST_NOT, self.clause(clause.excluded))]
                )
            case Ids():
                return self._any_id(clause.ids)
            case Everything():
                return silent(Query.all_query())

    def _tree(self, clause: AllOf | AnyOf) -> Query:
        return self._all_of(clause) if isinstance(clause, AllOf) else self._any_of(clause)

    def _all_of(self, clause: AllOf) -> Query:
        demanding, optional = demanded(clause, self.analysis)
        if not demanding:
            return Query.empty_query() if clause.clauses else silent(Query.all_query())
        if not self._scored:
            return Query.boolean_query([(_MUST, self.clause(each)) for each in demanding])
        adding = [(_SHOULD, self.clause(each)) for each in optional]
        if not self._is_sooner_met(demanding):
            return Query.boolean_query([(_MUST, self.clause(each)) for each in demanding] + adding)
        met = Query.boolean_query([(_MUST, self.matching.clause(each)) for each in demanding])
        return Query.boolean_query(
            [(_MUST, silent(met)), *((_SHOULD, self.clause(each)) for each in demanding), *adding]
        )

    def _is_sooner_met(self, clauses: Sequence[Clause]) -> bool:
        """Whether documents that match all of some clauses are better looked for first, and only those scored.

        Many clauses match a document in a dozen fields and forms, all of which the engine adds up before it looks
        whether the others match it: where there are many documents few are met, and those by stems alone.
        """
        return len(clauses) > 1 and self.searcher.num_docs >= LARGE and all(map(self.is_one_word, clauses))

    def is_one_word(self, clause: Clause) -> bool:
        """Whether a clause is of a word that is found as it is: no phrase, beginning or likeness."""
        match clause:
            case Word():
                return (
                    not (clause.prefix or clause.fuzzy)
                    and max(map(len, self.analysis.alternatives(clause.text)), default=0) <= 1
                )
            case Without():
                return self.is_one_word(clause.clause)
            case _:
                return False

    def _any_of(self, clause: AnyOf) -> Query:
        if not clause.clauses or clause.at_least > len(clause.clauses):
            return Query.empty_query()
        if clause.at_least <= 0:
            return Query.boolean_query(
                [(_MUST, silent(Query.all_query()))] + [(_SHOULD, self.clause(each)) for each in clause.clauses]
            )
        match clause:
            case AnyOf(clauses=(AllOf(clauses=(Ids() as ids, adding)), Ids() as all_of_them), at_least=1) if (
                ids == all_of_them  # so that what is with them only adds to the score
            ):
                return Query.boolean_query([(_MUST, self.clause(ids)), (_SHOULD, self.clause(adding))])
        return Query.boolean_query(
            [(_SHOULD, self.clause(each)) for each in clause.clauses],
            minimum_number_should_match=clause.at_least,
        )

    def _word(self, word: Word) -> Query:
        alternatives = self.analysis.alternatives(word.text)
        forms: list[Query] = []
        for name in check_fields(word.fields):
            weight = TEXT_FIELDS[name] * word.boost
            if self._scored or word.exact:
                forms += self._sequences(exact_field(name), alternatives, weight * EXACT_BOOST)
            if not word.exact:
                forms += self._stemmed(name, alternatives, weight)
            if word.prefix:
                forms += self._open_ended(exact_field(name), alternatives, weight * PREFIX_BOOST)
            if word.fuzzy:
                forms += self._fuzzy(exact_field(name), alternatives, word.fuzzy, weight * FUZZY_BOOST)
        return self._best_of(forms)

    def _phrase(self, phrase: Phrase) -> Query:
        words = self.analysis.words(phrase.text)
        alternatives = self.analysis.alternatives(phrase.text) if len(words) == 1 else ((words,) if words else ())
        forms: list[Query] = []
        for name in check_fields(phrase.fields):
            weight = TEXT_FIELDS[name] * phrase.boost * PHRASE_BOOST
            forms += self._sequences(exact_field(name), alternatives, weight, phrase.slop)
        return self._best_of(forms)

    def _best_of(self, forms: list[Query]) -> Query:
        if len(forms) <= 1:
            return forms[0] if forms else Query.empty_query()
        if not self._scored:
            return Query.boolean_query([(_SHOULD, form) for form in forms])
        return Query.disjunction_max_query(forms, OTHER_FIELDS)

    def _weighted(self, query: Query, weight: float) -> Query:
        return Query.boost_query(query, weight) if self._scored else query

    def _sequences(self, field: str, alternatives: Sequence[Words], weight: float, slop: int = 0) -> list[Query]:
        """Give a query for each sequence of words that can occur in an engine field."""
        return [
            self._weighted(self._sequence(field, words, slop), weight)
            for words in alternatives
            if all(self._occurs(field, word) for word in words)
        ]

    def _sequence(self, field: str, words: Words, slop: int) -> Query:
        if len(words) == 1:
            return Query.term_query(self.schema, field, words[0], "freq")
        return Query.phrase_query(self.schema, field, list(words), slop)

    def _stemmed(self, name: str, alternatives: Sequence[Words], weight: float) -> list[Query]:
        return [
            query
            for language in self.languages[name]
            for query in self._sequences(
                stem_field(name, language),
                [self.analysis.stems(words, language) for words in alternatives],
                weight,
            )
        ]

    def _open_ended(self, field: str, alternatives: Sequence[Words], weight: float) -> list[Query]:
        """Words that begin with the last one; all before it stand anywhere in the same field."""
        return [self._with_last(field, words, weight, distance=0, prefix=True) for words in alternatives]

    def _fuzzy(self, field: str, alternatives: Sequence[Words], distance: int, weight: float) -> list[Query]:
        return [
            self._with_last(field, words, weight, distance=min(distance, 2), prefix=False)
            for words in alternatives
            if len(words) == 1
        ]

    def _with_last(self, field: str, words: Words, weight: float, *, distance: int, prefix: bool) -> Query:
        last = Query.fuzzy_term_query(self.schema, field, words[-1], distance, True, prefix)  # noqa: FBT003
        before = [(_MUST, Query.term_query(self.schema, field, word, "freq")) for word in words[:-1]]
        query = Query.boolean_query([*before, (_MUST, last)]) if before else last
        return self._weighted(query, weight)

    def filter(self, chosen: Filter) -> Query:
        """Give the query of a filter."""
        return self._in(chosen) if isinstance(chosen, In) else self._between(chosen)

    def _in(self, chosen: In) -> Query:
        values = [*chosen.values, *((UNKNOWN,) if chosen.unknown else ())]
        found = self._any_term(facet_field(chosen.facet), values)
        return self.all_but(found) if chosen.negate else found

    def _any_term(self, field: str, values: Sequence[str]) -> Query:
        """Give the query of any of some terms: a set reads all that has them, where terms apart skip to what else matches."""
        if len(values) > TERMS_APART:
            return Query.term_set_query(self.schema, field, list(values))
        terms = [self.term(field, value) for value in values]
        if len(terms) <= 1:
            return terms[0] if terms else Query.empty_query()
        return Query.boolean_query([(_SHOULD, term) for term in terms])

    def all_but(self, query: Query) -> Query:
        """Give the query of all that another does not match."""
        return Query.boolean_query([(_MUST, Query.all_query()), (_MUST_NOT, query)])

    def _between(self, chosen: Between) -> Query:
        unknown = self.term(facet_field(chosen.facet), UNKNOWN)
        ends = [
            (_MUST, Query.range_query(self.schema, f"{chosen.facet}_{side}", tantivy.FieldType.Float, low, high))
            for side, low, high in (("lower", None, chosen.upper), ("upper", chosen.lower, None))
            if low is not None or high is not None
        ]
        known = Query.boolean_query(ends) if ends else self.all_but(unknown)
        return Query.boolean_query([(_SHOULD, known), (_SHOULD, unknown)]) if chosen.unknown else known


class Matching(Compiler):
    """Gives queries that match the same and score nothing of use: to count by, in half the time.

    Whatever has a word has its stem, so that the stems are enough.

    Args:
        scoring: gives the queries that score.
    """

    def __init__(self, scoring: Compiler) -> None:
        super().__init__(scoring.schema, scoring.searcher, scoring.analysis)
        self._scored = False
        self._scoring = scoring

    @cached_property
    def languages(self) -> dict[str, tuple[str, ...]]:
        """Languages in which this state has texts, by field."""
        return self._scoring.languages

    def _any_of(self, clause: AnyOf) -> Query:
        every, needed = len(clause.clauses), clause.at_least
        if needed == every > 0:
            return Query.boolean_query([(_MUST, self.clause(each)) for each in clause.clauses])
        if not (1 < needed < every and self.is_quick_by_choices(clause)):
            return super()._any_of(clause)
        each = [self.clause(one) for one in clause.clauses]
        meeting = [Query.boolean_query([(_MUST, one) for one in some]) for some in combinations(each, needed)]
        return Query.boolean_query([(_SHOULD, some) for some in meeting])

    def is_quick_by_choices(self, clause: AnyOf) -> bool:
        """Whether so many of several clauses are sooner found by every choice of them.

        What meets skips from document to document, where the engine's own counting reads every document that any of
        the clauses matches. Phrases are dear to look for again in every choice.
        """
        choices = comb(len(clause.clauses), clause.at_least)
        return choices <= CHOICES and self.searcher.num_docs >= LARGE and all(map(self.is_one_word, clause.clauses))
