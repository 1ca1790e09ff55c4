"""Resolving: proposing judgements on pairs that no identifier settles.

Every id of a series, study or dataset has a profile; what changed is profiled anew and compared with what shares a key
with it. Above one threshold the rules say yes, between two they put the pair before people, and where an identifier
suggests what the titles contradict they say no. What people judged is left alone. The outcome for a pair depends on
its two profiles only, so resolving in one go or a source at a time comes to the same.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.sql import bindparam

from reperio import __version__
from reperio.corpus import profile as profiling
from reperio.corpus.blocking import hash_key, strong_keys, weak_keys
from reperio.corpus.counter import current, lock, put, take
from reperio.corpus.held import Stated, load_stated
from reperio.corpus.ledger import chunks
from reperio.corpus.payload import read_payload
from reperio.corpus.profile import Profile, profile_of
from reperio.corpus.score import RULES as DEFAULT_RULES
from reperio.corpus.score import Rules, Score, score
from reperio.corpus.tables import BLOCK, JUDGEMENT, PROFILE, RECORD, STATEMENT
from reperio.corpus.verdicts import RULES, Filed, Pair, in_force, load_filed
from reperio.resource.fields import Resource

CHUNK = 250
"""Profiles whose pairs are looked for at once."""
PAIRS_MAX = 400
"""Pairs that one key may propose; a key that many things share says nothing."""
MOVED = 0.02
"""Change of a probability that is worth a new judgement."""
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Profile)

Progress = Callable[[str, int], None]


class Resolution(msgspec.Struct, kw_only=True):
    """What resolving did.

    Attributes:
        profiled: ids that are new or changed, and were profiled.
        compared: pairs compared.
        accepted: pairs that the rules now take to be one.
        unsure: pairs newly put before people.
        refused: pairs that share an identifier and are kept apart.
        withdrawn: judgements of the rules that no longer hold.
    """

    profiled: int = 0
    compared: int = 0
    accepted: int = 0
    unsure: int = 0
    refused: int = 0
    withdrawn: int = 0


class Resolver:
    """Resolves inside one transaction."""

    def __init__(
        self, connection: Connection, at: str, rules: Rules = DEFAULT_RULES, progress: Progress | None = None
    ) -> None:
        lock(connection)
        self.connection = connection
        self.at = at
        self.rules = rules
        self.progress = progress or (lambda _stage, _count: None)
        self.done = Resolution()
        self._filed: dict[Pair, Filed] = {}

    def resolve(self) -> Resolution:
        """Profile what changed, compare it, and judge; nothing is looked at when only variables said something else since."""
        has_new_rules, known = self._has_new_rules(), hash_key(f"{__version__} {profiling.FORM}")
        if not has_new_rules and current(self.connection, "resolved") == known:
            return self.done
        changed = self._profile(load_stated(self.connection))
        if has_new_rules:
            changed = {row.key: row.id for row in self.connection.execute(select(PROFILE.c.key, PROFILE.c.id))}
        self._filed = in_force(load_filed(self.connection))
        found: dict[Pair, Score] = {}
        fresh = set(changed)
        for some in chunks(sorted(changed), CHUNK):
            for pairs in chunks(self._pairs(some, fresh)):
                self._compare(pairs, found)
            self.progress("compare", len(some))
        self._judge(found, set(changed.values()))
        put(self.connection, "resolved", known)
        return self.done

    def _has_new_rules(self) -> bool:
        """Whether the rules differ from those of the last time, so that every pair is to be compared again."""
        said = hash_key(msgspec.json.encode(self.rules, order="sorted").decode())
        if current(self.connection, "rules") == said:
            return False
        put(self.connection, "rules", said)
        return True

    def _compare(self, pairs: Sequence[tuple[int, int]], found: dict[Pair, Score]) -> None:
        """Score pairs; `found` keeps what is worth a judgement."""
        profiles = self._load(sorted({key for pair in pairs for key in pair}))
        for left, right in pairs:
            scored = score(profiles[left], profiles[right], self.rules)
            self.done.compared += 1
            if scored.probability >= self.rules.review or _contradicts(scored):
                found[scored.left, scored.right] = scored

    # -- profiles ----------------------------------------------------------------------------------------------

    def _profile(self, stated: Mapping[str, Sequence[Stated]]) -> dict[int, str]:
        """Profile what is new or changed and forget what is gone; gives what changed, ids by key."""
        held = {
            row.id: (row.key, bytes(row.signature))
            for row in self.connection.execute(select(PROFILE.c.id, PROFILE.c.key, PROFILE.c.signature))
        }
        self._forget([key for identity, (key, _) in held.items() if identity not in stated])
        wanted = {
            identity: signature
            for identity, members in stated.items()
            if (signature := _signature(members)) != held.get(identity, (0, b""))[1]
        }
        fresh = sorted(wanted.keys() - held.keys())
        first = take(self.connection, "profile", len(fresh)) if fresh else 0
        keys = {identity: key for identity, (key, _) in held.items()}
        keys |= {identity: number for number, identity in enumerate(fresh, first)}
        for some in chunks(sorted(wanted), CHUNK):
            profiles = self._make({identity: stated[identity] for identity in some})
            self._write(profiles, keys, wanted, held.keys())
            self.progress("profile", len(some))
        self.done.profiled = len(wanted)
        return {keys[identity]: identity for identity in wanted}

    def _forget(self, gone: Sequence[int]) -> None:
        for keys in chunks(gone):
            self.connection.execute(delete(PROFILE).where(PROFILE.c.key.in_(keys)))
            self.connection.execute(delete(BLOCK).where(BLOCK.c.profile.in_(keys)))

    def _make(self, stated: Mapping[str, Sequence[Stated]]) -> list[Profile]:
        said: dict[int, Resource] = {}
        for keys in chunks(one.key for members in stated.values() for one in members):
            query = (
                select(STATEMENT.c.key, STATEMENT.c.payload, RECORD.c.origins)
                .join(RECORD, RECORD.c.key == STATEMENT.c.record)
                .where(STATEMENT.c.key.in_(keys))
            )
            said.update((row.key, read_payload(row.payload, row.origins)) for row in self.connection.execute(query))
        return [profile_of([said[one.key] for one in members]) for members in stated.values()]

    def _write(
        self, profiles: Sequence[Profile], keys: Mapping[str, int], wanted: Mapping[str, bytes], held: Iterable[str]
    ) -> None:
        known = set(held)
        rows = [
            {"the_key": keys[one.id], "id": one.id, "signature": wanted[one.id], "payload": _ENCODER.encode(one)}
            for one in profiles
        ]
        old = [row for row in rows if row["id"] in known]
        new = [{"key" if name == "the_key" else name: value for name, value in row.items()} for row in rows]
        if old:
            self.connection.execute(delete(BLOCK).where(BLOCK.c.profile.in_([row["the_key"] for row in old])))
            self.connection.execute(
                update(PROFILE)
                .where(PROFILE.c.key == bindparam("the_key"))
                .values(signature=bindparam("new_signature"), payload=bindparam("new_payload")),
                [
                    {"the_key": row["the_key"], "new_signature": row["signature"], "new_payload": row["payload"]}
                    for row in old
                ],
            )
        fresh = [row for row in new if row["id"] not in known]
        if fresh:
            self.connection.execute(insert(PROFILE), fresh)
        blocks = [row for one in profiles for row in _blocks(one, keys[one.id])]
        if blocks:
            self.connection.execute(insert(BLOCK), blocks)

    def _load(self, keys: Sequence[int]) -> dict[int, Profile]:
        found: dict[int, Profile] = {}
        for some in chunks(keys):
            query = select(PROFILE.c.key, PROFILE.c.payload).where(PROFILE.c.key.in_(some))
            found.update((row.key, _DECODER.decode(row.payload)) for row in self.connection.execute(query))
        return found

    # -- pairs -------------------------------------------------------------------------------------------------

    def _pairs(self, keys: Sequence[int], fresh: set[int]) -> list[tuple[int, int]]:
        """Keys of profiles to compare: each pair once, though both may be fresh."""
        mine = set(keys)
        hashes = list(self.connection.scalars(select(BLOCK.c.hash).where(BLOCK.c.profile.in_(keys)).distinct()))
        seen: set[tuple[int, int]] = set()
        for some in chunks(self._telling(hashes), 500):
            for one, other in self._meetings(some, mine):
                pair = (min(one, other), max(one, other))
                if pair not in seen and not (other in fresh and other not in mine and other < one):
                    seen.add(pair)
        return sorted(seen)

    def _telling(self, hashes: Sequence[int]) -> Iterator[int]:
        """Those keys that do not propose too many pairs."""
        for some in chunks(hashes):
            count = func.count().label("number")
            query = select(BLOCK.c.hash, BLOCK.c.source, count, func.max(BLOCK.c.strong).label("strong"))
            sources: dict[int, list[int]] = defaultdict(list)
            strong: set[int] = set()
            for row in self.connection.execute(
                query.where(BLOCK.c.hash.in_(some)).group_by(BLOCK.c.hash, BLOCK.c.source)
            ):
                sources[row.hash].append(row.number)
                if row.strong:
                    strong.add(row.hash)
            for hashed, numbers in sources.items():
                total = sum(numbers)
                pairs = total * total - (0 if hashed in strong else sum(number * number for number in numbers))
                if 0 < pairs // 2 <= PAIRS_MAX:
                    yield hashed

    def _meetings(self, hashes: Sequence[int], mine: set[int]) -> Iterator[tuple[int, int]]:
        """Pairs of profiles under these keys of which the first is one of `mine`."""
        blocks: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        query = select(BLOCK.c.hash, BLOCK.c.profile, BLOCK.c.source, BLOCK.c.strong).where(BLOCK.c.hash.in_(hashes))
        for row in self.connection.execute(query):
            blocks[row.hash].append((row.profile, row.source, row.strong))
        for members in blocks.values():
            for one, source, _ in members:
                if one in mine:
                    for other, elsewhere, strong in members:
                        if other != one and (strong or source != elsewhere):
                            yield one, other

    # -- judgements --------------------------------------------------------------------------------------------

    def _judge(self, found: Mapping[Pair, Score], changed: set[str]) -> None:
        rows = []
        for pair, scored in sorted(found.items()):
            verdict = self._verdict(scored)
            if self._is_news(pair, verdict, scored.probability):
                rows.append(self._row(pair, verdict, scored.why, scored.probability))
                self._count(verdict)
        for pair, filed in self._filed.items():
            if filed.judgement.by == RULES and pair not in found and changed & set(pair):
                rows.append(self._row(pair, "undone", "The two no longer look alike.", None))
                self.done.withdrawn += 1
        for some in chunks(rows):
            self.connection.execute(insert(JUDGEMENT), some)
        if rows:
            put(self.connection, "stale", 1)

    def _verdict(self, scored: Score) -> str:
        if scored.probability >= self.rules.accept:
            return "yes"
        return "unsure" if scored.probability >= self.rules.review else "no"

    def _is_news(self, pair: Pair, verdict: str, probability: float) -> bool:
        filed = self._filed.get(pair)
        if filed is None:
            return True
        if filed.judgement.by != RULES:
            return False
        before = filed.judgement
        return before.verdict != verdict or abs((before.score or 0.0) - probability) > MOVED

    def _row(self, pair: Pair, verdict: str, why: str, probability: float | None) -> dict[str, object]:
        return {
            "left": pair[0], "right": pair[1], "verdict": verdict, "by": RULES, "why": why[:4000], "at": self.at,
            "score": probability,
        }  # fmt: skip

    def _count(self, verdict: str) -> None:
        name = {"yes": "accepted", "unsure": "unsure", "no": "refused"}[verdict]
        setattr(self.done, name, getattr(self.done, name) + 1)


def _contradicts(scored: Score) -> bool:
    """Whether an identifier is shared that would merge the two, and the rest speaks against it."""
    shared = any(reason.feature == "identifier" and reason.level == "doi" for reason in scored.reasons)
    return shared and not scored.refused


def _signature(members: Sequence[Stated]) -> bytes:
    digest = hashlib.blake2b(str(profiling.FORM).encode(), digest_size=16)
    for stated in members:
        digest.update(stated.digest)
    return digest.digest()


def _blocks(profile: Profile, key: int) -> Iterator[dict[str, int]]:
    source = hash_key("\0".join(sorted(profile.sources)))
    strong = {hash_key(name) for name in strong_keys(profile)}
    weak = {hash_key(name) for name in weak_keys(profile)} - strong
    for hashed in sorted(strong | weak):
        yield {"hash": hashed, "profile": key, "source": source, "strong": int(hashed in strong)}
