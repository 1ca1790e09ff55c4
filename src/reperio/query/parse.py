"""What a person typed, read as words, phrases, exclusions, fields and alternatives. Nothing is ever a syntax error.

The syntax for those who want it: ``"exact phrase"``, ``-word`` or ``NOT word``, ``this OR that``, ``title:word``,
``word*``; ``AND`` is what happens anyway. Whatever does not fit is read as plain words.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from reperio.index.ask import AllOf, AnyOf, Clause, Everything, Phrase, Without, Word

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "alternate", "label"),
    "abstract": ("abstract",),
    "description": ("abstract",),
    "keyword": ("keyword", "concept"),
    "topic": ("keyword", "concept"),
    "author": ("people",),
    "creator": ("people",),
    "publisher": ("people",),
    "funder": ("people",),
    "place": ("place",),
    "country": ("place",),
    "instrument": ("instrument",),
    "name": ("name",),
    "variable": ("name", "label", "contents"),
    "label": ("label", "contents"),
    "question": ("question", "contents"),
    "id": ("identifier",),
    "doi": ("identifier",),
}
"""Field words of the syntax and the text fields they search."""

WORDS_MAX = 64
"""Words of a query that are read; more would not make it more precise."""

_TOKEN = re.compile(
    r"""(?P<minus>(?<!\S)-)?
        (?:(?P<field>[A-Za-z]{2,12}):)?
        (?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_WORDY = re.compile(r"\w")
_STRIP = "()[]{}<>,;:!?.'`’‘“”„«»…"


class Group(msgspec.Struct, frozen=True):
    """Alternatives of which one must match; most groups have one."""

    alternatives: tuple[Word | Phrase, ...]

    @property
    def clause(self) -> Clause:
        """The group as a clause."""
        return self.alternatives[0] if len(self.alternatives) == 1 else AnyOf(self.alternatives)

    @property
    def label(self) -> str:
        """The group as a person would write it."""
        return " OR ".join(alternative.text for alternative in self.alternatives)


class Parsed(msgspec.Struct, frozen=True):
    """A query's text, read.

    Attributes:
        text: as typed, blanks folded.
        groups: what all results have.
        excluded: what no result has.
    """

    text: str
    groups: tuple[Group, ...] = ()
    excluded: tuple[Word | Phrase, ...] = ()

    @property
    def plain(self) -> str:
        """The text without syntax, for encoders."""
        return " ".join(alternative.text for group in self.groups for alternative in group.alternatives)

    @property
    def words(self) -> tuple[str, ...]:
        """Every word asked for, in order, excluded ones left out."""
        return tuple(word for group in self.groups for one in group.alternatives for word in one.text.split())

    def clause(self, groups: tuple[Group, ...] | None = None, at_least: int | None = None) -> Clause:
        """All groups (or `at_least` so many of them) without what is excluded."""
        wanted = self.groups if groups is None else groups
        clause: Clause = Everything()
        if wanted and at_least is not None and at_least < len(wanted):
            clause = AnyOf(tuple(group.clause for group in wanted), at_least=at_least)
        elif wanted:
            clause = wanted[0].clause if len(wanted) == 1 else AllOf(tuple(group.clause for group in wanted))
        if self.excluded:
            clause = Without(clause, self.excluded[0] if len(self.excluded) == 1 else AnyOf(self.excluded))
        return clause

    def within(self, fields: tuple[str, ...]) -> Parsed:
        """The same, each word sought in these fields only (those with fields of their own stay)."""
        return msgspec.structs.replace(
            self,
            groups=tuple(
                Group(
                    tuple(
                        one if one.fields else msgspec.structs.replace(one, fields=fields) for one in group.alternatives
                    )
                )
                for group in self.groups
            ),
        )


def parse(text: str) -> Parsed:
    """Read a query's text."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    groups: list[list[Word | Phrase]] = []
    excluded: list[Word | Phrase] = []
    joining = negating = False
    tokens = [match for match in _TOKEN.finditer(folded) if match["phrase"] is not None or match["word"]][:WORDS_MAX]
    for place, token in enumerate(tokens):
        word = token["word"] or ""
        if word in {"AND", "OR", "NOT"} and not token["minus"] and not token["field"] and place + 1 < len(tokens):
            joining, negating = word == "OR" and bool(groups), word == "NOT"
            continue
        unit = _unit(token)
        if unit is None:
            continue
        if token["minus"] or negating:
            excluded.append(unit)
        elif joining:
            groups[-1].append(unit)
        else:
            groups.append([unit])
        joining = negating = False
    return Parsed(folded, tuple(Group(tuple(group)) for group in groups), tuple(excluded))


def _unit(token: re.Match[str]) -> Word | Phrase | None:
    field = (token["field"] or "").lower()
    fields = FIELDS.get(field, ())
    prefix = f"{token['field']}:" if field and not fields else ""
    if token["phrase"] is not None:
        phrase = (prefix + token["phrase"]).strip()
        return Phrase(phrase, fields) if _WORDY.search(phrase) else None
    word = (prefix + token["word"]).strip(_STRIP)
    if not _WORDY.search(word):
        return None
    if word.endswith("*") and len(word) > 3:
        return Word(word.rstrip("*"), fields, prefix=True)
    return Word(word.strip("*"), fields)
