"""Reviewing: what a page or a command needs to put pairs before people, to act on what they say, and to tell who said it.

Names here are kept stable: `waiting`, `count_unsure`, `review`, `decide`, `part`, `undo`, `history`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from reperio.corpus.judging import Judging, Open
from reperio.corpus.model import Judgement
from reperio.corpus.score import Score
from reperio.corpus.verdicts import Filed, in_force, load_filed
from reperio.corpus.write import clean
from reperio.errors import QueryError
from reperio.resource.fields import Resource, fields
from reperio.resource.model import Agent, Text
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.sizes import Size

Answer = Literal["same", "different"]
FACTS = (
    "kind", "titles", "alternate_titles", "identifiers", "part_of", "temporal", "spatial", "sizes", "study_designs",
    "creators", "publishers", "version", "urls", "abstracts",
)  # fmt: skip
"""Fields that tell people whether two things are one, in the order they are shown."""
VALUES_MAX = 6
VALUE_MAX = 600
WHY_MAX = 2000
NAME_MAX = 200


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One field of two things, side by side.

    Attributes:
        name: name of the field, as `temporal`.
        label: its heading for people, as `Years covered`.
        left, right: values in plain text, at most six a side.
        agree: whether both say the same; None when a side says nothing.
    """

    name: str
    label: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    agree: bool | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement as filed.

    Attributes:
        key: its number; grows.
        judgement: who said what, when and why.
        in_force: whether it decides on its pair now.
    """

    key: int
    judgement: Judgement
    in_force: bool


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A pair as put before people.

    Attributes:
        left, right: what is stated about each id alone, the ids in alphabetical order.
        score: probability and the reasons for it.
        facts: both sides' values by field; fields that neither fills are left out.
        judgement: what is in force on the pair, None when nothing is.
        history: everything ever said on the pair, the last first.
        merged: whether both are in one item now.
        key: number of the judgement that put the pair before people, None when it does not wait.
    """

    left: Resource
    right: Resource
    score: Score
    facts: tuple[Fact, ...]
    judgement: Judgement | None
    history: tuple[Entry, ...]
    merged: bool
    key: int | None = None


