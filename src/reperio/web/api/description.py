"""The OpenAPI document and the page that shows it, both made of the table of endpoints."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio import __version__
from reperio.web.api.answers import json_answer
from reperio.web.api.routes import ENDPOINTS, Endpoint
from reperio.web.problem import MEDIA_TYPE, Problem
from reperio.web.site import site_of

REFERENCE = "#/components/schemas/{name}"
ABOUT = (
    "Search research data across catalogues. Read-only, no key needed. Errors are RFC 9457 problem documents. "
    "Answers carry an ETag that changes with the index. Every item carries the credit lines and licences of its sources: "
    "keep them with any reuse."
)


@cache
def openapi_document() -> dict[str, Any]:
    """OpenAPI 3.1: paths from the table of endpoints, schemas from the types the answers are encoded from."""
    types = [*{endpoint.answer for endpoint in ENDPOINTS if endpoint.answer}, Problem]
    _, schemas = msgspec.json.schema_components(types, schema_hook=_any, ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        path = endpoint.path.replace(":path}", "}")
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reperio API", "version": __version__, "description": ABOUT},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _any(_: type) -> dict[str, Any]:
    """Values of any JSON type."""
    return {"description": "Any JSON value."}


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(name=endpoint.answer.__name__)} if endpoint.answer else _plain_schema(endpoint)
    problem = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": [parameter.openapi() for parameter in endpoint.parameters],
        "responses": {
            "200": {"description": endpoint.summary, "content": {endpoint.media_type: {"schema": schema}}},
            "4XX": {"description": "The request cannot be answered.", "content": problem},
            "5XX": {"description": "The service cannot answer now.", "content": problem},
        },
    }
    if any(parameter.where == "path" for parameter in endpoint.parameters):
        operation["responses"]["308"] = {"description": "It lives at another address now."}
    if endpoint.method == "POST":
        operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
    return operation


def _plain_schema(endpoint: Endpoint) -> dict[str, Any]:
    return {"type": "object"} if "json" in endpoint.media_type else {"type": "string"}


def openapi(request: Request) -> Response:
    """The document, with this site's address."""
    site = site_of(request)
    return json_answer(openapi_document() | {"servers": [{"url": site.links.root}]})


def reference(request: Request) -> Response:
    """The page that shows it."""
    return site_of(request).page(
        "api.html", about=ABOUT, endpoints=ENDPOINTS, schemas=openapi_document()["components"]["schemas"]
    )
