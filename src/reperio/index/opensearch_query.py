"""Our clauses and filters in the query language of OpenSearch and Elasticsearch. Nothing here asks anyone anything.

As in the embedded engine, a word counts in its best field and a little in the others; filters and ids have no score.
A cluster takes so many clauses in a question and no more; a question that has more is put coarsely: the same documents
match, but how rare a word is no longer weighs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

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
from reperio.index.columns import OPEN, exact_field, facet_field, without_surrogates
from reperio.index.document import TEXT_FIELDS
from reperio.index.opensearch_schema import stem_field, stem_terms

DSL = dict[str, Any]

MOST_TERMS: Final = 60_000  # ids or values in one clause; engines take 65,536
_NOTHING: Final[DSL] = {"match_none": {}}
_EVERYTHING: Final[DSL] = {"match_all": {}}


def silent(*queries: DSL) -> DSL:
    """Make queries match as before (all of them), with no score."""
    return {"bool": {"filter": list(queries)}}


def leaves(query: Any) -> int:
    """Count what a cluster counts against its limit of clauses."""
    if isinstance(query, list):
        return sum(leaves(each) for each in query)
    if not isinstance(query, dict):
        return 0
    return sum(leaves(each) if key in _PARTS else key in _LEAVES for key, each in query.items())


_PARTS: Final = frozenset({"bool", "dis_max", "must", "should", "must_not", "filter", "queries", "constant_score"})
_LEAVES: Final = frozenset(
    {"term", "terms", "match_phrase", "span_near", "prefix", "fuzzy", "range", "exists", "match_all", "match_none"}
)


class Compiler:
    """Turns clauses and filters into queries.

    Args:
        analysis: how text becomes words.
        languages: languages in which an index has texts, by text field; others are left out of a question.
        coarse: put words in as few clauses as will do.
    """

    def __init__(self, analysis: Analysis, languages: Mapping[str, Sequence[str]], *, coarse: bool = False) -> None:
        self._analysis = analysis
        self._languages = languages
        self._coarse = coarse

    def narrowed(self, clause: Clause, *, roots_only: bool = False, filters: Sequence[Filter] = ()) -> DSL:
        """Give the query of a clause narrowed by filters."""
        narrowing = [self.filter(chosen) for chosen in filters]
        if roots_only:
            narrowing.append({"term": {"top": True}})
        query = self.clause(clause)
        return {"bool": {"must": [query], "filter": narrowing}} if narrowing else query

    def clause(self, clause: Clause) -> DSL:
        """Give the query of a clause."""
        match clause:
            case Word():
                return self._word(clause)
            case Phrase():
                return self._phrase(clause)
            case AllOf():
                return self._all_of(clause)
            case AnyOf():
                return self._any_of(clause)
            case Without():
                return {"bool": {"must": [self.clause(clause.clause)], "must_not": [self.clause(clause.excluded)]}}
            case Ids():
                return silent(_any_value("id", clause.ids))
            case Everything():
                return silent(_EVERYTHING)

    def _all_of(self, clause: AllOf) -> DSL:
        demanding, optional = demanded(clause, self._analysis)
        if not demanding:
            return _NOTHING if clause.clauses else silent(_EVERYTHING)
        return _bool(
            must=[self.clause(each) for each in demanding], should=[self.clause(each) for each in optional], least=0
        )

    def _any_of(self, clause: AnyOf) -> DSL:
        if not clause.clauses or clause.at_least > len(clause.clauses):
            return _NOTHING
        least = max(clause.at_least, 0)
        must = [] if least else [silent(_EVERYTHING)]
        return _bool(must=must, should=[self.clause(each) for each in clause.clauses], least=least)

    # -- words -----------------------------------------------------------------------------------------------------

    def _word(self, word: Word) -> DSL:
        alternatives = self._analysis.alternatives(word.text)
        forms: list[DSL] = []
        for name in self._fields(word.fields):
            weight = TEXT_FIELDS[name] * word.boost
            forms += self._sequences(exact_field(name), alternatives, weight * EXACT_BOOST)
            if not word.exact:
                forms += self._sequences(stem_field(name), self._stems(name, alternatives), weight)
            if word.prefix:
                forms += [_open_ended(exact_field(name), words, weight * PREFIX_BOOST) for words in alternatives]
            if word.fuzzy:
                forms += _fuzzy(exact_field(name), alternatives, min(word.fuzzy, 2), weight * FUZZY_BOOST)
        return _best_of(forms)

    def _phrase(self, phrase: Phrase) -> DSL:
        words = self._analysis.words(phrase.text)
        alternatives = self._analysis.alternatives(phrase.text) if len(words) == 1 else ((words,) if words else ())
        forms: list[DSL] = []
        for name in self._fields(phrase.fields):
            weight = TEXT_FIELDS[name] * phrase.boost * PHRASE_BOOST
            forms += self._sequences(exact_field(name), alternatives, weight, phrase.slop)
        return _best_of(forms)

    def _fields(self, fields: Sequence[str]) -> list[str]:
        return [name for name in check_fields(fields) if self._languages.get(name)]

    def _stems(self, name: str, alternatives: Sequence[Words]) -> list[Words]:
        stems = [
            stem_terms(self._analysis, words, language) for language in self._languages[name] for words in alternatives
        ]
        return list(dict.fromkeys(stems))

    def _sequences(self, field: str, alternatives: Iterable[Words], weight: float, slop: int = 0) -> list[DSL]:
        """Give queries of any of several sequences of words in an engine field."""
        several = list(alternatives)
        if not self._coarse:
            return [_sequence(field, words, weight, slop) for words in several]
        single = [words[0] for words in several if len(words) == 1]
        forms: list[DSL] = [{"terms": {field: single, "boost": weight}}] if single else []
        return forms + [_sequence(field, words, weight, slop) for words in several if len(words) > 1]

    # -- filters ---------------------------------------------------------------------------------------------------

    def filter(self, chosen: Filter) -> DSL:
        """Give the query of a filter."""
        return _in(chosen) if isinstance(chosen, In) else _between(chosen)


def _bool(*, must: list[DSL], should: list[DSL], least: int) -> DSL:
    return {"bool": {"must": must, "should": should, "minimum_should_match": least}}


def _best_of(forms: list[DSL]) -> DSL:
    if len(forms) <= 1:
        return forms[0] if forms else _NOTHING
    return {"dis_max": {"queries": forms, "tie_breaker": OTHER_FIELDS}}


def _sequence(field: str, words: Words, weight: float, slop: int) -> DSL:
    if len(words) == 1:
        return {"term": {field: {"value": words[0], "boost": weight}}}
    if not slop:
        return {"match_phrase": {field: {"query": " ".join(words), "boost": weight}}}
    spans = [{"span_term": {field: word}} for word in words]  # a phrase with slop would take its words in any order
    return {"span_near": {"clauses": spans, "slop": slop, "in_order": True, "boost": weight}}


def _open_ended(field: str, words: Words, weight: float) -> DSL:
    """Words that begin with the last one; all before it stand anywhere in the same field."""
    *before, last = words
    ending = {"prefix": {field: {"value": last, "boost": 1.0 if before else weight}}}
    if not before:
        return ending
    return {"bool": {"must": [*({"term": {field: word}} for word in before), ending], "boost": weight}}


def _fuzzy(field: str, alternatives: Sequence[Words], edits: int, weight: float) -> list[DSL]:
    return [
        {"fuzzy": {field: {"value": words[0], "fuzziness": edits, "rewrite": "constant_score", "boost": weight}}}
        for words in alternatives
        if len(words) == 1
    ]


def _any_value(field: str, values: Sequence[str]) -> DSL:
    told: list[str] = without_surrogates(list(values))
    some = [{"terms": {field: told[start : start + MOST_TERMS]}} for start in range(0, len(told), MOST_TERMS)]
    return some[0] if len(some) == 1 else {"bool": {"should": some, "minimum_should_match": 1}} if some else _NOTHING


def _unknown(facet: str) -> DSL:
    return {"bool": {"must_not": [{"exists": {"field": facet_field(facet)}}]}}


def _in(chosen: In) -> DSL:
    ways = [_any_value(facet_field(chosen.facet), chosen.values)] if chosen.values else []
    ways += [_unknown(chosen.facet)] if chosen.unknown else []
    found = {"bool": {"should": ways, "minimum_should_match": 1}} if ways else _NOTHING
    return {"bool": {"must_not": [found]}} if chosen.negate else found


def _between(chosen: Between) -> DSL:
    ends: list[DSL] = [{"exists": {"field": facet_field(chosen.facet)}}]
    if chosen.upper is not None:
        ends.append({"range": {f"{chosen.facet}_lower": {"lte": _finite(chosen.upper)}}})
    if chosen.lower is not None:
        ends.append({"range": {f"{chosen.facet}_upper": {"gte": _finite(chosen.lower)}}})
    known = {"bool": {"filter": ends}}
    if not chosen.unknown:
        return known
    return {"bool": {"should": [known, _unknown(chosen.facet)], "minimum_should_match": 1}}


def _finite(end: float) -> float:
    return max(-OPEN, min(end, OPEN))