class Reviewing(Judging):
    """The part of a corpus that people review with. What changes anything settles at once."""

    @abstractmethod
    def settle(self) -> int:
        """Bring the items up to date."""

    def count_unsure(self) -> int:
        """How many pairs wait for people."""
        return len(self.unsure(limit=1_000_000))

    def waiting(self, limit: int = 20, after: int | None = None) -> list[Review]:
        """Pairs that wait for people, the most probable first, with explanations and both sides' facts.

        `after` is the `key` of the last one seen.
        """
        return [self._review(pair.left, pair.right, pair) for pair in self.unsure(limit, after)]

    def review(self, left: str, right: str) -> Review:
        """Any pair of ids, side by side.

        Raises:
            NotFoundError: one of them is no series, study or dataset that is stated now.
        """
        return self._review(left, right)

    def _review(self, left: str, right: str, pair: Open | None = None) -> Review:
        first, second = sorted((clean(left), clean(right)))
        one, other = self.said_of(first), self.said_of(second)
        said = self.history(first, second)
        return Review(
            left=one, right=other, score=self.explain(first, second), facts=facts_of(one, other),
            judgement=next((entry.judgement for entry in said if entry.in_force), None), history=tuple(said),
            merged=second in self.merged_with(first), key=pair.key if pair else None,
        )  # fmt: skip

    def decide(self, left: str, right: str, answer: Answer, by: str, why: str = "") -> Judgement:
        """Say that two ids are the `same` or `different`; items follow at once, the index at its next update.

        Args:
            left: one id.
            right: the other; their order does not matter.
            answer: `same` or `different`.
            by: name of the person who says so.
            why: the reason, for those who come after.

        Raises:
            NotFoundError: one of them is no series, study or dataset that is stated now.
            QueryError: the two are one id, or nobody (or the rules) is named.
        """
        for identity in (left, right):
            self.profile(identity)
        verdict: Literal["yes", "no"] = "yes" if answer == "same" else "no"
        judged = self.judge(left, right, verdict, _named(by), why[:WHY_MAX])
        self.settle()
        return judged

    def part(self, identity: str, by: str, why: str = "") -> list[Judgement]:
        """Take one id out of all that it is merged with: `different` from each of them.

        Raises:
            QueryError: it is merged with nothing, or nobody is named.
        """
        others = self.merged_with(identity)
        if not others:
            raise QueryError("It is merged with nothing.", id=identity[:200])
        judged = self.split(identity, others, _named(by), why[:WHY_MAX])
        self.settle()
        return judged

    def undo(self, left: str, right: str, by: str, why: str = "") -> Judgement:
        """Take back the last thing people said on a pair; what was in force before counts again.

        Raises:
            NotFoundError: people said nothing on this pair that is in force.
        """
        judged = self.unjudge(left, right, _named(by), why[:WHY_MAX])
        self.settle()
        return judged

    def history(
        self,
        left: str | None = None,
        right: str | None = None,
        *,
        by_people: bool = False,
        limit: int = 100,
        before: int | None = None,
    ) -> list[Entry]:
        """What was said, the last first: on a pair, on everything one id is in (`left` alone), or at all.

        `by_people` leaves out what the rules said; `before` is the `key` of the last one seen.
        """
        ids = {clean(identity) for identity in (left, right) if identity}
        pair = tuple(sorted(ids)) if len(ids) == 2 else None
        with self._connect() as connection:
            filed = list(load_filed(connection, pair))  # type: ignore[arg-type]
        valid = {one.key for one in in_force(filed).values()}
        found = [
            Entry(key=one.key, judgement=one.judgement, in_force=one.key in valid)
            for one in reversed(filed)
            if _concerns(one, ids) and not (by_people and one.judgement.by == "rules")
        ]
        start = next((at for at, entry in enumerate(found) if before is None or entry.key < before), len(found))
        return found[start : start + limit]


def _concerns(one: Filed, ids: set[str]) -> bool:
    return ids <= {one.judgement.left, one.judgement.right}


def _named(by: str) -> str:
    name = by.strip()[:NAME_MAX]
    if not name:
        raise QueryError("A judgement needs the name of who passes it.")
    return name


def facts_of(left: Resource, right: Resource) -> tuple[Fact, ...]:
    """Values of both sides, field by field, in plain text; fields that neither fills are left out."""
    found = []
    for name in FACTS:
        one, other = _values(left, name), _values(right, name)
        if one or other:
            agree = set(one) == set(other) if one and other else None
            found.append(Fact(name=name, label=fields()[name].label, left=one, right=other, agree=agree))
    return tuple(found)


def _span(period: Period) -> str:
    return " to ".join(filter(None, (period.start, period.end or ("now" if period.ongoing else None))))


def _size(size: Size) -> str:
    return f"{size.count:,}" if size.unit == "unstated" else f"{size.count:,} {size.unit}"


_TOLD: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Period, _span),
    (Size, _size),
    (Identifier, lambda identifier: f"{identifier.scheme} {identifier.value}"),
    (Text, lambda text: text.value),
    (Agent, lambda agent: agent.name),
)


def _values(resource: Resource, name: str) -> tuple[str, ...]:
    held: Any = getattr(resource, name)
    several = held if isinstance(held, tuple) else (held,)
    return tuple(dict.fromkeys(words for value in several[:VALUES_MAX] if (words := _words(value))))


def _words(value: object) -> str:
    """A value in a few words."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str | int | float):
        return str(value)[:VALUE_MAX]
    for kind, told in _TOLD:
        if isinstance(value, kind):
            return str(told(value))[:VALUE_MAX]
    if isinstance(value, msgspec.Struct):
        held = (getattr(value, name) for name in value.__struct_fields__)
        return " ".join(filter(None, (_words(part) for part in held if not isinstance(part, tuple | dict))))[:VALUE_MAX]
    return ""
