"""The original product's API (`/discover/*`, `/info/version`, `/health-check`), so that its clients go on working.

Its tuning parameters (`alpha`, `max_vector_distance`, `direct_match_weight`, ...) are accepted and left aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response

from reperio.corpus.model import Item
from reperio.errors import NotFoundError, QueryError
from reperio.index.ask import FacetCounts
from reperio.query.model import Query, Result, VariableHit
from reperio.source.model import Source
from reperio.web import writers
from reperio.web.api.answers import json_answer
from reperio.web.asked import check_text, pairs_of, read_count, read_query
from reperio.web.site import Site, site_of

RESULTS_MAX = 500
BODY_MAX = 1_000_000
CHUNK = 100
CHUNKS_MAX = 50
Pairs = list[tuple[str, str]]
Sources = Mapping[str, Source]
TYPES = {"study": "study", "dataset": "dataset", "variable": "variable"}
OWN = frozenset({"page", "size", "sort", "resource_type", "num_results", "offset"})
"""Parameters that mean something else here than in our own search."""
CATEGORIES = {
    "source": "source", "language": "language_codes", "keyword": "keywords", "topic": "topics", "sex": "sex",
    "country": "country_codes", "study_design": "study_design", "instrument": "instruments", "access": "access",
}  # fmt: skip
NUMBERS = {
    "sample_size": ("sample_size", "sample_size"), "age": ("age_lower", "age_upper"),
    "year": ("start_year", "end_year"), "variables": ("num_variables", "num_variables"),
    "waves": ("num_sweeps", "num_sweeps"),
}  # fmt: skip


def search(request: Request) -> Response:
    """Search, as the original does; whole pages of top-level results with exact totals."""
    return _search(request, pairs_of(request))


async def search_posted(request: Request) -> Response:
    """The same with the parameters in a JSON body, values of several in arrays."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise QueryError("The request is too large.", hint="Send at most one megabyte.")
    pairs = [*pairs_of(request), *_posted(bytes(body))]
    return await run_sync(_search, request, pairs)


def _posted(body: bytes) -> Pairs:
    try:
        given = msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise QueryError("The body is not a JSON object.", hint=str(error)) from error
    return [
        (name, _plain(value))
        for name, held in given.items()
        for value in (held if isinstance(held, list) else [held])
        if isinstance(value, str | int | float | bool)
    ]


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _search(request: Request, pairs: Pairs) -> Response:
    site = site_of(request)
    query = _query(site, pairs)
    wanted = _whole(pairs, "num_results", 50, RESULTS_MAX)
    offset = _whole(pairs, "offset", 0, 100_000)
    seen = {value.replace("-", "") for name, value in pairs if name == "top_level_ids_seen_so_far"}
    first = site.service.search(query)
    unseen = (result for result in _results(site, query, offset) if result.item.uuid not in seen)
    results = list(islice(unseen, wanted))
    sources = site.source_map()
    return json_answer(
        {
            "num_hits": first.total,
            "is_result_count_lower_bound": False,
            "results": [_result(site, sources, result) for result in results],
            "aggregations": {},
            "top_level_ids_seen_so_far": sorted(seen | {result.item.uuid for result in results}),
            "top_level_uuids": [result.item.uuid for result in first.results],
            "next_page_offset": offset + len(results),
        }
    )


def _query(site: Site, pairs: Pairs) -> Query:
    """The query in our terms: the first text counts, `*` is everything, a bound of 0 is none."""
    texts = [value for name, value in pairs if name == "query"]
    text = "" if not texts or texts[0].strip() == "*" else texts[0]
    kinds = {TYPES[value] for name, value in pairs if name == "resource_type" and value in TYPES}
    kept = [
        (name, value)
        for name, value in pairs
        if name != "query" and name not in OWN and not (name.endswith(("_min", "_max")) and value in {"0", "0.0"})
    ]
    kept += [("query", text), ("size", str(CHUNK))]
    kept += [("resource_type", kinds.pop())] if len(kinds) == 1 else []
    return read_query(kept, site.settings)


def _whole(pairs: Pairs, name: str, default: int, highest: int) -> int:
    raw = next((value for given, value in pairs if given == name), "")
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise QueryError(f"{name} cannot be {raw[:40]!r}.", hint="It is a whole number.")
    return min(int(raw), highest)


def _results(site: Site, query: Query, offset: int) -> Iterator[Result]:
    """Results from an offset on, fetched as they are needed."""
    page, skipped = divmod(offset, CHUNK)
    for number in range(page + 1, page + 1 + CHUNKS_MAX):
        answer = site.service.search(msgspec.structs.replace(query, page=number))
        yield from answer.results[skipped:]
        skipped = 0
        if number * CHUNK >= answer.total:
            return


def _result(site: Site, sources: Sources, result: Result) -> dict[str, Any]:
    kinds = {"variable" if reason.kind == "variable" else "study" for reason in result.reasons}
    kinds |= {"variable"} if result.variables else set()
    ancestors = result.ancestors
    return writers.original(site.links, result.item, sources, ancestors) | {
        "distance": round(1 - result.score, 6),
        "cosine_similarity": result.score,
        "score": result.score,
        "match_type": sorted(kinds),
        "variables_which_matched": [_variable(site, hit) for hit in result.variables],
        "datasets_which_matched": [writers.original(site.links, dataset, sources) for dataset in result.datasets],
        "parent": writers.original(site.links, ancestors[-1], sources) if ancestors else {},
        "ancestors": [writers.original(site.links, ancestor, sources) for ancestor in ancestors],
        "child_datasets": [],
        "num_descendant_variables": result.item.variables,
    }


