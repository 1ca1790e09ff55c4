"""What a text matches: the set of resources that answer it, before any filter.

The set depends on the text alone, so that every count shown beside a filter is what choosing it gives. It holds what
has all the words; when that is little, what has most of them (said so); and what is near in meaning, when the text is
plain words (quotes, fields and exclusions ask for precision).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import pairwise

import msgspec

from reperio.index.ask import AnyOf, Ask, Clause, Filter, Ids, Phrase, Word
from reperio.index.backend import Backend, Collection
from reperio.index.encoder import Encoder, Vectors
from reperio.index.language import common_words, is_common
from reperio.index.meaning import Meaning, Near
from reperio.index.thesaurus import Thesaurus
from reperio.query.beside import Beside
from reperio.query.model import Added, Reason
from reperio.query.parse import Group, Parsed, parse
from reperio.query.relax import LARGE, relaxed
from reperio.query.synonyms import Widening, widen

FEW = (10, 100)
"""Results below which the search is relaxed: at least and at most, in between a share of what there is."""

NEAR_RESOURCES = (20, 300)
"""Resources near in meaning that belong to the answer, likewise."""

SHARE_FEW = 1 / 10
SHARE_NEAR = 1 / 5
NEAR_STUDIES_BY_VARIABLES = 50
NEAR_VARIABLES = 200
ALONE_FLOOR = 0.8
"""Times the encoder's `related` that something must be near when no word is found anywhere: noise is near to nothing."""

NEAR_FLOOR = 0.5
"""Times the encoder's `related` that something must be near to be listed after what has the words."""

SOUGHT = frozenset({"dataset", "datasets"})
"""Words for what is sought, whatever it is about."""

TITLES = ("title", "alternate")
PHRASE_SLOP = 1
"""Places that neighbouring words of the query may stand further apart (`smoking in pregnancy`)."""

ALONE_FLOOR_LARGE = 1.5
"""`ALONE_FLOOR` there."""

NEAR_ALONE = 20
"""Resources shown at most that are only near in meaning, when none has the words."""

TIMES_MORE = 10
"""Times more results that a correction must give where the words as typed give some."""

BY_SYNONYM = 50
"""Records that join by a synonym at most."""

CONCEPT_FLOOR = 1.0
"""Times the encoder's `related` that something must be near to be evidence of one concept among several."""

RELATIVE_FLOOR = 0.3
"""Share of the best cosine below which nearness is no reason to show something."""

VARIABLE_FLOOR = 0.5
VARIABLE_SHARE = 0.9
"""A study is as near as its nearest variable, less a little: a whole study about it is better."""


class Nearness(msgspec.Struct, frozen=True):
    """How near in meaning a resource is, and the variable through which, if any."""

    cosine: float
    variable: str = ""


