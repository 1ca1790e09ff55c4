"""How text becomes words: one analysis for every backend, for documents and for questions alike.

A word has an *exact* form (lower case, accents folded) and a *stem* for each language analysed. Words that people
write in several ways meet: of `follow-up`, `GHQ-12` or `a_hhinc_2` the parts are indexed and also the parts joined; of
`followup` and `GHQ12` also the parts. No word is dropped at indexing, so that a question of stop words finds what it
says; they only do not exclude (`demanding`).

The engine's own tokeniser and stemmers are used (compiled code, for millions of labels), in the memory backend too.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import tantivy

from reperio.index.compounds import COMPOUNDS, STOP_WORDS
from reperio.index.language import LANGUAGES, primary

STEMMERS: Final = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
"""Languages (BCP 47) whose words can be stemmed."""

LONGEST_WORD = 100  # bytes; what is longer is no word, and is left out of documents and questions alike
LONGEST_JOINED = 60  # characters; longer compounds (addresses of pages) are found by their parts
MEMORABLE = 300  # characters; labels and wordings come again, descriptions do not
MOST_PAIRS = 4  # parts up to which neighbours are joined too: `COVID-19-related` has `covid19`

EXACT = "exact"

_WORD = r"[^\W_]++"  # possessive, and begun only at the start of a word: a hostile text costs no more than its length
_COMPOUND = re.compile(rf"(?<![^\W_]){_WORD}(?:[-_/.&+'’‐‑]{{1,2}}{_WORD})+")
_WORDS = re.compile(_WORD)
_SEPARATOR = re.compile(r"[-_/.&+'’‐‑]{1,2}[^\W_]")
_WRITTEN_JOINED = frozenset(COMPOUNDS) | {f"{word}s" for word in COMPOUNDS}
_BEGINNINGS = {
    part: "".join(sorted({word[0] for word, parts in COMPOUNDS.items() if part in {*parts, f"{parts[-1]}s"}}))
    for part in {part for parts in COMPOUNDS.values() for part in (*parts, f"{parts[-1]}s")}
}
_DIGITS = frozenset("0123456789")
_DIGIT = re.compile("[0-9]")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s(?!\w)", re.IGNORECASE)
_ELISION = re.compile(r"(?<!\w)(?:[ldjmnstc]|qu|un|[dn]?all|dell|nell|sull|quest)['’](?=\w)", re.IGNORECASE)
_LETTERS_DIGITS = re.compile(r"([a-z]{2,})(\d{1,3})")

Words = tuple[str, ...]


def prepare(text: str) -> str:
    """Compose accents, drop the possessive `'s` and articles that lean on a word (`l'emploi`)."""
    if not text.isascii():  # halves of characters, from broken encodings, become question marks
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return _ELISION.sub("", _POSSESSIVE.sub("", text)) if "'" in text or "’" in text else text


def build_analyzer(form: str = EXACT) -> tantivy.TextAnalyzer:
    """Build the analyser of a form: `exact`, or the language to stem by."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD))
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.lowercase())
    )
    if form != EXACT:
        builder = builder.filter(tantivy.Filter.stemmer(STEMMERS[form]))
    return builder.build()


def variants(text: str) -> Iterator[str]:
    """Other spellings of the compound words in a (prepared) text: joined where it splits, split where it joins."""
    if _SEPARATOR.search(text):  # most texts have no compound, and this tells quickly
        for compound in _COMPOUND.finditer(text):
            yield from _joinings(_parts(compound.group()))
    words = _WORDS.findall(text.lower())
    if _WRITTEN_JOINED.isdisjoint(words) and not _DIGIT.search(text):  # nor a word to split
        return
    for word in words:
        if (word in _WRITTEN_JOINED or word[-1] in _DIGITS) and (parts := split_word(word)):
            yield " ".join(parts)


def _parts(compound: str) -> Words:
    return tuple(_WORDS.findall(compound))


def _joinings(parts: Words) -> Iterator[str]:
    if all(part.isdigit() for part in parts):
        return  # 3.5 is not 35
    joined = "".join(parts)
    if len(joined) <= LONGEST_JOINED:
        yield joined
    if 2 < len(parts) <= MOST_PAIRS:
        yield from (first + second for first, second in pairwise(parts))


def split_word(word: str) -> Words:
    """Split a lower-case word that is often written apart: `followup`, `ghq12`. Empty when it is one word."""
    if found := _LETTERS_DIGITS.fullmatch(word):
        return found.groups()
    if parts := COMPOUNDS.get(word):
        return parts
    if word.endswith("s") and (parts := COMPOUNDS.get(word[:-1])):
        return (*parts[:-1], f"{parts[-1]}s")
    return ()


