"""Queries of several concepts: `anxiety and household income` asks for studies that have both.

A text has several concepts where commas, `and`, `with` or the like part it, and what they part are no halves of one
thing (`health and safety`), no title, and no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from reperio.index.analysis import is_stop_word
from reperio.index.ask import AllOf, AnyOf, Clause, Ids, Phrase, Word
from reperio.index.backend import Backend
from reperio.query.beside import Beside
from reperio.query.constraints.words import PEOPLE, STUDIES
from reperio.query.match import TITLES, Match, Matcher, Words, demand, is_plain
from reperio.query.parse import parse
from reperio.query.rank import SPEAKING

CONCEPTS_MAX = 4
WORDS_MAX = 5
"""Words of one concept; what has more is a sentence."""

FIXED_SHARE = 0.3
"""Share of the records with the rarer half in which both stand joined, from which they are one thing."""

FIXED_LEAST = 3
FEW_CONCEPTS = 10
"""Records with evidence of every concept below which those that lack one are shown as well."""

NAMING = ("title", "alternate", "keyword")
GENERAL = PEOPLE | STUDIES | {"information", "factors", "effects", "outcomes", "issues", "aspects", "others", "other"}
"""Words that are no concept of their own (`women with asthma` is about asthma in women)."""

_SEPARATOR = re.compile(
    r"\s*(?:;|,(?!\d))\s*(?:(?:and|&)\s+)?|\s+(?P<and>and|&|AND)\s+"
    r"|\s+(?:as well as|together with|along with|combined with|plus|(?<!ing )with)\s+"
)


def split_concepts(text: str, fixed: Callable[[str, str], bool] = lambda _, __: False) -> tuple[str, ...]:
    """The concepts of a text; empty when it has but one.

    Args:
        text: words to search for, constraints taken out.
        fixed: whether two words, joined by `and`, are one thing.
    """
    parsed = parse(text)
    if not is_plain(parsed) or any(len(group.alternatives) > 1 for group in parsed.groups):
        return ()
    if not SPEAKING.isdisjoint(text.lower().split()):
        return ()
    parts = [part for part in map(_trimmed, _parts(text, fixed)) if _says_something(part)]
    distinct = tuple(dict.fromkeys(" ".join(part.split()) for part in parts))
    if not 1 < len(distinct) <= CONCEPTS_MAX:
        return ()
    return distinct if all(len(demand(parse(part)).groups) <= WORDS_MAX for part in distinct) else ()


def _parts(text: str, fixed: Callable[[str, str], bool]) -> list[str]:
    parts: list[str] = []
    start = 0
    for separator in [*_SEPARATOR.finditer(text), None]:
        end = separator.start() if separator else len(text)
        part = text[start:end]
        after = text[separator.end() :].split() if separator else []
        if separator and separator["and"] and part.split() and after and fixed(part.split()[-1], after[0].strip(",;")):
            continue
        if separator and _is_general(part) and not separator.group().strip().startswith((",", ";")):
            continue  # `women with asthma` is one thing
        if _is_general(part) and parts:
            parts[-1] = f"{parts[-1]} {part.strip()}"
        else:
            parts.append(part.strip())
        start = separator.end() if separator else len(text)
    return parts


def _trimmed(part: str) -> str:
    """A part without the words that only say that data are sought (`data on income`)."""
    words = part.strip(" .;,").split()
    kept = [word for word in words if word.lower() not in STUDIES]
    while kept and len(kept) < len(words) and is_stop_word(kept[0]):
        kept = kept[1:]
    return " ".join(kept or words)


def _is_general(part: str) -> bool:
    return all(word.strip(",;.").lower() in GENERAL for word in part.split())


def _says_something(part: str) -> bool:
    groups = demand(parse(part)).groups
    words = [one.text for group in groups for one in group.alternatives]
    return any(len(word) > 2 and not word.isdigit() and not is_stop_word(word) for word in words)


class Concepts:
    """Matches queries of several concepts.

    A catalogue without variables describes tables one by one: there a list of words describes one thing, and taking it
    apart was measured to do harm. So nothing has several concepts in it.

    Args:
        matcher: matches each concept.
        backend: knows whether variables are held.
        beside: threads in which concepts are matched at once.
    """

    def __init__(self, matcher: Matcher, backend: Backend, beside: Beside) -> None:
        self._matcher = matcher
        self._beside = beside
        self._studies = backend.stats().documents.get("variables", 0) > 0

    def match(self, text: str, *, meaning: bool, words: Words) -> Match | None:
        """What has evidence of each concept of a text, by words or by meaning; None when it has but one.

        When little has all, what has all but one goes on after it.
        """
        labels = split_concepts(text, self._fixed) if self._studies else ()
        if not labels or self._matcher.count(Phrase(text, TITLES)):  # it is, or begins, the name of something
            return None
        whole = self._matcher.match(text, meaning=meaning, catalogue=False)
        if whole.corrections:
            return None
        begun = [self._beside.make(self._matcher.concept, label, meaning=meaning, words=words) for label in labels]
        parts = tuple(part.result() for part in begun)
        clauses = tuple(evidence_of(part) for part in parts)
        lexical: Clause = AllOf(clauses)
        count = self._matcher.count(lexical)
        needed = 0
        if count < FEW_CONCEPTS:
            needed = len(parts) - 1
            lexical = AnyOf(clauses, at_least=needed)
        return msgspec.structs.replace(
            whole,
            lexical=lexical,
            near={},
            parts=parts,
            needed=needed,
            missing=(),
            count=count,
            found=True,
            added=tuple(one for part in parts for one in part.added),
            terms=tuple(one for part in parts for one in part.terms),
        )

    def _fixed(self, first: str, second: str) -> bool:
        """Whether two words are mostly met joined (`health and safety`)."""
        joined = self._matcher.count(Phrase(f"{first} and {second}", NAMING))
        if joined < FIXED_LEAST:
            return False
        rarer = min(self._matcher.count(Word(word, NAMING, exact=True)) for word in (first, second))
        return joined >= FIXED_SHARE * rarer


def evidence_of(part: Match) -> Clause:
    """What has evidence of a concept: all its words, or nearness in meaning."""
    words = part.parsed.clause()
    others = part.near.keys() | part.synonyms.keys()
    return AnyOf((words, Ids(tuple(sorted(others))))) if others else words