class Match(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The set of resources that answer a text.

    Attributes:
        parsed: the text as read (after correction).
        lexical: what must hold of the words.
        variables: what must hold of a variable; None where that follows from the words.
        vector: the text's vector, None when meaning is off.
        near: resources near in meaning, by id.
        near_variables: variables near in meaning and their cosines.
        corrected: the text as corrected, empty when it was not.
        missing: words that no shown result need have, when the search was relaxed.
        needed: how many of the word groups a result has at least; 0 when all.
        found: whether any record has any of the words.
        count: how many records have all the words.
        corrections: words as typed and as corrected.
        as_typed: how many records have all the words as typed, where they were corrected.
        parts: what each concept of the text matches, when it has several.
        hints: words that add to the order without being demanded.
        synonyms: what has synonyms in place of words, and its score, by id.
        added: the synonyms.
        terms: the same as clauses, to be marked where they are found.
        alike: why what is wanted like something is like it, by id.
        unstated: facets asked for in words that a member does not state, by id; empty where all state everything.
        stated: then, how many at the top have all the words and state everything.
        whole: then, the ids of these and the like below them: they come first.
        loose: then, the conditions, each to be met or not stated; elsewhere they are filters.
        named: what the text names although its own texts do not say so: what bears its identifier is below it.
    """

    parsed: Parsed
    lexical: Clause
    variables: Clause | None = None
    vector: Vectors | None = None
    near: dict[str, Nearness] = {}
    near_variables: dict[str, float] = {}
    corrected: str = ""
    missing: tuple[str, ...] = ()
    needed: int = 0
    found: bool = True
    count: int = 0
    corrections: tuple[tuple[str, str], ...] = ()
    as_typed: int = 0
    parts: tuple[Match, ...] = ()
    hints: tuple[str, ...] = ()
    synonyms: dict[str, float] = {}
    added: tuple[Added, ...] = ()
    terms: tuple[Word | Phrase, ...] = ()
    alike: dict[str, tuple[Reason, ...]] = {}
    unstated: dict[str, tuple[str, ...]] = {}
    stated: int = 0
    whole: frozenset[str] = frozenset()
    loose: tuple[Filter, ...] = ()
    named: frozenset[str] = frozenset()

    @cached_property
    def members(self) -> Clause:
        """The whole set."""
        others = self.near.keys() | self.synonyms.keys()
        if not others:
            return self.lexical
        return AnyOf((self.lexical, Ids(tuple(sorted(others)))))

    @cached_property
    def complete(self) -> Clause:
        """What has every word."""
        return self.parsed.clause()

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Neighbouring words of the query as phrases: found side by side they say more than apart."""
        units = [group.alternatives[0] for group in self.parsed.groups]
        plain = [one if isinstance(one, Word) and not one.fields and not one.prefix else None for one in units]
        pairs = pairwise(plain)
        return tuple(Phrase(f"{one.text} {other.text}", slop=PHRASE_SLOP) for one, other in pairs if one and other)

    @cached_property
    def scoring(self) -> Clause:
        """Any of the words: what gives a score to resources that are in the set by their meaning."""
        return self.parsed.clause(at_least=1)

    @cached_property
    def marking(self) -> Clause:
        """Any of the words or synonyms: what is marked in passages."""
        return AnyOf((self.scoring, *self.terms)) if self.terms else self.scoring


class Words(msgspec.Struct, frozen=True):
    """How words are taken: by which thesaurus they have synonyms, and which are to be left as they are."""

    thesaurus: Thesaurus | None = None
    plain: tuple[str, ...] = ()


PLAIN = Words()
"""No synonyms."""


class Matcher:
    """Finds what a text matches.

    Args:
        backend: the engine for words.
        encoder: the encoder, None to search by words only.
        catalogue, variables: nearest resources and variables by meaning.
        beside: threads in which what is near is looked for, while words are counted.
    """

    def __init__(
        self, backend: Backend, encoder: Encoder | None, catalogue: Meaning, variables: Meaning, beside: Beside
    ) -> None:
        self._backend = backend
        self._beside = beside
        self._of_variables = lru_cache(maxsize=2048)(self._words_in_one_variable)
        self._encoder = encoder
        self._catalogue = catalogue
        self._variables = variables
        held = backend.stats().documents.get("catalogue", 0)
        self._held = held
        self._few = _within(int(held * SHARE_FEW), FEW)
        self._near_limit = _within(int(held * SHARE_NEAR), NEAR_RESOURCES)

    def match(self, text: str, *, meaning: bool = True, catalogue: bool = True, words: Words = PLAIN) -> Match:
        """Find the set of resources that answer a text; without `catalogue` only that of variables."""
        parsed = demand(parse(text))
        if not parsed.groups:
            return Match(parsed=parsed, lexical=parsed.clause())
        as_typed = self.count(parsed.clause())
        parsed, count, corrections = self._corrected(parsed, as_typed, words.plain)
        vector = self._vector(parsed) if meaning else None
        variables = self._beside.make(self._near_variables, vector)
        resources = self._beside.make(self._near_resources, vector if catalogue else None)
        widening = self._widening(parsed, words) if catalogue else None
        synonyms = self._by_synonym(widening)
        relaxing = catalogue and count < self._few
        lexical, needed, missing = (
            relaxed(parsed, self.count, self._few, self._held) if relaxing else (parsed.clause(), 0, ())
        )
        found = count > 0 or bool(synonyms) or self.count(lexical) > 0
        return Match(
            parsed=parsed,
            lexical=lexical,
            vector=vector,
            near=self._near_to(vector, resources.result(), found=found) if catalogue and vector is not None else {},
            near_variables=variables.result(),
            corrected=parsed.text if corrections else "",
            missing=missing,
            needed=needed,
            found=found,
            count=count,
            corrections=tuple(corrections.items()),
            as_typed=as_typed if corrections else 0,
            synonyms=synonyms,
            added=widening.added if widening else (),
            terms=widening.terms if widening else (),
        )

    def _widening(self, parsed: Parsed, words: Words) -> Widening | None:
        if words.thesaurus is None or not is_plain(parsed):
            return None
        if len(parsed.groups) > 2 and self.count(Phrase(parsed.text, TITLES)):
            return None  # it is, or begins, the name of something
        return widen(parsed, words.thesaurus, words.plain)

    def _by_synonym(self, widening: Widening | None) -> dict[str, float]:
        if widening is None:
            return {}
        page = self._backend.search(Ask(clause=widening.clause, limit=BY_SYNONYM))
        return {hit.id: hit.score for hit in page.hits}

    def below(self, text: str, words: Words = PLAIN) -> Match:
        """What a text asks of the variables of something: its words, with likely spellings, and its vector."""
        parsed = demand(parse(text))
        if parsed.groups:
            parsed, _, _ = self._corrected(parsed, self.count(parsed.clause()), words.plain)
        clause = parsed.clause()
        return Match(
            parsed=parsed, lexical=clause, variables=clause, vector=self._vector(parsed) if parsed.groups else None
        )

    def concept(self, text: str, *, meaning: bool, words: Words = PLAIN) -> Match:
        """What has evidence of one concept among several: all its words or synonyms, or surely near in meaning."""
        parsed = demand(parse(text))
        vector = self._vector(parsed) if meaning else None
        widening = self._widening(parsed, words)
        return Match(
            parsed=parsed,
            lexical=parsed.clause(),
            synonyms=self._by_synonym(widening),
            added=widening.added if widening else (),
            terms=widening.terms if widening else (),
            vector=vector,
            near=self._near(vector, self._near_resources(vector, CONCEPT_FLOOR)) if vector is not None else {},
        )

    def count(self, clause: Clause, collection: Collection = "catalogue") -> int:
        """How many documents a clause matches."""
        return self._backend.search(Ask(collection=collection, clause=clause, limit=0)).total

    def variable_members(self, match: Match) -> Clause:
        """The whole set of variables that answer a text."""
        clause = match.variables if match.variables is not None else self._of_variables(match.parsed)
        return AnyOf((clause, Ids(tuple(sorted(match.near_variables))))) if match.near_variables else clause

    def _words_in_one_variable(self, parsed: Parsed) -> Clause:
        """All words in one variable; where no variable has all, as many as any has."""
        every = len(parsed.groups)
        if every <= 1 or self.count(parsed.clause(at_least=every), "variables"):
            return parsed.clause(at_least=max(every, 1))
        each = [parsed.clause((group,)) for group in parsed.groups]
        return parsed.clause(at_least=max(1, self._backend.most(each, "variables")))

    def _corrected(self, parsed: Parsed, count: int, plain: tuple[str, ...]) -> tuple[Parsed, int, dict[str, str]]:
        """A text with likely spellings where little was found, unless they find little more."""
        if count >= self._few:
            return parsed, count, {}
        units = [one.text for group in parsed.groups for one in group.alternatives if isinstance(one, Word)]
        corrections = self._backend.correct([word for word in units if word.casefold() not in plain])
        if not corrections:
            return parsed, count, {}
        better = demand(parse(corrected_text(parsed.text, corrections.items())))
        found = self.count(better.clause())
        return (better, found, corrections) if not count or found >= TIMES_MORE * count else (parsed, count, {})

    def _vector(self, parsed: Parsed) -> Vectors | None:
        if self._encoder is None or not is_plain(parsed):
            return None
        vector: Vectors = self._encoder.encode([parsed.text], purpose="query")[0]
        return vector if vector.any() else None

    def _near_variables(self, vector: Vectors | None) -> dict[str, float]:
        if vector is None:
            return {}
        return {near.id: near.cosine for near in self._variables.nearest(vector, NEAR_VARIABLES, floor=VARIABLE_FLOOR)}

    def _near_resources(self, vector: Vectors | None, share: float = NEAR_FLOOR) -> list[Near]:
        if self._encoder is None or vector is None:
            return []
        return self._catalogue.nearest(vector, self._near_limit, floor=share * self._encoder.related)

    def _near_to(self, vector: Vectors, resources: list[Near], *, found: bool) -> dict[str, Nearness]:
        """What is near, beside what has the words; when nothing has them, only what is surely near."""
        assert self._encoder is not None  # noqa: S101 - a vector came from it
        if found:
            return self._near(vector, resources)
        few = self._held < LARGE
        floor = (ALONE_FLOOR if few else ALONE_FLOOR_LARGE) * self._encoder.related
        surely = [near for near in resources[: None if few else NEAR_ALONE] if near.cosine >= floor]
        near = self._near(vector, surely)
        return near if few else {identity: one for identity, one in near.items() if one.cosine >= floor}

    def _near(self, vector: Vectors, resources: list[Near]) -> dict[str, Nearness]:
        """Resources near in meaning, and studies near through a variable."""
        studies = self._variables.nearest_roots(vector, NEAR_STUDIES_BY_VARIABLES, floor=VARIABLE_FLOOR)
        best = max([near.cosine for near in resources] + [near.cosine * VARIABLE_SHARE for near in studies], default=0)
        found: dict[str, Nearness] = {}
        for near in resources:
            for identity in {near.id, near.root}:
                keep_nearest(found, identity, Nearness(near.cosine))
        for near in studies:
            for identity in {near.root, near.parent} - {""}:
                keep_nearest(found, identity, Nearness(near.cosine * VARIABLE_SHARE, near.id))
        return {identity: near for identity, near in found.items() if near.cosine >= RELATIVE_FLOOR * best}


def corrected_text(text: str, corrections: Iterable[tuple[str, str]]) -> str:
    """A text with words replaced by their likely spellings."""
    for wrong, right in corrections:
        text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, text)
    return text


def _within(number: int, bounds: tuple[int, int]) -> int:
    return max(bounds[0], min(bounds[1], number))


def keep_nearest(found: dict[str, Nearness], identity: str, near: Nearness) -> None:
    """Keep the nearer of two ways to a resource."""
    if identity not in found or near.cosine > found[identity].cosine:
        found[identity] = near


def is_plain(parsed: Parsed) -> bool:
    """Whether a text is words only: no phrase, field, prefix or exclusion that asks for precision."""
    units = [one for group in parsed.groups for one in group.alternatives]
    return not parsed.excluded and all(isinstance(one, Word) and not one.fields and not one.prefix for one in units)


def demand(parsed: Parsed) -> Parsed:
    """Leave out words too common to demand in the language spoken (`the`, `und`), unless there is nothing else."""
    common = common_words(parsed.words) | SOUGHT
    kept = tuple(group for group in parsed.groups if not _is_common(group, common))
    return msgspec.structs.replace(parsed, groups=kept) if kept else parsed


def _is_common(group: Group, common: frozenset[str]) -> bool:
    one = group.alternatives[0]
    return len(group.alternatives) == 1 and isinstance(one, Word) and not one.fields and is_common(one.text, common)
