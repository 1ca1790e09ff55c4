"""The backend in memory: exact, obvious and slow. The oracle that the others are compared with, and handy in tests."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from reperio.errors import BackendError
from reperio.index.analysis import EVERY_LANGUAGE, Analysis, Words
from reperio.index.ask import (
    AllOf,
    AnyOf,
    Ask,
    Between,
    Clause,
    Everything,
    FacetAsk,
    FacetCounts,
    Filter,
    Group,
    Hit,
    Ids,
    In,
    Page,
    Phrase,
    Suggestion,
    Without,
    Word,
)
from reperio.index.backend import Collection, Stats
from reperio.index.clauses import check_fields, demanded
from reperio.index.document import RANGES, TEXT_FIELDS, Document
from reperio.index.facets import bounds_of, check_ask, check_facet, facet_values, most_frequent, other_filters
from reperio.index.ordering import sort_key
from reperio.index.spelling import Vocabulary, distance
from reperio.index.suggestions import VOCABULARY_FACETS, Completions, interleave

EXACT_BOOST = 1.7
PREFIX_BOOST = 0.5
FUZZY_BOOST = 0.3
LENGTH_FREE = 30  # words of a field from which its length begins to count against it


class _Entry(msgspec.Struct, frozen=True):
    """A document and its words: for each field a sequence a text, exact, and stemmed by language."""

    document: Document
    exact: dict[str, tuple[Words, ...]]
    stemmed: dict[str, dict[str, list[Words]]]


_Scored = tuple[_Entry, float]


class MemoryBackend:
    """A `Backend` that keeps documents in dictionaries and looks at every one of them."""

    def __init__(self, analysis: Analysis = EVERY_LANGUAGE) -> None:
        self._analysis = analysis
        self._pending: dict[str, Document | None] = {}
        self._entries: dict[str, _Entry] = {}
        self._closed = False

    def upsert(self, documents: Iterable[Document]) -> int:
        """Write documents, each replacing the one of the same id; visible after `commit`. Gives their number."""
        number = 0
        for document in documents:
            if not document.id:
                raise BackendError("A document without an id cannot be indexed.")
            check_fields(tuple(document.texts))
            for name in (*document.facets, *document.ranges):
                check_facet(name)
            self._pending[document.id] = document
            number += 1
        return number

    def delete(self, ids: Iterable[str]) -> None:
        """Remove the documents of these ids, if there; visible after `commit`."""
        self._pending.update(dict.fromkeys(ids))

    def commit(self) -> None:
        """Make every change visible."""
        for identifier, document in self._pending.items():
            self._entries.pop(identifier, None)
            if document is not None:
                self._entries[identifier] = self._entry(document)
        self._pending.clear()

    def look(self) -> None:
        """What was committed is seen at once."""

    def search(self, ask: Ask) -> Page:
        """Answer an ask."""
        if self._closed:
            raise BackendError("The index is closed.")
        check_ask(ask)
        found = self._ordered(self._found(ask, ask.filters), ask)
        facets = {facet.name: self._count(ask, facet) for facet in ask.facets}
        if ask.group:
            groups = self._grouped(found, ask)
            page = tuple(groups[ask.offset : ask.offset + ask.limit])
            return Page(total=len(found), groups=page, total_groups=len(groups), facets=facets)
        hits = tuple(_hit(scored) for scored in found[ask.offset : ask.offset + ask.limit])
        return Page(total=len(found), hits=hits, facets=facets)

    def suggest(self, prefix: str, *, limit: int = 10) -> Sequence[Suggestion]:
        """Complete what is being typed: titles, instruments, topics, places, variable names."""
        documents = [entry.document for entry in self._entries.values()]
        kinds: dict[str, Counter[str]] = {"instrument": Counter(), "topic": Counter(), "place": Counter()}
        for document in documents:
            if document.kind != "variable":
                kinds["place"].update(set(document.texts.get("place", ())))
                for facet, kind in VOCABULARY_FACETS.items():
                    kinds[kind].update(facet_values(document, facet))
        terms = [Suggestion(text, kind, count) for kind, texts in kinds.items() for text, count in texts.items()]
        titles = [Suggestion(d.title, "title", 1, d.id) for d in documents if d.kind != "variable" and d.title]
        names = Counter(name.lower() for d in documents if d.kind == "variable" for name in d.texts.get("name", ()))
        starting = [
            Suggestion(name, "variable", count)
            for name, count in names.most_common()
            if prefix.strip() and name.startswith(prefix.strip().lower())
        ]
        completed = [Completions(entries, self._analysis).starting(prefix, limit) for entries in (terms, titles)]
        return interleave([*completed, starting], limit)

    def correct(self, words: Sequence[str]) -> dict[str, str]:
        """Likely spellings of those words that occur nowhere, or hardly beside a frequent spelling."""
        counts = Counter(
            word
            for entry in self._entries.values()
            for word in {word for texts in entry.exact.values() for text in texts for word in text}
        )
        vocabulary = Vocabulary(counts)
        found = {}
        for word in words:
            occurs = any(self.frequency(word, each) for each in ("catalogue", "variables"))
            likely = vocabulary.mistyped if occurs and not word.isupper() else vocabulary.nearest
            if (not occurs or not word.isupper()) and (near := likely(word.strip().lower())):
                found[word] = near
        return found

    def most(self, clauses: Sequence[Clause], collection: Collection = "catalogue") -> int:
        """How many of some clauses the document matches that most of them match."""
        found = Counter(
            entry.document.id
            for clause in clauses
            for entry, _ in self._found(Ask(collection=collection, clause=clause), ())
        )
        return max(found.values(), default=0)

    def frequency(self, word: str, collection: Collection = "catalogue") -> int:
        """Number of documents in which the word (any form) occurs."""
        return self.search(Ask(collection=collection, clause=Word(text=word), limit=0)).total

    def stats(self) -> Stats:
        """Number of documents."""
        variables = sum(entry.document.kind == "variable" for entry in self._entries.values())
        return Stats(documents={"catalogue": len(self._entries) - variables, "variables": variables})

    def close(self) -> None:
        """Refuse further questions; closing twice is harmless."""
        self._closed = True

    # -- matching --------------------------------------------------------------------------------------------------

    def _entry(self, document: Document) -> _Entry:
        stemmed: dict[str, dict[str, list[Words]]] = {}
        for name, texts in document.texts.items():
            for place, text in enumerate(texts):
                language = self._analysis.language(document.language_of(name, place))
                pieces = [self._analysis.words(piece) for piece in self._analysis.indexed(text)]
                held = stemmed.setdefault(name, {}).setdefault(language, [])
                held += [self._analysis.stems(words, language) for words in pieces]
        exact = {
            name: tuple(self._analysis.words(piece) for text in texts for piece in self._analysis.indexed(text))
            for name, texts in document.texts.items()
        }
        return _Entry(document=document, exact=exact, stemmed=stemmed)

    def _found(self, ask: Ask, filters: Sequence[Filter]) -> list[_Scored]:
        found = []
        for entry in self._entries.values():
            document = entry.document
            if (document.kind == "variable") != (ask.collection == "variables"):
                continue
            if ask.roots_only and document.root != document.id:
                continue
            if all(_passes(document, chosen) for chosen in filters):
                score = self._score(entry, ask.clause)
                if score is not None:
                    found.append((entry, score))
        return found

    def _score(self, entry: _Entry, clause: Clause) -> float | None:
        """Give the score of a document, None when it does not match."""
        match clause:
            case Word() | Phrase():
                found = [score for score in self._field_scores(entry, clause) if score]
                return max(found) if found else None
            case AllOf():
                demanding, optional = demanded(clause, self._analysis)
                needed = [self._score(entry, each) for each in demanding]
                if any(score is None for score in needed) or (clause.clauses and not demanding):
                    return None
                return _sum([*needed, *(self._score(entry, each) for each in optional)])
            case AnyOf():
                matching = [score for each in clause.clauses if (score := self._score(entry, each)) is not None]
                enough = len(matching) >= clause.at_least and bool(clause.clauses)
                return _sum(matching) if enough else None
            case Without():
                return None if self._score(entry, clause.excluded) is not None else self._score(entry, clause.clause)
            case Ids():
                return 0.0 if entry.document.id in clause.ids else None
            case Everything():
                return 0.0

    def _field_scores(self, entry: _Entry, clause: Word | Phrase) -> Iterator[float]:
        for name in check_fields(clause.fields):
            texts = entry.exact.get(name, ())
            weight = TEXT_FIELDS[name] * clause.boost / (1 + math.log1p(sum(map(len, texts)) / LENGTH_FREE))
            if isinstance(clause, Phrase):
                for words in self._phrases(clause.text):
                    yield weight * EXACT_BOOST * _occurrences(texts, words, clause.slop)
            else:
                yield from (weight * score for score in self._forms(entry, name, clause))

    def _phrases(self, text: str) -> tuple[Words, ...]:
        words = self._analysis.words(text)
        return self._analysis.alternatives(text) if len(words) == 1 else (words,)

    def _forms(self, entry: _Entry, name: str, word: Word) -> Iterator[float]:
        texts = entry.exact.get(name, ())
        for words in self._analysis.alternatives(word.text):
            yield EXACT_BOOST * _occurrences(texts, words)
            if not word.exact:
                for language, stemmed in entry.stemmed.get(name, {}).items():
                    yield float(_occurrences(stemmed, self._analysis.stems(words, language)))
            *before, last = words
            present = {each for text in texts for each in text}
            if word.prefix and present.issuperset(before):
                yield PREFIX_BOOST * any(each.startswith(last) for each in present)
            if word.fuzzy and not before:
                yield FUZZY_BOOST * any(distance(each, last, word.fuzzy) <= word.fuzzy for each in present)

    # -- ordering, counting, grouping ------------------------------------------------------------------------------

    def _ordered(self, found: list[_Scored], ask: Ask) -> list[_Scored]:
        key = sort_key(ask.sort)
        return sorted(found, key=lambda scored: (key(scored[0].document), -scored[1], scored[0].document.id))

    def _count(self, ask: Ask, facet: FacetAsk) -> FacetCounts:
        name = facet.name
        documents = [entry.document for entry, _ in self._found(ask, other_filters(ask, name))]
        values = [facet_values(document, name) for document in documents]
        ends = [end for document in documents for end in bounds_of(document, name) if end is not None]
        return FacetCounts(
            name=name,
            values=most_frequent(Counter(value for each in values for value in each).items(), facet.size),
            unknown=sum(not each for each in values),
            minimum=min(ends, default=None) if name in RANGES else None,
            maximum=max(ends, default=None) if name in RANGES else None,
        )

    def _grouped(self, found: list[_Scored], ask: Ask) -> list[Group]:
        members: dict[str, list[_Scored]] = {}
        for scored in found:
            document = scored[0].document
            key = document.root if ask.group == "root" else document.parent or document.id
            members.setdefault(key, []).append(scored)
        return [
            Group(key=key, total=len(each), hits=tuple(_hit(scored) for scored in each[: ask.group_size]))
            for key, each in members.items()
        ]


def _hit(scored: _Scored) -> Hit:
    document = scored[0].document
    return Hit(id=document.id, score=scored[1], root=document.root, parent=document.parent)


def _sum(found: Iterable[float | None]) -> float:
    return sum(score for score in found if score is not None)


def _occurrences(texts: Sequence[Words], words: Words, slop: int = 0) -> float:
    """Count, ever less, how often words stand in this order, at most `slop` places apart in all."""
    number = sum(_stands(text, at, words, slop) for text in texts for at in range(len(text)))
    return math.log1p(number)


def _stands(text: Words, at: int, words: Words, slop: int) -> bool:
    if not words or text[at] != words[0]:
        return False
    return len(words) == 1 or any(
        _stands(text, after, words[1:], slop - (after - at - 1))
        for after in range(at + 1, min(at + 2 + slop, len(text)))
    )


def _passes(document: Document, chosen: Filter) -> bool:
    values = facet_values(document, chosen.facet)
    if isinstance(chosen, In):
        found = bool(set(values) & set(chosen.values)) or (chosen.unknown and not values)
        return found != chosen.negate
    return _overlaps(document, chosen)


def _overlaps(document: Document, chosen: Between) -> bool:
    lower, upper = bounds_of(document, chosen.facet)
    if lower is None and upper is None:
        return chosen.unknown
    return (chosen.upper is None or lower is None or lower <= chosen.upper) and (
        chosen.lower is None or upper is None or upper >= chosen.lower
    )
