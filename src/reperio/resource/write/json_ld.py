"""Writing schema.org JSON-LD: `Dataset` for series, studies and datasets, `PropertyValue` for variables.

Follows what Google asks of dataset markup: a description of 50 to 5,000 characters, licences as addresses, agents with
`sameAs`. Nothing empty is written and nothing is invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Concept, Distribution, Publication
from reperio.resource.write.plain import filled, is_web, names, one_line, web
from reperio.text.dates import interval
from reperio.text.html import summary
from reperio.text.licences import Licence
from reperio.text.places import Place

DESCRIPTION_MIN, DESCRIPTION_MAX = 50, 5000
SILENT = "Its catalogue gives no further description of it."
ACCESS = {
    "open": "Open access",
    "registered": "Access after registration",
    "controlled": "Access after an application is approved",
    "closed": "Not accessible",
}
SERIES = "http://www.w3.org/ns/dcat#DatasetSeries"


class Named(msgspec.Struct, frozen=True):
    """Something with a page: a catalogue, a study above, a dataset below."""

    name: str
    url: str = ""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a resource.

    Attributes:
        url: address of its page here.
        catalogues: the catalogues it is in.
        part_of: what it belongs to.
        parts: what belongs to it, except variables.
        variables: variables of it, with the address of their pages, as many as are to be listed.
    """

    url: str = ""
    catalogues: Sequence[Named] = ()
    part_of: Sequence[Named] = ()
    parts: Sequence[Named] = ()
    variables: Sequence[tuple[Resource, str]] = ()


def dataset_json_ld(resource: Resource, around: Surroundings | None = None) -> dict[str, Any]:
    """A series, study or dataset as schema.org `Dataset`."""
    around = around or Surroundings()
    made = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": around.url if is_web(around.url) else None,
        "additionalType": SERIES if resource.kind == "series" else None,
        "name": one_line(resource.title),
        "alternateName": _each(text.value for text in (*resource.titles[1:], *resource.alternate_titles)),
        "description": describe(resource, around),
        "url": around.url if is_web(around.url) else None,
        "sameAs": web([*(one.url for one in resource.identifiers), *resource.urls, *_origins(resource)]),
        **_identity(resource),
        **_people(resource),
        **_coverage(resource),
        **_access(resource),
        "includedInDataCatalog": [_named("DataCatalog", one) for one in around.catalogues],
        "isPartOf": [_named("Dataset", one) for one in around.part_of],
        "hasPart": [_named("Dataset", one) for one in around.parts],
        "variableMeasured": [_variable(variable, url) for variable, url in around.variables],
    }
    return dict(filled(made))


def variable_json_ld(resource: Resource, around: Surroundings | None = None) -> dict[str, Any]:
    """A variable as schema.org `PropertyValue`, with what measures it as `subjectOf`."""
    around = around or Surroundings()
    made = {
        "@context": "https://schema.org/",
        **_variable(resource, around.url),
        "subjectOf": [_named("Dataset", one) for one in around.part_of],
    }
    return dict(filled(made))


def describe(resource: Resource, around: Surroundings) -> str:
    """The abstract within 5,000 characters; when it is shorter than 50, known facts are added to it."""
    abstract = one_line(resource.abstract or "", 20 * DESCRIPTION_MAX)
    if len(abstract) >= DESCRIPTION_MIN:
        return abstract if len(abstract) <= DESCRIPTION_MAX else summary(abstract, DESCRIPTION_MAX)
    said = abstract
    for fact in (*_facts(resource, around), SILENT):
        if len(said) >= DESCRIPTION_MIN:
            break
        said = f"{said} {fact}".strip()
    return said if len(said) <= DESCRIPTION_MAX else summary(said, DESCRIPTION_MAX)


def _facts(resource: Resource, around: Surroundings) -> Iterable[str]:
    yield f"{resource.kind.capitalize()}: {one_line(resource.title, 1000)}."
    lists = (
        ("By", names(resource.creators)),
        ("Places:", [one_line(place.name) for place in resource.spatial]),
        ("Time covered:", [interval(period) for period in resource.temporal]),
        ("Published by", names(resource.publishers)),
        ("Catalogue:", [one_line(one.name) for one in around.catalogues]),
    )
    for lead, values in lists:
        if known := [value for value in values if value]:
            yield f"{lead} {', '.join(known[:5])}."


def _identity(resource: Resource) -> dict[str, Any]:
    return {
        "identifier": [
            {
                "@type": "PropertyValue", "propertyID": one.scheme.upper(), "value": one_line(one.value),
                "url": one.url if is_web(one.url) else None,
            }
            for one in resource.identifiers
        ],
        "version": resource.version and one_line(resource.version),
        "dateCreated": resource.date_created,
        "datePublished": resource.date_published,
        "dateModified": resource.date_modified,
        "keywords": _each([concept.label for concept in (*resource.keywords, *resource.topics)]),
        "about": [_term(topic) for topic in resource.topics],
        "citation": [_publication(publication) for publication in resource.publications],
        "creditText": resource.citation and one_line(resource.citation),
        "image": resource.image if is_web(resource.image) else None,
    }  # fmt: skip


