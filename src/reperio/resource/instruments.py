"""A register of instruments: questionnaires, scales and tests by name, acronym, version and number of items.

The list is our own (`data/instruments.txt`). A name that catalogues spell in many ways meets its entry through a key
without case, accents, hyphens, plurals and small words; nothing is matched by likeness, and what two entries share
names neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TypeVar

import msgspec

from reperio.text.characters import fold
from reperio.text.slugs import slugify

NAME_MAX = 200
TITLE_MAX = 2000
_Key = TypeVar("_Key")


class Instrument(msgspec.Struct, frozen=True, omit_defaults=True):
    """An instrument, or one version of it.

    Attributes:
        key: stable name within the register (`sdq`, `ghq-12`).
        name: full name.
        acronym: acronym, of a version with what tells it apart (`GHQ-12`); empty when it has none.
        aliases: other names and spellings that the key of its name does not cover.
        versions: keys of its versions.
        version_of: key of the instrument this is a version of.
        items: number of items; None when not known or different between versions.
        about: what it measures.
    """

    key: str
    name: str
    acronym: str = ""
    aliases: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    version_of: str | None = None
    items: int | None = None
    about: str = ""

    @property
    def label(self) -> str:
        """The one name that is shown and counted: `Strengths and Difficulties Questionnaire (SDQ)`."""
        named = self.acronym.split()
        if len(named) > 2 or self.acronym.startswith(self.name):  # `Rutter A Scale`, `CASP-19`
            return self.acronym
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


_SMALL = frozenset(["the", "and", "of", "for", "in", "to", "on", "by", "with"])
_KINDS = (
    "questionnaire scale inventory index checklist test schedule survey screen screener interview examination exam"
    " assessment battery profile guide matrix instrument measure score tool task"
)
_ENDINGS = frozenset(_KINDS.split())
_REMARKS = (
    "parent mother maternal father paternal teacher carer caregiver self child adult adolescent youth young person proxy"
    " informant report reported rated rating completed version form full short long brief subscale total item adapted"
    " modified english welsh dutch german french spanish portuguese italian swedish danish norwegian finnish russian chinese"
    " afrikaans cebuano kannada hebrew"
)
_QUALIFIERS = frozenset(_REMARKS.split())
_SPELLINGS = (
    (re.compile(r"(?<=behavi)our|(?<=col)our|(?<=flav)our|(?<=hum)our"), "or"),
    (re.compile(r"is(?=e$|ed$|ing$|ation$|er$)"), "iz"),
    (re.compile(r"^centre$"), "center"),
    (re.compile(r"^paed(?=iatric)"), "ped"),
    (re.compile(r"^programme$"), "program"),
)
_WORD = re.compile(r"[^\W_]+")
_ITEMS = re.compile(r"\b(\d{1,3})[\s-]*items?\b", re.IGNORECASE)
_BRACKETED = re.compile(r"(?P<outer>[^()\[\]]+)[(\[](?P<inner>[^()\[\]]*)[)\]]?(?P<rest>[^()\[\]]*)")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_/:.][A-Za-z0-9]+)*")
_LOWER_CASE_WORDS = {"scoff", "icecap", "hexaco"}
_ROMAN = re.compile(r"[\s-]*(?:I{1,3}|IV)\b")
_PLURAL_MIN = 5


@lru_cache(maxsize=65_536)
def _word(word: str) -> str:
    """A word without its plural, in one spelling."""
    for pattern, instead in _SPELLINGS:
        word = pattern.sub(instead, word)
    if len(word) < _PLURAL_MIN or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return "matrix" if word == "matrices" else word
    return word[:-3] + "y" if word.endswith("ies") else ("matrix" if word == "matrices" else word[:-1])


def _words(text: str) -> list[str]:
    folded = fold(text).replace("'", "").replace("&", " and ")
    return [_word(word) for word in _WORD.findall(folded) if word not in _SMALL]


class _Names(msgspec.Struct, frozen=True):
    """What the names of the register lead to.

    Attributes:
        exact: key of a name or acronym, words run together, to the entry.
        bare: the same without the last word for its kind (`Strengths and Difficulties`).
        phrases: first word of a full name to the names, as words, that begin with it, longest first.
        sure: acronyms as written that mean one instrument in any text of this field.
    """

    exact: Mapping[str, Instrument]
    bare: Mapping[str, Instrument]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Instrument], ...]]
    sure: Mapping[str, Instrument]


@cache
def register() -> Mapping[str, Instrument]:
    """Every instrument and version by key; read once, on first use."""
    return MappingProxyType({each.key: each for line in _lines() for each in _entries(line)})


def instrument_named(text: str) -> Instrument | None:
    """The instrument or version that a statement of one instrument names; None when it names none or more than one.

    Case, hyphens, plurals, an acronym in brackets, the word for its kind (`scale`), who answered and the language of
    the form make no difference. A version is told by its acronym or number of items (`GHQ 12`, `12-item GHQ`).
    """
    return _named(text.strip()) if len(text) <= NAME_MAX else None


def preferred_name(text: str) -> str:
    """The one name under which the instrument of a statement is shown; the text itself when it is not in the register."""
    found = instrument_named(text)
    return found.label if found else text


def with_families(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels of instruments, and of the instruments they are versions of: who asks for the GHQ means the GHQ-12 too."""
    found: dict[str, None] = {}
    for label in labels:
        found[label] = None
        entry = instrument_named(label)
        if entry and entry.version_of:
            found[register()[entry.version_of].label] = None
    return tuple(found)


