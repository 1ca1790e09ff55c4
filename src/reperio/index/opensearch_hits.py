"""Hits and groups: in what order to ask a cluster for them, and how to read what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reperio.index.ask import Ask, Group, Hit, Sort
from reperio.index.opensearch_query import DSL

_FIELD_OF: Final[dict[Sort, tuple[str, str]]] = {
    "newest": ("published", "desc"),
    "oldest": ("published", "asc"),
    "size": ("size", "desc"),
    "title": ("title_order", "asc"),
    "position": ("position", "asc"),
}
OF_A_HIT: Final = ["id", "root", "parent"]


def order(sort: Sort) -> list[DSL]:
    """Give the order of hits: by a field (what is unknown last), then by score, then by id."""
    by_field = (
        [{field: {"order": way, "missing": "_last"}} for field, way in [_FIELD_OF[sort]]] if sort != "score" else []
    )
    return [*by_field, {"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]


def collapsed(ask: Ask) -> DSL:
    """Give the request that keeps the best hit of each group, with the best of its members beside it."""
    members: DSL = {"name": "members", "size": ask.group_size, "sort": order(ask.sort), "_source": OF_A_HIT}
    return {"field": f"{ask.group}_key", "inner_hits": members | {"track_scores": True}}


def read_hit(found: Mapping[str, Any]) -> Hit:
    """Read one hit."""
    stored = found["_source"]
    return Hit(id=stored["id"], score=float(found["_score"] or 0.0), root=stored["root"], parent=stored["parent"])


def read_group(found: Mapping[str, Any], by: str) -> tuple[Group, bool]:
    """Read one group, and whether its number of hits is exact."""
    members = found["inner_hits"]["members"]["hits"]
    (key,) = found["fields"][f"{by}_key"]
    hits = tuple(read_hit(each) for each in members["hits"])
    total = members["total"]
    return Group(key=key, total=int(total["value"]), hits=hits), total["relation"] == "eq"


def is_total_exact(answer: Mapping[str, Any]) -> bool:
    """Whether the number of hits is one that was counted, not a lower bound."""
    return bool(answer["hits"]["total"].get("relation", "eq") == "eq")


def read_total(answer: Mapping[str, Any]) -> int:
    """Read the number of hits."""
    return int(answer["hits"]["total"]["value"])
