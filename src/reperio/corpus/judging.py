"""Judging pairs: what people decide, what the rules propose, and what is left open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select

from reperio.corpus import counter
from reperio.corpus.ledger import chunks
from reperio.corpus.merge import merge
from reperio.corpus.model import Judgement, Verdict
from reperio.corpus.payload import hash_of, read_payload
from reperio.corpus.profile import Profile, profile_of
from reperio.corpus.read import Reader
from reperio.corpus.resolve import Progress, Resolution, Resolver
from reperio.corpus.score import RULES as DEFAULT_RULES
from reperio.corpus.score import Rules, Score, score
from reperio.corpus.tables import IN_CATALOGUE, ITEM, JUDGEMENT, RECORD, STATEMENT
from reperio.corpus.verdicts import RULES, in_force, load_filed
from reperio.corpus.write import clean
from reperio.errors import NotFoundError, QueryError
from reperio.resource.fields import Resource


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A pair that waits for people.

    Attributes:
        key: number of the judgement, for paging.
        left, right: the ids, in alphabetical order.
        probability: how probable the rules find it that they are one.
        why: the explanation.
        at: since when (ISO 8601, UTC).
    """

    key: int
    left: str
    right: str
    probability: float
    why: str
    at: str


class Judging(ABC):
    """The part of a corpus that holds judgements. All of it acts at once; `settle` then follows."""

    clock: Callable[[], datetime]

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _connect(self) -> AbstractContextManager[Connection]: ...

    def judge(self, left: str, right: str, verdict: Verdict, by: str, why: str = "") -> Judgement:
        """Say that two ids are the same (`yes`), are not (`no`), or leave it to the rules (`unsure`).

        The last verdict of people on a pair counts, and counts more than the rules'; `settle` acts on it.

        Raises:
            QueryError: the two are one id, or `by` is the name under which the rules judge.
        """
        if left == right:
            raise QueryError("A judgement needs two different ids.", id=left)
        if by == RULES:
            raise QueryError("The rules judge by themselves; people need a name of their own.", by=by)
        first, second = sorted((clean(left), clean(right)))
        judgement = Judgement(
            left=first, right=second, verdict=verdict, by=clean(by), why=clean(why), at=self._moment()
        )
        with self._writing() as connection:
            counter.lock(connection)
            row = {name: getattr(judgement, name) for name in Judgement.__struct_fields__}
            connection.execute(insert(JUDGEMENT), row)
            counter.put(connection, "stale", 1)
        return judgement

    def unjudge(self, left: str, right: str, by: str, why: str = "") -> Judgement:
        """Take back the last thing people said on a pair; what they said before, or the rules, count again.

        Raises:
            NotFoundError: people said nothing on this pair that is in force.
        """
        first, second = sorted((clean(left), clean(right)))
        held = self.judgement(first, second)
        if held is None or held.by == RULES:
            raise NotFoundError("Nobody has judged this pair.", left=first[:200], right=second[:200])
        return self.judge(first, second, "undone", by, why or f"takes back {held.verdict} by {held.by}")

    def judgement(self, left: str, right: str) -> Judgement | None:
        """The judgement in force on a pair, of people or the rules."""
        first, second = sorted((clean(left), clean(right)))
        with self._connect() as connection:
            held = in_force(load_filed(connection, (first, second))).get((first, second))
        return held.judgement if held else None

    def judgements(self) -> list[Judgement]:
        """Every judgement ever passed, oldest first."""
        with self._connect() as connection:
            return [one.judgement for one in load_filed(connection)]

    def unsure(self, limit: int = 50, after: int | None = None) -> list[Open]:
        """Pairs that wait for people, the most probable first; `after` is the key of the last one seen.

        Pairs that are in one item already are left out, and of several pairs between the same two items the most
        probable stands for all.
        """
        with self._connect() as connection:
            waiting = self._waiting(connection)
            leaders = _leaders(connection, {identity for pair in waiting for identity in (pair.left, pair.right)})
        shown: dict[tuple[str, str], Open] = {}
        for pair in waiting:
            one, other = sorted((leaders.get(pair.left, ""), leaders.get(pair.right, "")))
            if one and other and one != other:
                shown.setdefault((one, other), pair)
        found = list(shown.values())
        start = next((at for at, pair in enumerate(found, 1) if pair.key == after), 0)
        return found[start : start + limit]

    @staticmethod
    def _waiting(connection: Connection) -> list[Open]:
        waiting = [
            Open(
                key=one.key, left=one.judgement.left, right=one.judgement.right,
                probability=one.judgement.score or 0.0, why=one.judgement.why, at=one.judgement.at,
            )
            for one in in_force(load_filed(connection)).values()
            if one.judgement.by == RULES and one.judgement.verdict == "unsure"
        ]  # fmt: skip
        return sorted(waiting, key=lambda pair: (-pair.probability, pair.key))

    def explain(self, left: str, right: str, rules: Rules = DEFAULT_RULES) -> Score:
        """How probable it is that two ids are one, with every feature's level, weight and the two values that met.

        Raises:
            NotFoundError: one of them is no series, study or dataset that is stated now.
        """
        return score(self.profile(left), self.profile(right), rules)

    def profile(self, identity: str) -> Profile:
        """What comparing knows of an id.

        Raises:
            NotFoundError: no series, study or dataset of this id is stated now.
        """
        return profile_of(self._said(identity))

    def said_of(self, identity: str) -> Resource:
        """What is stated about one id alone, before it is merged with others.

        Raises:
            NotFoundError: no series, study or dataset of this id is stated now.
        """
        return merge(self._said(identity))

    def _said(self, identity: str) -> list[Resource]:
        name = clean(identity)
        query = (
            select(STATEMENT.c.payload, RECORD.c.origins)
            .join(RECORD, RECORD.c.key == STATEMENT.c.record)
            .where(STATEMENT.c.id == name, STATEMENT.c.hash == hash_of(name), IN_CATALOGUE, STATEMENT.c.deleted == 0)
            .order_by(STATEMENT.c.kind, STATEMENT.c.filled.desc(), STATEMENT.c.source)
        )
        with self._connect() as connection:
            said = [read_payload(row.payload, row.origins) for row in connection.execute(query)]
        if not said:
            raise NotFoundError("Nothing has this identifier.", id=identity[:200])
        return said

    def merged_with(self, identity: str) -> tuple[str, ...]:
        """The other ids of the item that an id is in, as last settled."""
        with self._connect() as connection:
            leader = _leaders(connection, {identity}).get(identity)
            members = Reader(connection).items([leader])[leader].members if leader else ()
        return tuple(member for member in members if member != identity)

    def split(self, member: str, members: Sequence[str], by: str, why: str = "") -> list[Judgement]:
        """Take one id out of those it was merged with: a `no` between it and each of the others."""
        return [self.judge(member, other, "no", by, why) for other in members if other != member]

    def resolve(self, rules: Rules = DEFAULT_RULES, progress: Progress | None = None) -> Resolution:
        """Propose judgements on pairs that no identifier settles, of what changed since the last time.

        `settle` acts on them. Resolving again does nothing.
        """
        with self._writing() as connection:
            return Resolver(connection, self._moment(), rules, progress).resolve()

    def _moment(self) -> str:
        return self.clock().isoformat(timespec="seconds")


def _leaders(connection: Connection, ids: set[str]) -> dict[str, str]:
    """The id that leads the item of each id that is stated now."""
    over = ITEM.alias("over")
    found: dict[str, str] = {}
    for some in chunks(sorted(ids)):
        query = (
            select(ITEM.c.id, func.coalesce(over.c.id, ITEM.c.id).label("leader"))
            .outerjoin(over, over.c.key == ITEM.c.moved_to)
            .where(ITEM.c.hash.in_([hash_of(identity) for identity in some]), ITEM.c.stated == 1)
        )
        found.update((row.id, row.leader) for row in connection.execute(query))
    return found
