"""Which judgement on a pair is in force.

The table of judgements only grows; this folds it. What people say stands over what the rules say: `undone` takes back
the last thing people said on the pair, `unsure` all of it, which leaves the pair to the rules. Of the rules' own
judgements the last counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select

from reperio.corpus.model import Judgement
from reperio.corpus.tables import JUDGEMENT

RULES = "rules"
Pair = tuple[str, str]


class Filed(msgspec.Struct, frozen=True):
    """A judgement and the number it was filed under."""

    key: int
    judgement: Judgement


class Verdicts(msgspec.Struct, frozen=True):
    """What is in force.

    Attributes:
        decided: yes or no by pair: what people said, and where the rules refuse what an identifier suggests.
        likely: probability by pair of what the rules accept.
    """

    decided: dict[Pair, str]
    likely: dict[Pair, float]


def load_filed(connection: Connection, ids: tuple[str, str] | None = None) -> Iterable[Filed]:
    """Every judgement (on a pair of ids), oldest first."""
    names = Judgement.__struct_fields__
    query = select(JUDGEMENT.c.key, *(JUDGEMENT.c[name] for name in names)).order_by(JUDGEMENT.c.key)
    if ids is not None:
        query = query.where(JUDGEMENT.c.left == ids[0], JUDGEMENT.c.right == ids[1])
    for row in connection.execute(query):
        yield Filed(row.key, Judgement(**dict(zip(names, row[1:], strict=True))))


def in_force(filed: Iterable[Filed]) -> dict[Pair, Filed]:
    """The judgement in force on every pair that has one."""
    people: dict[Pair, list[Filed]] = defaultdict(list)
    rules: dict[Pair, Filed] = {}
    for one in filed:
        pair = (one.judgement.left, one.judgement.right)
        if one.judgement.by == RULES:
            _follow_rules(rules, pair, one)
        else:
            _follow_people(people[pair], one)
    return rules | {pair: said[-1] for pair, said in people.items() if said}


def _follow_rules(rules: dict[Pair, Filed], pair: Pair, one: Filed) -> None:
    if one.judgement.verdict == "undone":
        rules.pop(pair, None)
    else:
        rules[pair] = one


def _follow_people(said: list[Filed], one: Filed) -> None:
    if one.judgement.verdict == "undone":
        del said[-1:]
    elif one.judgement.verdict == "unsure":
        said.clear()
    else:
        said.append(one)


def verdicts_in_force(connection: Connection) -> Verdicts:
    """What merging follows."""
    held = Verdicts({}, {})
    for pair, one in in_force(load_filed(connection)).items():
        judgement = one.judgement
        if judgement.by == RULES and judgement.verdict == "yes":
            held.likely[pair] = judgement.score or 0.0
        elif judgement.verdict in {"yes", "no"}:
            held.decided[pair] = judgement.verdict
    return held
