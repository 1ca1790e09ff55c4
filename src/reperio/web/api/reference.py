"""The reference page of the API in Markdown, made of the table of endpoints.

`python -m reperio.web.api.reference docs/reference/api.md` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from reperio.web.api.description import ABOUT, openapi_document
from reperio.web.api.routes import ENDPOINTS, Endpoint

HEAD = "# API\n\nMade from the code: do not edit by hand.\n\n"


def markdown() -> str:
    """Every endpoint with its parameters, then every type with its properties."""
    tags = dict.fromkeys(endpoint.tag for endpoint in ENDPOINTS)
    parts = [f"{HEAD}{ABOUT}\n"]
    for tag in tags:
        parts.append(f"\n## {tag}\n")
        parts += [_endpoint(endpoint) for endpoint in ENDPOINTS if endpoint.tag == tag]
    parts.append("\n## Types\n")
    parts += [_type(name, schema) for name, schema in openapi_document()["components"]["schemas"].items()]
    return "".join(parts)


def _endpoint(endpoint: Endpoint) -> str:
    answer = f" Answers `{endpoint.answer.__name__}`." if endpoint.answer else ""
    lines = [f"\n### {endpoint.method} {endpoint.path.replace(':path}', '}')}\n\n{endpoint.summary}{answer}\n"]
    if endpoint.parameters:
        lines.append("\n| parameter | type | meaning |\n|---|---|---|\n")
    for parameter in endpoint.parameters:
        kind = parameter.schema.get("type", "any") + (", repeatable" if parameter.repeated else "")
        lines.append(f"| `{parameter.name}` | {kind} | {_cell(parameter.description)} |\n")
    return "".join(lines)


def _type(name: str, schema: dict[str, Any]) -> str:
    first = schema.get("description", "").partition("\n")[0]
    names = ", ".join(f"`{one}`" for one in schema.get("properties", {}))
    return f"\n### {name}\n\n{first}\n\n{names}\n" if names else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
