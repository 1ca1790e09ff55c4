"""Passages of a text that show why it matched: plain text and the places to mark, never markup.

Made from the text itself, so that no index need store it, and alike for every backend.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from operator import eq
from typing import Final

import msgspec

from reperio.index.analysis import EVERY_LANGUAGE, LONGEST_WORD, Analysis, Words, first_letters, may_split, split_word
from reperio.index.ask import AllOf, AnyOf, Clause, Phrase, Snippet, Without, Word
from reperio.index.language import common_words, is_common
from reperio.index.spelling import distance

MOST_TOKENS: Final = 50_000  # words of a text that are looked at for a start; more only while nothing has matched
WORDS_KEPT: Final = 20_000  # different words of texts that are remembered for a clause
FORMS_KEPT: Final = 50_000  # words of texts of which the form is remembered
MEMORABLE: Final = 300  # characters; labels, categories and keywords come again in a page of results, abstracts do not
PASSAGES_KEPT: Final = 2_000  # short texts of which what is shown is remembered for a clause
_TOKEN = re.compile(r"[^\W_]+")
_NOTHING = re.compile(r"(?!)")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f]")
_MERGED_GAP = 2  # marks that only so many characters, none of them of a word, divide become one

_UNKNOWN: Final = Snippet("", "")

Span = tuple[int, int]


class _Wanted(msgspec.Struct, frozen=True):
    """A sequence of words that matches; of the last one more may be open."""

    words: Words
    stemmed: bool = False
    prefix: bool = False
    fuzzy: int = 0


def make_snippet(
    text: str, clause: Clause, analysis: Analysis = EVERY_LANGUAGE, width: int = 240, *, field: str = ""
) -> Snippet:
    """Cut the passage of at most about `width` characters that shows most of what a clause asks for.

    A text in which nothing matches gives its beginning without marks. `field` is the text field it is of: words
    asked for in other fields are not marked.
    """
    return marker(clause, analysis).snippet(text, field, width)


@lru_cache(maxsize=256)
def marker(clause: Clause, analysis: Analysis = EVERY_LANGUAGE) -> Marker:
    """Give what marks all that a clause asks for, in all the texts of a page of results."""
    return Marker(clause, analysis)


class Marker:
    """Marks what a clause asks for in texts.

    Args:
        clause: what is asked for.
        analysis: how text becomes words.
    """

    def __init__(self, clause: Clause, analysis: Analysis) -> None:
        self._clause = clause
        self._analysis = analysis
        self._matchers: dict[str, _Matcher | None] = {}
        self._found: dict[tuple[str, str, int], Snippet | None] = {}

    def snippet(self, text: str, field: str, width: int) -> Snippet:
        """Cut the passage that shows most; the beginning of a text in which nothing matches."""
        text = _printable(text)
        return self._passage(text, field, width, self._marks(text, field))

    def found(self, text: str, field: str, width: int) -> Snippet | None:
        """Cut the passage that shows most; None when nothing matches."""
        if len(text) > MEMORABLE:
            return self._find(text, field, width)
        key = (text, field, width)
        if (known := self._found.get(key, _UNKNOWN)) is not _UNKNOWN:
            return known
        if len(self._found) >= PASSAGES_KEPT:
            self._found.clear()
        found = self._found[key] = self._find(text, field, width)
        return found

    def _find(self, text: str, field: str, width: int) -> Snippet | None:
        text = _printable(text)
        marks = self._marks(text, field)
        return self._passage(text, field, width, marks) if marks else None

    def _marks(self, text: str, field: str) -> list[tuple[Span, int]]:
        if field not in self._matchers:
            wanted = tuple(dict.fromkeys(_wanted(self._clause, self._analysis, field)))
            self._matchers[field] = _matcher(wanted, self._analysis) if wanted else None
        matcher = self._matchers[field]
        return matcher.find(text) if matcher is not None else []

    def _passage(self, text: str, field: str, width: int, marks: list[tuple[Span, int]]) -> Snippet:
        merged = _merged(text, [span for span, _ in marks])
        if len(text) <= width:
            return Snippet(field=field, text=text, marks=tuple(merged))
        start, end = _window(text, marks, width)
        return _cut(text, field, start, end, merged)


def _printable(text: str) -> str:
    """Compose accents, replace halves of characters, and put spaces for what is not to be seen."""
    if text.isprintable():
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    return _UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode()))


def _wanted(clause: Clause, analysis: Analysis, field: str) -> Iterator[_Wanted]:
    words = list(_asked(clause, field))
    common = common_words(word.text for word in words if isinstance(word, Word))
    telling = [word for word in words if not isinstance(word, Word) or not is_common(word.text, common)]
    for word in telling or words:
        if isinstance(word, Phrase):
            if phrase := analysis.words(word.text):
                yield _Wanted(phrase)
            continue
        for alternative in analysis.alternatives(word.text):
            yield _Wanted(alternative, stemmed=not word.exact, prefix=word.prefix, fuzzy=word.fuzzy)


def _asked(clause: Clause, field: str) -> Iterator[Word | Phrase]:
    match clause:
        case Word() | Phrase():
            if not (field and clause.fields) or field in clause.fields:
                yield clause
        case AllOf() | AnyOf():
            for each in clause.clauses:
                yield from _asked(each, field)
        case Without():
            yield from _asked(clause.clause, field)
        case _:
            return


@lru_cache(maxsize=4)
def forms_of(analysis: Analysis) -> Callable[[str], tuple[str, Words]]:
    """Gives the exact form of a word as it stands in a text, and its parts where it may be split. Texts share most words."""

    @lru_cache(maxsize=FORMS_KEPT)
    def form_of(raw: str) -> tuple[str, Words]:
        plain = raw.isascii() and len(raw) < LONGEST_WORD  # most are, and need no analyser
        word = raw.lower() if plain else "".join(analysis.words(raw))
        return word, split_word(word) if may_split(word) else ()

    return form_of


class _Matcher(dict[str, tuple[int, ...]]):
    """Compares the words of a text with those wanted, as the index would; each different word once.

    By word as it stands in a text: the numbers of what may begin with it.
    """

    def __init__(self, wanted: tuple[_Wanted, ...], analysis: Analysis) -> None:
        super().__init__()
        self._wanted = wanted
        self._analysis = analysis
        self._form = forms_of(analysis)
        self._loose = any(each.prefix or each.fuzzy for each in wanted)
        self._single = all(len(each.words) == 1 for each in wanted)
        self._letters = frozenset(each.words[0][:1] for each in wanted)
        self._begun_by = _first_letters(wanted)
        self._stemmed = any(each.stemmed for each in wanted)
        self._firsts = [(each.words[0], analysis.every_stem(each.words[0]) if each.stemmed else ()) for each in wanted]

    def __missing__(self, raw: str) -> tuple[int, ...]:
        if len(self) >= WORDS_KEPT:
            self.clear()
        word, parts = self._form(raw)
        may_begin = word[:1] in self._letters
        # Most words: nothing wanted begins like them.
        found = self._starting(word, parts, may_begin=may_begin) if may_begin or parts or self._loose else ()
        self[raw] = found
        return found

    def _starting(self, word: str, parts: Words, *, may_begin: bool) -> tuple[int, ...]:
        stems = self._analysis.every_stem(word) if may_begin and self._stemmed else ()
        begins = word[:1]
        found = []
        for number, (first, sought) in enumerate(self._firsts):
            if (
                word == first
                or (first[:1] == begins and any(map(eq, stems, sought)))
                or (parts and first in parts)
                or (self._loose and _is_near(word, self._wanted[number]) and len(self._wanted[number].words) == 1)
            ):
                found.append(number)
        return tuple(found)

    def find(self, text: str) -> list[tuple[Span, int]]:
        """Give the places that match, in order, each with the number of what it matches."""
        if len(text) > MOST_TOKENS:
            return self._find_in_long(text)
        beginning = _begun_by(self._begun_by, plain=text.isascii()) if self._begun_by else _TOKEN
        if not any(map(self.__getitem__, beginning.findall(text))):
            return []  # most texts
        if self._single:
            return [(word.span(), begun[0]) for word in beginning.finditer(text) if (begun := self[word.group()])]
        return self._marks(list(_TOKEN.finditer(text)))

    def _find_in_long(self, text: str) -> list[tuple[Span, int]]:
        stream = _TOKEN.finditer(text)
        marks: list[tuple[Span, int]] = []
        while not marks and (tokens := list(islice(stream, MOST_TOKENS))):
            marks = self._marks(tokens)
        return marks

    def _marks(self, tokens: list[re.Match[str]]) -> list[tuple[Span, int]]:
        words = [token.group() for token in tokens]
        marks: list[tuple[Span, int]] = []
        for at, numbers in enumerate(map(self.__getitem__, words)):
            for number in numbers:
                if self.follows(words, at, number):
                    last = tokens[at + len(self._wanted[number].words) - 1]
                    marks.append(((tokens[at].start(), last.end()), number))
                    break
        return marks

    def _word(self, raw: str) -> str:
        return self._form(raw)[0]

    def follows(self, words: list[str], at: int, number: int) -> bool:
        """Whether the rest of what is wanted follows a word that it may begin with."""
        length = len(self._wanted[number].words)
        return at + length <= len(words) and all(
            self._matches(words[at + place], number, place) for place in range(1, length)
        )

    def _matches(self, raw: str, number: int, place: int) -> bool:
        wanted = self._wanted[number]
        word = self._word(raw)
        sought = wanted.words[place]
        if self._same(word, sought, stemmed=wanted.stemmed):
            return True
        return place == len(wanted.words) - 1 and _is_near(word, wanted)

    def _same(self, word: str, sought: str, *, stemmed: bool) -> bool:
        if word == sought or sought in split_word(word):
            return True
        if not stemmed or word[:1] != sought[:1]:
            return False
        stems = self._analysis.every_stem
        return any(map(eq, stems(word), stems(sought)))


def _first_letters(wanted: tuple[_Wanted, ...]) -> str:
    """Letters with which the words of a text begin that may begin what is wanted; none where that may be any."""
    letters = {first_letters(each.words[0]) for each in wanted}
    if "" in letters or any(each.fuzzy for each in wanted):  # what is spelled nearly like it may begin otherwise
        return ""
    return "".join(sorted(set().union(*letters)))


@lru_cache(maxsize=1024)
def _begun_by(letters: str, *, plain: bool) -> re.Pattern[str]:
    """A pattern of words that begin with some letters, of either case.

    It is of texts in ASCII (`plain`), or of others: there a word that begins with another sign may fold to any letter.
    """
    some = {letter for letter in letters + letters.upper() if letter.isascii()}
    if plain and not some:
        return _NOTHING
    signs = some if plain else {chr(code) for code in range(128)} - some
    begins = f"[{'' if plain else '^'}{re.escape(''.join(sorted(signs)))}]"
    # What stands before a word is looked at after its first letter, which is found faster so.
    return re.compile(rf"{begins}(?<=[^\W_])(?<![^\W_].)[^\W_]*+", re.DOTALL)


def _is_near(word: str, wanted: _Wanted) -> bool:
    """Whether a word begins with the last one wanted, or is spelled nearly like it, where that will do."""
    sought = wanted.words[-1]
    if wanted.prefix and word.startswith(sought):
        return True
    return bool(wanted.fuzzy) and distance(word, sought, wanted.fuzzy) <= wanted.fuzzy


@lru_cache(maxsize=64)
def _matcher(wanted: tuple[_Wanted, ...], analysis: Analysis) -> _Matcher:
    """One for all the texts of a page of results: they share most of their words."""
    return _Matcher(wanted, analysis)


def _merged(text: str, spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and (start <= merged[-1][1] or _is_gap(text[merged[-1][1] : start])):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_gap(between: str) -> bool:
    return len(between) <= _MERGED_GAP and not any(letter.isalnum() for letter in between)


def _window(text: str, marks: list[tuple[Span, int]], width: int) -> Span:
    """Choose the passage of a longer text with most different matches, then most matches, then the earliest."""
    if not marks:
        return 0, width
    best, begin = (0, 0), marks[0][0][0]
    first = 0
    for last, ((_, end), _) in enumerate(marks):
        while end - marks[first][0][0] > width:
            first += 1
            if first > last:
                break
        inside = marks[first : last + 1][-100:]
        value = (len({number for _, number in inside}), len(inside))
        if inside and value > best:
            best, begin = value, inside[0][0][0]
    start = max(0, min(begin - width // 5, len(text) - width))
    return start, min(len(text), start + width)


def _cut(text: str, field: str, start: int, end: int, marks: list[Span]) -> Snippet:
    """Cut at whole words, never through a mark, with an ellipsis where text was left out."""
    start = _to_word(text, start, marks)
    end = _from_word(text, end, start, marks)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    kept = tuple(
        (max(first, start) + shift, min(last, end) + shift) for first, last in marks if first < end and last > start
    )
    return Snippet(field=field, text=f"{before}{text[start:end]}{after}", marks=kept)


def _to_word(text: str, start: int, marks: list[Span]) -> int:
    if not start:
        return 0
    first_mark = next((first for first, last in marks if last > start), len(text))
    space = text.find(" ", start - 1, max(first_mark, start))
    return space + 1 if 0 <= space < start + 40 else min(start, first_mark)


def _from_word(text: str, end: int, start: int, marks: list[Span]) -> int:
    if end >= len(text):
        return len(text)
    last_mark = max((last for first, last in marks if first < end), default=start)
    space = text.rfind(" ", max(start, min(last_mark, end)), end + 1)
    return space if space > max(start, end - 40) else max(end, min(last_mark, end + 40))