def may_split(word: str) -> bool:
    """Whether `split_word` may split a lower-case word; told in less time than it takes to split it."""
    return word[-1:].isdigit() or word in _WRITTEN_JOINED


def first_letters(word: str) -> str:
    """Letters with which words begin that are a form of an exact word or have it as a part; empty where that may be any."""
    if _LETTERS_DIGITS.fullmatch(f"ghq{word}"):
        return ""
    return _BEGINNINGS.get(word, "") + word[:1]


def is_stop_word(text: str) -> bool:
    """Whether a text is a word so common that not having it excludes nothing."""
    return text.strip().lower() in STOP_WORDS


class Analysis:
    """Cuts texts into words, the same way everywhere.

    Args:
        languages: languages to stem by; each has its own fields in the index. A text of another language, or of none
            stated, is stemmed by the first.
    """

    def __init__(self, languages: Sequence[str] = ("en",)) -> None:
        self.languages = tuple(languages)
        self._local = threading.local()
        self._stem = lru_cache(maxsize=50_000)(self._stem_uncached)
        self.every_stem = lru_cache(maxsize=30_000)(self._stem_in_every_language)
        self._indexed = lru_cache(maxsize=50_000)(_with_variants)

    @property
    def name(self) -> str:
        """Identity of the analysis: indexes of different names do not mix."""
        return "words3-" + "-".join(self.languages)

    def language(self, stated: str) -> str:
        """Give the language a text is stemmed by, from the one it states (BCP 47, may be empty)."""
        known = primary(stated)
        return known if known in self.languages else self.languages[0]

    def words(self, text: str) -> Words:
        """Cut a text into exact words, in order."""
        return tuple(self._analyzer(EXACT).analyze(prepare(text)))

    def stems(self, words: Sequence[str], language: str) -> Words:
        """Stem exact words by a language."""
        return tuple(self._stem(word, language) for word in words)

    def alternatives(self, text: str) -> tuple[Words, ...]:
        """Give the sequences of exact words, any of which is what the text of a `Word` asks for.

        The parts come first: `GHQ-12` gives (ghq, 12) and (ghq12); `ghq12` gives (ghq12) and (ghq, 12).
        """
        words = self.words(text)
        if not words:
            return ()
        if len(words) == 1:
            split = split_word(words[0])
            return (words, split) if split else (words,)
        joined = "".join(words)
        if len(joined) > LONGEST_JOINED or joined.isdigit():
            return (words,)
        return words, (joined,)

    def indexed(self, text: str) -> tuple[str, ...]:
        """Give the texts to index for one text of a document: itself, and the variants of its compounds."""
        return self._indexed(text) if len(text) <= MEMORABLE else _with_variants(text)

    def _analyzer(self, form: str) -> tantivy.TextAnalyzer:
        """Analysers change while they work, so every thread has its own."""
        found: tantivy.TextAnalyzer | None = getattr(self._local, form, None)
        if found is None:
            found = build_analyzer(form)
            setattr(self._local, form, found)
        return found

    def _stemmers(self) -> list[tantivy.TextAnalyzer]:
        """One for each language, of this thread."""
        found: list[tantivy.TextAnalyzer] | None = getattr(self._local, "stemmers", None)
        if found is None:
            found = self._local.stemmers = [self._analyzer(language) for language in self.languages]
        return found

    def _stem_in_every_language(self, word: str) -> Words:
        """Give the stems of an exact word, language by language; two words are forms of one where a place agrees."""
        same: dict[str, str] = {}  # most are alike, and are to take memory once
        found = [analyzer.analyze(word) for analyzer in self._stemmers()]
        return tuple([same.setdefault(stem, stem) for stem in [stems[0] if stems else word for stems in found]])

    def _stem_uncached(self, word: str, language: str) -> str:
        stems = self._analyzer(language).analyze(word)
        return stems[0] if stems else word


def _with_variants(text: str) -> tuple[str, ...]:
    prepared = prepare(text)
    return (prepared, *dict.fromkeys(variants(prepared)))


ENGLISH: Final = Analysis(("en",))
"""The analysis of English alone."""

EVERY_LANGUAGE: Final = Analysis(LANGUAGES)
"""The default analysis: texts are stemmed by their own language, the words of a question by each that the index has."""
