"""Facet counts and numbers of groups: what to ask a cluster, and how to read what it answers.

Every shard gives its most frequent values only, so that a count over several shards may be short. An engine says by how
much at most; where that is not nothing, `short` names the facet, to be asked again for more values of each shard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from reperio.index.ask import Ask, FacetAsk, FacetCounts, Filter
from reperio.index.columns import facet_field
from reperio.index.document import RANGES
from reperio.index.facets import most_frequent, other_filters
from reperio.index.opensearch_query import DSL

MOST_BUCKETS: Final = 65_000  # engines give 65,535 in an answer
FROM_EACH_SHARD: Final = 1_000
FROM_EACH_SHARD_AT_MOST: Final = 500_000
PRECISION: Final = 40_000
GROUPS: Final = "groups"

Compile = Callable[[Filter], DSL]


def shared_filters(ask: Ask) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Split the filters of an ask into those that bear on all that is counted, and those that a facet leaves out."""
    sets = [other_filters(ask, facet.name) for facet in ask.facets]
    shared = tuple(chosen for chosen in ask.filters if all(chosen in each for each in sets))
    return shared, tuple(chosen for chosen in ask.filters if chosen not in shared)


def facet_request(ask: Ask, facets: Sequence[FacetAsk], later: Sequence[Filter], compiled: Compile, each: int) -> DSL:
    """Give the aggregations that count facets, each over what all filters but its own leave.

    Args:
        ask: the ask.
        facets: which of its facets to count.
        later: filters that are not in the query.
        compiled: gives the query of a filter.
        each: values that each shard is to give at least.
    """
    request: DSL = {}
    for facet in facets:
        others = other_filters(ask, facet.name)
        narrowing = [compiled(chosen) for chosen in later if chosen in others]
        parts: DSL = {
            "values": {"terms": _terms(facet_field(facet.name), facet.size, each)},
            "unknown": {"missing": {"field": facet_field(facet.name)}},
        }
        if facet.name in RANGES:
            parts |= {end: {end: {"field": f"{facet.name}_known"}} for end in ("min", "max")}
        request[facet.name] = {"filter": {"bool": {"filter": narrowing}}, "aggs": parts}
    return request


def _terms(field: str, size: int, each: int) -> DSL:
    wanted = max(1, min(size, MOST_BUCKETS))
    return {
        "field": field,
        "size": wanted,
        "shard_size": max(each, wanted * 2),
        "order": [{"_count": "desc"}, {"_key": "asc"}],
    }


def read_facet(facet: FacetAsk, answer: Mapping[str, Any]) -> FacetCounts:
    """Read the counts of one facet."""
    values = ((str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["values"]["buckets"])
    return FacetCounts(
        name=facet.name,
        values=most_frequent(values, facet.size),
        unknown=int(answer["unknown"]["doc_count"]),
        minimum=answer["min"]["value"] if "min" in answer else None,
        maximum=answer["max"]["value"] if "max" in answer else None,
    )


def is_short(facet: FacetAsk, answer: Mapping[str, Any]) -> bool:
    """Whether the counts of a facet are estimates, or there are more values than an answer holds."""
    return bool(answer["values"].get("doc_count_error_upper_bound")) or facet.size > MOST_BUCKETS


def group_request(by: str, later: Sequence[DSL]) -> DSL:
    """Give the aggregation that counts the groups of hits: exactly where there are no more than an answer holds."""
    field = f"{by}_key"
    return {
        "filter": {"bool": {"filter": list(later)}},
        "aggs": {
            "keys": {"terms": {"field": field, "size": MOST_BUCKETS, "shard_size": MOST_BUCKETS * 2}},
            "exactly": {"stats_bucket": {"buckets_path": "keys._count"}},
            "about": {"cardinality": {"field": field, "precision_threshold": PRECISION}},
        },
    }


def read_groups(answer: Mapping[str, Any]) -> tuple[int, bool]:
    """Give the number of groups, and whether it is exact."""
    if answer["keys"].get("sum_other_doc_count") or answer["keys"].get("doc_count_error_upper_bound"):
        return max(int(answer["about"]["value"]), MOST_BUCKETS), False
    return int(answer["exactly"]["count"]), True
