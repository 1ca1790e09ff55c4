"""The original product's shape of a record: `dataset_schema` and `extra_data`, so that its clients work unchanged.

Where the original had stand-ins for the unknown (ages 0 to 999, sex `all`, country `GB`) the field is absent or null.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Agent
from reperio.resource.write.plain import filled, is_web, names, one_line, web
from reperio.text.dates import interval, years
from reperio.text.licences import Licence

DESCRIPTION_MAX = 20_000


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a record.

    Attributes:
        slug: its slug.
        sources: keys of its sources.
        catalogues: name and address of its catalogues.
        variables: variables to list, with the addresses of their pages.
        variables_total: number of variables held below it.
        top: `<source>/<slug>` of its top-level ancestor.
    """

    slug: str
    sources: Sequence[str] = ()
    catalogues: Sequence[tuple[str, str]] = ()
    variables: Sequence[tuple[Resource, str]] = ()
    variables_total: int | None = None
    top: str | None = None


def dataset_schema(resource: Resource, around: Around) -> dict[str, Any]:
    """The schema.org part, with the original's own additions (`size`, `number_of_variables`)."""
    made = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": one_line(resource.title),
        "description": (resource.abstract or "")[:DESCRIPTION_MAX],
        "url": web(resource.urls),
        "keywords": _labels(resource),
        "identifier": _dois(resource),
        "variableMeasured": [variable_measured(variable, url) for variable, url in around.variables],
        "temporalCoverage": ", ".join(interval(period) for period in resource.temporal),
        "spatialCoverage": ", ".join(dict.fromkeys(one_line(place.name) for place in resource.spatial)),
        "size": str(resource.sample_size) if resource.sample_size else None,
        "image": resource.image if is_web(resource.image) else None,
        "includedInDataCatalog": [
            {"@type": "DataCatalog", "name": one_line(name), "url": url if is_web(url) else None}
            for name, url in around.catalogues
        ],
        "publisher": _agents(resource.publishers),
        "funder": _agents(resource.funders),
        "sponsor": _agents(resource.funders),
        "creator": _agents(resource.creators),
        "copyrightHolder": _agents(resource.rights_holders),
        "license": [text for licence in resource.licences if (text := _licence(licence))],
        "dateCreated": resource.date_created,
        "dateModified": resource.date_modified,
        "number_of_variables": _variables_total(resource, around),
    }
    return dict(filled(made))


def variable_measured(variable: Resource, url: str = "") -> dict[str, Any]:
    """A variable inside `variableMeasured`: named by its code, described by its wording."""
    question = one_line(" ".join(text.value for text in variable.question))
    label = one_line(variable.titles[0].value) if variable.titles else ""
    name = one_line(variable.name or "") or question or label or variable.id
    description = next((text for text in (question, label) if text and text != name), None)
    return dict(
        filled(
            {
                "name": name, "description": description, "uuid": variable.uuid, "question": question,
                "options": _options(variable), "response_options": _options(variable),
                "url": web([url, *variable.urls]),
            }
        )
    )  # fmt: skip


def extra_data(resource: Resource, around: Around) -> dict[str, Any]:
    """What does not fit schema.org: lists are always there, numbers only when known."""
    start, end = _span(resource)
    always = {
        "name": one_line(resource.title),
        "slug": around.slug,
        "uuid": resource.uuid,
        "harmony_id": resource.id,
        "resource_type": resource.kind,
        "source": list(around.sources or (resource.source,)),
        "study_design": list(resource.study_designs),
        "country_codes": list(dict.fromkeys(place.country for place in resource.spatial if place.country)),
        "language_codes": list(resource.languages),
        "geographic_coverage": ", ".join(dict.fromkeys(one_line(place.name) for place in resource.spatial)),
        "instruments": list(resource.instruments),
        "keywords": _labels(resource),
        "urls": web(resource.urls),
        "dois": _dois(resource),
        "data_access": "\n\n".join(text.value for text in resource.access_notes),
        "num_variables": _variables_total(resource, around),
        "ai_summary": None,
    }
    known = {
        "sex": resource.sex,
        "genetic_data_collected": resource.genetic_data,
        "start_year": start,
        "end_year": end,
        "duration_years": end - start if start is not None and end is not None else None,
        "age_lower": _whole(min((ages.lower for ages in resource.ages if ages.lower is not None), default=None)),
        "age_upper": _age_upper(resource),
        "sample_size": resource.sample_size,
        "num_sweeps": resource.waves,
        "top_level_ancestor": around.top,
        **_wording(resource),
    }
    return {**always, **{name: value for name, value in known.items() if value is not None}}


def _wording(resource: Resource) -> dict[str, Any]:
    if resource.kind != "variable":
        return {}
    question = one_line(" ".join(text.value for text in resource.question))
    return {"question": question or None, "response_options": _options(resource) or None}


def _span(resource: Resource) -> tuple[int | None, int | None]:
    """First and last year covered; a period still going on has no last year."""
    spans = [years(period) for period in resource.temporal]
    starts = [start for start, _ in spans if start is not None]
    ends = [end for _, end in spans if end is not None]
    is_open = any(period.ongoing for period in resource.temporal)
    return min(starts, default=None), None if is_open else max(ends, default=None)


def _age_upper(resource: Resource) -> int | float | None:
    if any(ages.upper is None for ages in resource.ages):
        return None
    return _whole(max((ages.upper for ages in resource.ages if ages.upper is not None), default=None))


def _whole(number: float | None) -> int | float | None:
    return int(number) if number is not None and number == int(number) else number


def _variables_total(resource: Resource, around: Around) -> int | None:
    return around.variables_total or resource.variable_count


def _labels(resource: Resource) -> list[str]:
    return list(dict.fromkeys(filter(None, (one_line(word.label) for word in (*resource.keywords, *resource.topics)))))


def _dois(resource: Resource) -> list[str]:
    return web(one.url for one in resource.identifiers if one.scheme == "doi")


def _options(variable: Resource) -> list[str]:
    return [label for category in variable.categories if (label := one_line(category.label))]


def _agents(agents: Sequence[Agent]) -> list[dict[str, Any]]:
    urls = {one_line(agent.name): agent.url for agent in agents if is_web(agent.url)}
    kinds = {one_line(agent.name): agent.kind for agent in agents}
    return [{"@type": kinds.get(name) or "Organization", "name": name, "url": urls.get(name)} for name in names(agents)]


def _licence(licence: Licence) -> str | None:
    return licence.url if is_web(licence.url) else one_line(licence.name)