def _people(resource: Resource) -> dict[str, Any]:
    roles = {
        "creator": resource.creators, "publisher": resource.publishers, "funder": resource.funders,
        "contributor": resource.contributors, "copyrightHolder": resource.rights_holders,
    }  # fmt: skip
    return {role: [_agent(agent) for agent in agents] for role, agents in roles.items()}


def _coverage(resource: Resource) -> dict[str, Any]:
    methods = (*resource.sampling, *resource.collection_modes, *resource.time_methods)
    return {
        "temporalCoverage": _each(interval(period) for period in resource.temporal),
        "spatialCoverage": [_place(place) for place in resource.spatial],
        "measurementTechnique": _each([*resource.study_designs, *(method.label for method in methods)]),
        "inLanguage": _each(resource.languages),
    }


def _access(resource: Resource) -> dict[str, Any]:
    notes = _each(text.value for text in resource.access_notes)
    level = ACCESS[resource.access] if resource.access else None
    return {
        "license": web(_licence_url(licence) for licence in resource.licences),
        "conditionsOfAccess": ". ".join(dict.fromkeys(filter(None, [level, *notes]))) or None,
        "isAccessibleForFree": True if resource.access == "open" else None,
        "distribution": [_download(one) for one in resource.distributions if is_web(one.url)],
    }


def _each(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(line for value in values if (line := one_line(value))))


def _origins(resource: Resource) -> list[str | None]:
    """Where records lie that are pages; protocol answers (OAI-PMH and the like) are not the same thing as the data."""
    return [origin.url for origin in resource.origins if origin.url and "?" not in origin.url]


def _named(kind: str, one: Named) -> dict[str, Any]:
    return {"@type": kind, "name": one_line(one.name), "url": one.url if is_web(one.url) else None}


def _agent(agent: Agent) -> dict[str, Any]:
    links = web(one.url for one in agent.identifiers)
    affiliation = {"@type": "Organization", "name": one_line(agent.affiliation)} if agent.affiliation else None
    return {
        "@type": agent.kind, "name": one_line(agent.name), "sameAs": links,
        "url": agent.url if is_web(agent.url) else None,
        "affiliation": affiliation if agent.kind != "Organization" else None,
    }  # fmt: skip


def _term(concept: Concept) -> dict[str, Any]:
    return {
        "@type": "DefinedTerm", "name": one_line(concept.label), "termCode": concept.code and one_line(concept.code),
        "inDefinedTermSet": _term_set(concept.vocabulary),
        "url": concept.uri if is_web(concept.uri) else None,
    }  # fmt: skip


def _term_set(vocabulary: str | None) -> dict[str, Any] | str | None:
    """A vocabulary by its address, or by its name as a thing of its own: a bare text may only be an address here."""
    if not vocabulary or is_web(vocabulary):
        return vocabulary
    return {"@type": "DefinedTermSet", "name": one_line(vocabulary)}


def _publication(publication: Publication) -> dict[str, Any]:
    doi = f"https://doi.org/{publication.doi}" if publication.doi else None
    return {
        "@type": "CreativeWork", "name": one_line(publication.citation),
        "url": next(iter(web([doi, publication.url])), None),
    }  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressCountry": place.country} if place.country else None
    return {"@type": "Place", "name": one_line(place.name), "address": address}


def _licence_url(licence: Licence) -> str | None:
    return licence.url or (f"https://spdx.org/licenses/{licence.spdx}" if licence.spdx else None)


def _download(one: Distribution) -> dict[str, Any]:
    return {
        "@type": "DataDownload", "name": one_line(one.name), "contentUrl": one.url,
        "encodingFormat": one.media_type and one_line(one.media_type),
        "contentSize": f"{one.size_bytes} B" if one.size_bytes is not None else None,
    }  # fmt: skip


def _variable(resource: Resource, url: str) -> dict[str, Any]:
    question = " ".join(text.value for text in (*resource.preamble, *resource.question))
    texts = _each([question, *(text.value for text in resource.abstracts)])
    label = one_line(resource.title)
    code = one_line(resource.name or "")
    return {
        "@type": "PropertyValue", "name": label, "alternateName": code if code != label else None,
        "propertyID": one_line(resource.id),
        "description": summary(texts[0], DESCRIPTION_MAX) if texts and texts[0] != label else None,
        "url": url if is_web(url) else None,
        "unitText": resource.measurement_unit and one_line(resource.measurement_unit),
        "minValue": resource.statistics.get("min"), "maxValue": resource.statistics.get("max"),
        "valueReference": [
            {"@type": "DefinedTerm", "name": one_line(one.label), "termCode": one.code and one_line(one.code)}
            for one in resource.categories
        ],
    }  # fmt: skip
