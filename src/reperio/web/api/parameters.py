"""Parameters of the API, described once; those of a search derive from the facets and the declared fields."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Scope, SortName
from reperio.query.url import PARAMETER_OF_FACET
from reperio.resource.fields import fields
from reperio.web.service import VariableSort

WHOLE = {"type": "integer", "minimum": 1}
TEXT = {"type": "string"}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter: its name, where it stands, what it means, the JSON Schema of its value."""

    name: str
    description: str
    schema: dict[str, Any] = msgspec.field(default_factory=lambda: dict(TEXT))
    where: str = "query"
    required: bool = False
    repeated: bool = False

    def openapi(self) -> dict[str, Any]:
        """As OpenAPI writes it."""
        schema = {"type": "array", "items": self.schema} if self.repeated else self.schema
        made: dict[str, Any] = {
            "name": self.name,
            "in": self.where,
            "description": self.description,
            "required": self.required,
            "schema": schema,
        }
        return made | ({"style": "form", "explode": True} if self.repeated else {})


def _facet_help(facet: str) -> tuple[str, str]:
    for field in fields().values():
        if field.facet == facet:
            return field.label, field.help
    return facet, ""


def _keyword(facet: str) -> list[Parameter]:
    label, text = _facet_help(facet)
    return [
        Parameter(
            name=PARAMETER_OF_FACET[facet], repeated=True, description=f"{label}: any of these values. {text}".strip()
        ),
        Parameter(
            name=f"{facet}_unknown",
            schema={"type": "string", "enum": ["1"]},
            description=f"Also (or, alone, only) where {label.lower()} is not stated.",
        ),
        Parameter(
            name=f"{facet}_every",
            schema={"type": "string", "enum": ["1"]},
            description="All of the values chosen at once, not any of them.",
        ),
    ]


def _range(facet: str) -> list[Parameter]:
    label, text = _facet_help(facet)
    number = {"type": "number"}
    lower = f"{label}: overlaps the range from here. {text}".strip()
    return [
        Parameter(name=f"{facet}_min", schema=number, description=lower),
        Parameter(name=f"{facet}_max", schema=number, description=f"{label}: overlaps the range up to here."),
        Parameter(
            name=f"{facet}_unknown",
            schema={"type": "string", "enum": ["1"]},
            description=f"With a range: also where {label.lower()} is not stated.",
        ),
    ]


QUERY = Parameter(
    name="query",
    description='What is looked for: words, "exact phrases", -exclusions, a DOI, a name of a variable. Empty for everything.',
)
PLAIN = Parameter(
    name="plain",
    repeated=True,
    description="Words of the query that are to stay words, although a constraint (`understood`) or a synonym (`added`) "
    "is read from them.",
)
SCOPE = Parameter(
    name="resource_type",
    schema={"type": "string", "enum": list(get_args(Scope)), "default": "all"},
    description="Kind of thing to list. `all`: whatever stands at the top, with what matched below it.",
)
SORT = Parameter(
    name="sort",
    schema={"type": "string", "enum": list(get_args(SortName)), "default": "best"},
    description="Order of the results.",
)
PAGE = Parameter(name="page", schema=WHOLE | {"default": 1}, description="Page, from 1.")
SIZE = Parameter(name="size", schema=WHOLE | {"maximum": 100, "default": 20}, description="Results a page.")
WITHIN = Parameter(name="within", description="Slug, uuid or id of an item to search inside of.")
LIKE = Parameter(name="like", description="Slug, uuid or id of an item to find similar ones of.")
MEANING = Parameter(
    name="meaning",
    schema={"type": "string", "enum": ["0", "1"], "default": "1"},
    description="0 switches search by meaning off.",
)
KEY = Parameter(
    name="key",
    where="path",
    required=True,
    description="Slug, uuid or id (`ukds/855318`) of an item. Old ones answer 308.",
)
OFFSET = Parameter(
    name="offset", schema={"type": "integer", "minimum": 0, "default": 0}, description="How many to leave out first."
)
LIMIT = Parameter(name="limit", schema=WHOLE | {"maximum": 1000, "default": 100}, description="How many at most.")
VARIABLE_QUERY = Parameter(name="query", description="Words or meaning of the variables wanted. Empty for all.")
VARIABLE_SORT = Parameter(
    name="sort",
    schema={"type": "string", "enum": list(get_args(VariableSort)), "default": "best"},
    description="Order of the variables.",
)
PREFIX = Parameter(name="prefix", required=True, description="What has been typed so far.")
SUGGESTIONS = Parameter(name="limit", schema=WHOLE | {"maximum": 20, "default": 8}, description="How many at most.")
FACET_NAMES = Parameter(
    name="facet",
    repeated=True,
    schema={"type": "string", "enum": [*KEYWORD_FILTERS, *RANGE_FILTERS]},
    description="Facets to count; all when none is named.",
)
FACET_SIZE = Parameter(
    name="values", schema=WHOLE | {"maximum": 1000, "default": 50}, description="Values a facet at most."
)
FILTERS = tuple(
    parameter for made in (*map(_keyword, KEYWORD_FILTERS), *map(_range, RANGE_FILTERS)) for parameter in made
)
SEARCH = (QUERY, PLAIN, SCOPE, *FILTERS, WITHIN, LIKE, SORT, PAGE, SIZE, MEANING)
COUNTED = (QUERY, PLAIN, SCOPE, *FILTERS, WITHIN, LIKE, FACET_NAMES, FACET_SIZE, MEANING)
EXPORTED = (QUERY, SCOPE, *FILTERS, WITHIN, LIKE, SORT, MEANING)