def instruments_in(text: str) -> tuple[Instrument, ...]:
    """The instruments that a title or label names, in order: by full name, or an acronym that means nothing else.

    Where a version is named, the instrument it is of is not given beside it. Only the first 2,000 characters are read.
    """
    return _found(text[:TITLE_MAX])


@lru_cache(maxsize=8192)
def _named(text: str) -> Instrument | None:
    match = _BRACKETED.fullmatch(text)
    if match is None:
        return _resolve(text)
    outer, inner = _resolve(f"{match['outer']} {match['rest']}"), _resolve(match["inner"])
    if outer is None or inner is None:
        return _with_remark(outer, match["inner"]) or (
            inner if inner and _only_remarks(f"{match['outer']} {match['rest']}") else None
        )
    if outer.version_of == inner.key or outer == inner:
        return outer
    return inner if inner.version_of == outer.key else None


def _with_remark(found: Instrument | None, remark: str) -> Instrument | None:
    """The instrument whose brackets hold no other name: a number of items, who answered, a language."""
    if found is None:
        return None
    if items := _ITEMS.search(remark):
        return _version_with(found, int(items[1]))
    return found if _only_remarks(remark) else None


def _only_remarks(text: str) -> bool:
    return all(word in _QUALIFIERS or word.isdigit() for word in _words(text))


def _version_with(found: Instrument, items: int) -> Instrument:
    versions = (register()[key] for key in found.versions)
    return next((each for each in versions if each.items == items), found)


def _resolve(text: str) -> Instrument | None:
    words = _words(text)
    if found := _by_words(words):
        return found
    if items := _ITEMS.search(text):
        rest = _by_words(_words(text[: items.start()] + " " + text[items.end() :]))
        return _version_with(rest, int(items[1])) if rest else None
    if words and words[-1].isdigit() and (rest := _by_words(words[:-1])):  # `General Health Questionnaire-12`
        version = _version_with(rest, int(words[-1]))
        return version if version != rest or rest.items == int(words[-1]) else None
    return None


def _by_words(words: list[str]) -> Instrument | None:
    """The entry of these words, or of what is left of them without remarks at either end."""
    names = _names()
    first, last = 0, len(words)
    while first < last:
        key = "".join(words[first:last])
        if found := names.exact.get(key) or names.bare.get(key):
            return found
        if words[last - 1] in _QUALIFIERS or (words[last - 1] in _ENDINGS and last - first == 2):
            last -= 1
        elif words[first] in _QUALIFIERS:
            first += 1
        else:
            return None
    return None


@lru_cache(maxsize=65_536)
def _found(text: str) -> tuple[Instrument, ...]:
    found = list(dict.fromkeys([*_by_acronym(text), *_by_name(text)]))
    versioned = {each.version_of for each in found}
    return tuple(each for each in found if each.key not in versioned)


def _by_acronym(text: str) -> Iterator[Instrument]:
    for match in _TOKEN.finditer(text):
        found = _written(match.group().replace("_", "-"))
        if found and not (
            found.key == "sdq" and _ROMAN.match(text, match.end())
        ):  # Self-Description Questionnaire I to III
            yield found


@lru_cache(maxsize=65_536)
def _written(token: str) -> Instrument | None:
    """What a token begins with: `GAD-7-total` is the GAD-7, `SDQ-conduct` the SDQ."""
    sure = _names().sure
    ends = [match.start() for match in re.finditer(r"[-/:.]", token)]
    found = next((sure[token[:end]] for end in (len(token), *reversed(ends)) if token[:end] in sure), None)
    unmistakable = token.islower() and len(token) > 4 and token not in _LOWER_CASE_WORDS
    return found or (sure.get(token.upper()) if unmistakable else None)