def _variable(site: Site, hit: VariableHit) -> dict[str, Any]:
    resource = hit.item.resource
    return {
        "name": resource.name or resource.title,
        "description": resource.title,
        "question": resource.question[0].value if resource.question else "",
        "response_options": [category.label for category in resource.categories],
        "options": [category.label for category in resource.categories],
        "uuid": hit.item.uuid,
        "cosine_similarity": hit.score,
        "urls": [*resource.urls, site.links.absolute(site.links.item(hit.item))],
        "source": list(hit.item.sources),
        "keywords": [concept.label for concept in resource.concepts],
    }


def lookup(request: Request) -> Response:
    """Records by `uuid` (repeated) or `slug`, whole: with children, ancestors and, for a `query`, matching variables."""
    site = site_of(request)
    keys = [*request.query_params.getlist("uuid"), *request.query_params.getlist("slug")][:CHUNK]
    if not keys:
        raise QueryError("Neither uuid nor slug is given.", hint="Give one of them; uuid may be repeated.")
    text = check_text(request.query_params.get("query", ""), site.settings)
    found = list(_found(site, keys))
    if not found:
        raise NotFoundError("Nothing has these identifiers.")
    sources = site.source_map()
    return json_answer(
        {"results": [_whole_record(site, sources, item, text) for item in found], "num_hits": len(found)}
    )


def _found(site: Site, keys: Iterable[str]) -> Iterator[Item]:
    for key in keys:
        try:
            yield site.service.find(key)
        except QueryError:
            continue


def _whole_record(site: Site, sources: Sources, item: Item, text: str) -> dict[str, Any]:
    ancestors = site.service.ancestors(item)
    children = site.service.children(item.id, limit=RESULTS_MAX)
    held = site.service.variables(item.id, sort="position", limit=CHUNK).hits if item.variables else ()
    matched = site.service.variables(item.id, text=text, limit=CHUNK).hits if text and item.variables else ()
    return writers.original(site.links, item, sources, ancestors, held) | {
        "distance": 0,
        "score": 0,
        "match_type": [],
        "variables_which_matched": [_variable(site, hit) for hit in matched],
        "parent": writers.original(site.links, ancestors[-1], sources) if ancestors else {},
        "ancestors": [writers.original(site.links, ancestor, sources) for ancestor in ancestors],
        "child_datasets": [writers.original(site.links, child, sources) for child in children],
        "num_descendant_variables": item.variables,
    }


def get_variables(request: Request) -> Response:
    """Variables below `ancestor_uuid`, those matching `query`."""
    site = site_of(request)
    key = request.query_params.get("ancestor_uuid", "")
    if not key:
        raise QueryError("ancestor_uuid is missing.", hint="Give the uuid of a study or dataset.")
    item = site.service.find(key)
    text = check_text(request.query_params.get("query", ""), site.settings)
    offset = read_count(request, "offset", 0, 1_000_000)
    limit = _whole(pairs_of(request), "num_results", 50, 10_000)
    page = site.service.variables(item.id, text="" if text == "*" else text, offset=offset, limit=limit)
    return json_answer(
        {
            "results": [_variable(site, hit) for hit in page.hits],
            "num_hits": page.total,
            "next_page_offset": offset + len(page.hits),
        }
    )


def aggregate(request: Request) -> Response:
    """Counts of the values of each field over the results of a search; resources are counted, not variables."""
    site = site_of(request)
    query = _query(site, pairs_of(request))
    counts = site.service.facets(query)
    scopes = site.service.search(msgspec.structs.replace(query, size=1)).scopes
    made: dict[str, Any] = {"resource_type": {kind: count for kind, count in scopes.items() if kind != "all" and count}}
    made |= {name: dict(counts[facet].values) for facet, name in CATEGORIES.items() if facet in counts}
    for facet, (lower, upper) in NUMBERS.items():
        if facet in counts:
            made[lower], made[upper] = _numbers(counts[facet]), _numbers(counts[facet])
    return json_answer({"num_hits": 0, "aggregations": made})


def _numbers(counts: FacetCounts) -> dict[str, float]:
    known = {"minimum": counts.minimum, "maximum": counts.maximum, "count": sum(count for _, count in counts.values)}
    return {name: value for name, value in known.items() if value is not None}


def sources(request: Request) -> Response:
    """Catalogues by key, with the credit that each asks for."""
    site = site_of(request)
    return json_answer({view.source.key: writers.original_source(view.source) for view in site.service.sources()})


def dump(request: Request) -> Response:
    """Every record but variables, page by page: those after the uuid `after`."""
    site = site_of(request)
    after = request.query_params.get("after", "")
    limit = _whole(pairs_of(request), "num_results", RESULTS_MAX, RESULTS_MAX)
    start = site.service.find(after).id if after else ""
    found = [site.service.find(entry.id) for entry in islice(site.service.walk(after=start), limit)]
    return json_answer(
        {"results": [{"uuid": item.uuid, "slug": item.slug, "resource_type": item.kind} for item in found]}
    )


def version(request: Request) -> Response:
    """Versions."""
    status = site_of(request).service.status()
    return json_answer({"version_id": status.generation, "harmony_discovery_version": status.version})


def health(request: Request) -> Response:
    """Whether the service answers."""
    site_of(request).service.status()
    return json_answer({"status": "ok"})
