"""The table of endpoints, from which the routes, the OpenAPI document and the reference page are made."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.web.api import discover, exports, questions, version1
from reperio.web.api import parameters as asked
from reperio.web.api.parameters import Parameter
from reperio.web.api.views import (
    FacetsAnswer,
    ItemAnswer,
    SearchAnswer,
    SourcesAnswer,
    SuggestionsAnswer,
    VariablesAnswer,
    VersionAnswer,
)
from reperio.web.links import API
from reperio.web.writers import CITATION_FORMATS

FORMAT = Parameter(
    name="format",
    schema={"type": "string", "enum": [form.key for form in CITATION_FORMATS], "default": CITATION_FORMATS[0].key},
    description="Format of the citation.",
)
OLD_QUERY = Parameter(
    name="query", repeated=True, description="What is looked for; the first one counts, `*` is everything."
)
OLD_COUNT = Parameter(
    name="num_results", schema={"type": "integer", "default": 50}, description="How many at most (500)."
)
OLD_TYPE = Parameter(
    name="resource_type",
    repeated=True,
    schema={"type": "string", "enum": ["dataset", "study", "source", "variable"]},
    description="Kind of thing.",
)
OLD_SEEN = Parameter(name="top_level_ids_seen_so_far", repeated=True, description="uuids to leave out.")
OLD_SEARCH = (OLD_QUERY, OLD_TYPE, *asked.FILTERS, OLD_COUNT, asked.OFFSET, OLD_SEEN)
UUID = Parameter(name="uuid", repeated=True, description="uuids of records, dashes allowed.")
SLUG = Parameter(name="slug", description="Slug of a record.")
ANCESTOR = Parameter(name="ancestor_uuid", required=True, description="uuid of a study or dataset.")
AFTER = Parameter(name="after", description="uuid of the last record had.")


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint: path, handler, parameters, and the type (or media type alone) of its answer."""

    path: str
    handler: Callable[[Request], Response | Awaitable[Response]]
    parameters: tuple[Parameter, ...] = ()
    answer: type | None = None
    media_type: str = "application/json"
    method: str = "GET"
    tag: str = "Reperio"

    @property
    def name(self) -> str:
        """Unique name of the operation, from its path: `search`, `items_variables`, `discover_search_post`."""
        words = re.findall(r"[a-z0-9-]+", self.path.removeprefix(API).replace("{key:path}", ""))
        return "_".join([*words, *(["post"] if self.method == "POST" else [])]).replace("-", "_")

    @property
    def summary(self) -> str:
        """First line of its description."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


OWN: tuple[Endpoint, ...] = (
    Endpoint(path=f"{API}/search", handler=version1.search, parameters=asked.SEARCH, answer=SearchAnswer),
    Endpoint(path=f"{API}/export.csv", handler=exports.as_csv, parameters=asked.EXPORTED, media_type="text/csv"),
    Endpoint(
        path=f"{API}/export.xlsx",
        handler=exports.as_xlsx,
        parameters=asked.EXPORTED,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    Endpoint(path=f"{API}/export.json", handler=exports.as_json, parameters=asked.EXPORTED),
    Endpoint(
        path=f"{API}/export.ris",
        handler=exports.as_ris,
        parameters=asked.EXPORTED,
        media_type="application/x-research-info-systems",
    ),
    Endpoint(
        path=f"{API}/export.bib",
        handler=exports.as_bibtex,
        parameters=asked.EXPORTED,
        media_type="application/x-bibtex",
    ),
    Endpoint(path=f"{API}/facets", handler=version1.facets, parameters=asked.COUNTED, answer=FacetsAnswer),
    Endpoint(
        path=f"{API}/suggest",
        handler=version1.suggest,
        parameters=(asked.PREFIX, asked.SUGGESTIONS),
        answer=SuggestionsAnswer,
    ),
    Endpoint(
        path=f"{API}/items/{{key:path}}/variables",
        handler=version1.variables,
        parameters=(asked.KEY, asked.VARIABLE_QUERY, asked.VARIABLE_SORT, asked.OFFSET, asked.LIMIT),
        answer=VariablesAnswer,
    ),
    Endpoint(
        path=f"{API}/items/{{key:path}}/json-ld",
        handler=version1.json_ld,
        parameters=(asked.KEY,),
        media_type="application/ld+json",
    ),
    Endpoint(
        path=f"{API}/items/{{key:path}}/citation",
        handler=version1.citation,
        parameters=(asked.KEY, FORMAT),
        media_type="text/plain",
    ),
    Endpoint(path=f"{API}/items/{{key:path}}", handler=version1.item, parameters=(asked.KEY,), answer=ItemAnswer),
    Endpoint(
        path=f"{API}/questionnaire",
        handler=questions.questionnaire,
        answer=questions.QuestionnaireAnswer,
        method="POST",
    ),
    Endpoint(path=f"{API}/sources", handler=version1.sources, answer=SourcesAnswer),
    Endpoint(path=f"{API}/version", handler=version1.version, answer=VersionAnswer),
)
_TAG = "Original product"
ORIGINAL: tuple[Endpoint, ...] = (
    Endpoint(path="/discover/search", handler=discover.search, parameters=OLD_SEARCH, tag=_TAG),
    Endpoint(path="/discover/search", handler=discover.search_posted, method="POST", tag=_TAG),
    Endpoint(path="/discover/search2", handler=discover.search, parameters=OLD_SEARCH, tag=_TAG),
    Endpoint(path="/discover/lookup", handler=discover.lookup, parameters=(UUID, SLUG, asked.VARIABLE_QUERY), tag=_TAG),
    Endpoint(
        path="/discover/get-variables",
        handler=discover.get_variables,
        parameters=(ANCESTOR, asked.VARIABLE_QUERY, OLD_COUNT, asked.OFFSET),
        tag=_TAG,
    ),
    Endpoint(
        path="/discover/aggregate",
        handler=discover.aggregate,
        parameters=(OLD_QUERY, OLD_TYPE, *asked.FILTERS),
        tag=_TAG,
    ),
    Endpoint(path="/discover/sources", handler=discover.sources, tag=_TAG),
    Endpoint(path="/discover/dump", handler=discover.dump, parameters=(AFTER, OLD_COUNT), tag=_TAG),
    Endpoint(path="/info/version", handler=discover.version, tag=_TAG),
    Endpoint(path="/health-check", handler=discover.health, tag=_TAG),
)
ENDPOINTS = (*OWN, *ORIGINAL)