def _by_name(text: str) -> Iterator[Instrument]:
    words, phrases = _words(text), _names().phrases
    at = 0
    while at < len(words):
        for phrase, found in phrases.get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield found
                at += len(phrase) - 1
                break
        at += 1


@cache
def _names() -> _Names:
    exact: dict[str, set[Instrument]] = {}
    bare: dict[str, set[Instrument]] = {}
    phrases: dict[tuple[str, ...], set[Instrument]] = {}
    sure: dict[str, set[Instrument]] = {}
    for line in _lines():
        for each, spelled in zip(_entries(line), _spelled(line), strict=True):
            for name in spelled:
                words = _words(name)
                exact.setdefault("".join(words), set()).add(each)
                if len(words) > 2 and words[-1] in _ENDINGS:
                    bare.setdefault("".join(words[:-1]), set()).add(each)
                if len(words) > 1 and words[-1] in _ENDINGS and not name.startswith("~"):
                    phrases.setdefault(tuple(words), set()).add(each)
                if name.startswith("!"):
                    for written in {name[1:], name[1:].replace("-", "")}:
                        sure.setdefault(written, set()).add(each)
    by_first: dict[str, list[tuple[tuple[str, ...], Instrument]]] = {}
    for phrase, found in sorted(_only(phrases).items(), key=lambda pair: -len(pair[0])):
        by_first.setdefault(phrase[0], []).append((phrase, found))
    held = _only(exact)
    return _Names(
        held,
        {key: found for key, found in _only(bare).items() if key not in exact},
        {first: tuple(found) for first, found in by_first.items()},
        _only(sure),
    )


def _only(found: Mapping[_Key, set[Instrument]]) -> dict[_Key, Instrument]:
    """What leads to one entry; a name of two is in doubt."""
    return {key: next(iter(entries)) for key, entries in found.items() if len(entries) == 1}


def _entries(line: str) -> Iterable[Instrument]:
    """The instrument of a line of the list, then its versions."""
    name, acronym, items, versions, others, about = _cells(line)
    key = slugify(acronym or name)
    if not acronym or key in _shared():
        key = slugify(name)
    made = [_version(key, name, about, each) for each in _parts(versions, ";")]
    yield Instrument(
        key, name, acronym, tuple(each.lstrip("~") for each in _parts(others, ";")), tuple(each.key for each in made),
        None, int(items) if items else None, about,
    )  # fmt: skip
    yield from made


def _version(of: str, name: str, about: str, cell: str) -> Instrument:
    head, others = _head(cell)
    acronym, _, items = head.partition("=")
    acronym = acronym.strip().lstrip("!")
    own = slugify(acronym)
    own = f"{of}-{own}" if own in _shared() or own == of else own
    return Instrument(own, name, acronym, tuple(_parts(others, ",")), (), of, int(items) if items else None, about)


def _spelled(line: str) -> Iterator[list[str]]:
    """For the instrument of a line and each of its versions: all spellings, with their marks."""
    cells = [cell.strip() for cell in line.split("|")]
    yield [each for each in (cells[0], cells[1], *_parts(cells[4], ";")) if each]
    for cell in _parts(cells[3], ";"):
        head, others = _head(cell)
        yield [head.partition("=")[0].strip(), *_parts(others, ",")]


def _head(cell: str) -> tuple[str, str]:
    """A version and its other names; `ASQ:SE` holds a colon of its own."""
    head, _, others = cell.partition(": ")
    return head, others


def _cells(line: str) -> list[str]:
    return [cell.strip().lstrip("!~") for cell in line.split("|")]


def _parts(cell: str, mark: str) -> list[str]:
    return [part.strip() for part in cell.split(mark) if part.strip()]


@cache
def _shared() -> frozenset[str]:
    """Slugs of acronyms that two instruments have: they name neither."""
    seen: dict[str, int] = {}
    for line in _lines():
        own = {slugify(_cells(line)[1])} | {
            slugify(_head(each)[0].partition("=")[0]) for each in _parts(_cells(line)[3], ";")
        }
        for slug in own:
            seen[slug] = seen.get(slug, 0) + 1
    return frozenset(slug for slug, count in seen.items() if count > 1)


@cache
def _lines() -> tuple[str, ...]:
    text = (resources.files("reperio.resource") / "data" / "instruments.txt").read_text("utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))
