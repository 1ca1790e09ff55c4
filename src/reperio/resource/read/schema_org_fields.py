"""What the properties of a schema.org Dataset say of a resource, rule by rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Link, Publication
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.jsonld import address_of, text_of, types
from reperio.resource.read.stated import accession, is_placeholder
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, find_dois, read_identifier

Rule = Callable[[Draft, Any, str], None]
AGENT_SCHEMES = frozenset({"orcid", "ror", "doi"})
CHECKSUMS = frozenset({"md5", "sha1", "sha-1", "sha256", "sha-256", "crc32", "checksum"})
HREF = re.compile(r"href\s*=\s*[\"']([^\"'\s]{1,500})", re.IGNORECASE)
ISO_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?$")


def text_rule(field: str) -> Rule:
    """Add a text in its language."""

    def rule(draft: Draft, value: Any, _path: str) -> None:
        text, lang = text_of(value)
        if text and not is_placeholder(text):
            draft.text(field, text, lang)

    return rule


def line_rule(field: str) -> Rule:
    """Set a single text."""
    return lambda draft, value, _path: draft.line(field, text_of(value)[0])


def date_rule(field: str) -> Rule:
    """Set a date; a time of day is left out."""

    def rule(draft: Draft, value: Any, path: str) -> None:
        text = text_of(value)[0]
        draft.date(field, ISO_TIME.sub(r"\1", text) if text else None, path)

    return rule


def agent_rule(field: str) -> Rule:
    """Add a person or organisation; one text may name several, parted by semicolons."""

    def rule(draft: Draft, value: Any, _path: str) -> None:
        if isinstance(value, str):
            for name in value.split(";"):
                if not is_placeholder(name):
                    draft.agent(field, name)
        else:
            add_agent(draft, field, value)

    return rule


def add_agent(draft: Draft, field: str, value: Any) -> None:
    """Add the agent an object describes, with ORCID or ROR, affiliation and address."""
    node = mapping(value)
    name = agent_name(node)
    if not name or is_placeholder(name):
        return
    found = _agent_identifiers(node)
    affiliation = next((text for each in listed(node.get("affiliation")) if (text := text_of(each)[0])), None)
    url = next((text for each in listed(node.get("url")) if (text := said(each)) and text.startswith("http")), None)
    draft.agent(
        field, name, kind=_agent_kind(node, found), identifiers=found,
        affiliation=plain_text(affiliation) if affiliation else None, url=url,
    )  # fmt: skip


def agent_name(node: dict[str, Any]) -> str | None:
    """Name of a person or organisation: as a whole, or given and family name."""
    for key in ("name", "legalName"):
        if text := next((text for each in listed(node.get(key)) if (text := text_of(each)[0])), None):
            return text
    parts = [said(next(iter(listed(node.get(key))), None)) for key in ("givenName", "familyName")]
    return " ".join(part for part in parts if part) or None


def _agent_identifiers(node: dict[str, Any]) -> tuple[Identifier, ...]:
    raws = [each for key in ("@id", "identifier", "sameAs", "url") for each in listed(node.get(key))]
    raws = [mapping(each).get("value", mapping(each).get("@id")) if isinstance(each, dict) else each for each in raws]
    known = [read_identifier(raw) for raw in raws if isinstance(raw, str) and len(raw) < 500]
    return tuple(dict.fromkeys(each for each in known if each and each.scheme in AGENT_SCHEMES))


def _agent_kind(node: dict[str, Any], found: tuple[Identifier, ...]) -> Literal["Person", "Organization"] | None:
    named = types(node)
    if "person" in named or any(each.scheme == "orcid" for each in found):
        return "Person"
    if any("organi" in each or "agency" in each or "college" in each for each in named):
        return "Organization"
    return None


def _identifier(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    if node:
        if (said(node.get("propertyID")) or "").lower() in CHECKSUMS:
            draft.keep("checksum", said(node.get("value")))
            return
        raw = said(node.get("value")) or address_of(node)
    else:
        raw = said(value)
    if raw and len(raw) < 1000 and not is_placeholder(raw):
        accession(draft, raw, path)


def _url(draft: Draft, value: Any, _path: str) -> None:
    draft.url(address_of(value))


def _same(draft: Draft, value: Any, path: str) -> None:
    address = address_of(value)
    known = read_identifier(address) if address and len(address) < 500 else None
    if known and known.scheme in ("doi", "ark", "urn", "handle"):
        draft.identifier(address, path)
    else:
        draft.url(address)


def _keyword(draft: Draft, value: Any, _path: str) -> None:
    _term(draft, "keywords", value)


def parted(value: Any) -> Any:
    """Keywords given as one text, parted at semicolons or commas; anything else as it is."""
    if isinstance(value, str):
        return re.split(r"\s*;\s*" if ";" in value else r"\s*,\s*", value)
    return value


def _term(draft: Draft, field: str, value: Any) -> None:
    label, lang = text_of(value)
    if not label or is_placeholder(label):
        return
    node = mapping(value)
    terms = node.get("inDefinedTermSet")
    uri = next((text for key in ("url", "@id") if (text := said(node.get(key))) and text.startswith("http")), None)
    draft.concept(
        field,
        label,
        vocabulary=text_of(terms)[0] or address_of(terms),
        uri=uri,
        code=said(node.get("termCode")),
        lang=lang,
    )


def _topic(draft: Draft, value: Any, _path: str) -> None:
    _term(draft, "topics", value)


def _kind(draft: Draft, value: Any, _path: str) -> None:
    text = text_of(value)[0]
    if text and not text.startswith("http"):
        draft.concept("data_kinds", text)


def _language(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    draft.language(said(node.get("alternateName")) or text_of(value)[0], path)


def _temporal(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    if not node or "@value" in node:
        draft.period(text_of(value)[0], path)
        return
    start = _instant(node.get("startDate", node.get("time:hasBeginning", node.get("start"))))
    end = _instant(node.get("endDate", node.get("time:hasEnd", node.get("end"))))
    if start or end:
        draft.span(start, end, path)
    else:
        draft.keep("temporalCoverage", [*(draft.kept("temporalCoverage") or []), value])


def _instant(value: Any) -> str | None:
    node = mapping(value)
    for name in ("time:inXSDDateTimeStamp", "time:inXSDDate", "time:inXSDgYear", "time:inXSDDateTime", "@value"):
        if name in node:
            value = mapping(node[name]).get("@value", node[name])
    text = said(value)
    return ISO_TIME.sub(r"\1", text) if text else None


def _place(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    name = text_of(value)[0]
    country = text_of(mapping(node.get("address")).get("addressCountry"))[0]
    if name or country:
        draft.places(name or country, path)
    if node.get("geo") or not (name or country):
        draft.keep("spatialCoverage", [*(draft.kept("spatialCoverage") or []), value])


def _licence(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    raws = (
        [address_of(node), *(said(node.get(key)) for key in ("identifier", "name", "text"))] if node else [said(value)]
    )
    given = [raw for raw in raws if raw and not is_placeholder(raw)]
    links = [link for raw in given for link in HREF.findall(raw)]
    add_licence(draft, [*links, *given], path)


def add_licence(draft: Draft, raws: list[str], path: str) -> None:
    """Add the first of the texts that is a licence; when none is, the last one says how the data are had."""
    before = len(draft.values("licences"))
    for raw in raws:
        held = draft.values("access_notes")
        draft.licence(raw, path)
        if len(draft.values("licences")) > before:
            return
        draft.replace("access_notes", held)
    if raws:
        draft.text("access_notes", raws[-1])
        draft.claim("licences", raws[-1], path)


def _access(draft: Draft, value: Any, path: str) -> None:
    text, lang = text_of(value)
    text = text or address_of(value)
    draft.access(text, path)
    draft.text("access_notes", text, lang)


def _technique(draft: Draft, value: Any, path: str) -> None:
    _term(draft, "collection_modes", value)
    draft.designs(text_of(value)[0], path)


def _funding(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    if "grant" not in types(node) and "funder" not in node and "sponsor" not in node:
        agent_rule("funders")(draft, value, _path)
        return
    for funder in [*listed(node.get("funder")), *listed(node.get("sponsor"))]:
        agent_rule("funders")(draft, funder, _path)
    number = next(
        (text for each in listed(node.get("identifier")) if (text := said(mapping(each).get("value", each)))), None
    )
    target = number or address_of(node)
    if target:
        draft.add("links", Link("grant", target, text_of(node)[0] if "name" in node else None))


def _publication(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    text = plain_text(said(node.get("text")) or text_of(value)[0] or "")
    address = address_of(node) if node else None
    raw = " ".join(filter(None, [address, said(node.get("identifier")), text]))
    dois = find_dois(raw)
    known = read_identifier(address) if address and len(address) < 500 else None
    doi = dois[0] if dois else (known.value if known and known.scheme == "doi" else None)
    url = address if address and address.startswith("http") else None
    if text or address:
        draft.add("publications", Publication(text or address or "", doi, url))


def _distribution(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    address = said(next(iter(listed(node.get("contentUrl"))), None)) or address_of(value)
    name = text_of(value)[0] if node else None
    media = next(
        (
            text
            for key in ("encodingFormat", "fileFormat")
            for each in listed(node.get(key))
            if (text := text_of(each)[0])
        ),
        None,
    )
    if name or address:
        draft.add(
            "distributions",
            Distribution(plain_text(name or address or ""), address, media, _bytes(node.get("contentSize"))),
        )


def _bytes(value: Any) -> int | None:
    found = re.fullmatch(r"(\d{1,15})(?:\.0+)?\s*(?:b|bytes?)?", said(value) or "", re.IGNORECASE)
    return int(found[1]) if found else None


def link_rule(relation: str) -> Rule:
    """Add a relation to something that is not read here."""

    def rule(draft: Draft, value: Any, _path: str) -> None:
        name = text_of(value)[0]
        target = address_of(value) or name
        if target:
            title = plain_text(name) if name and name != target else None
            draft.add("links", Link(relation, target[:1000], title or None))

    return rule


def _image(draft: Draft, value: Any, _path: str) -> None:
    address = address_of(value)
    if address and address.startswith(("http://", "https://")):
        draft.set("image", address)


RULES: dict[str, Rule] = {
    "name": text_rule("titles"),
    "headline": text_rule("alternate_titles"),
    "alternateName": text_rule("alternate_titles"),
    "alternativeHeadline": text_rule("alternate_titles"),
    "description": text_rule("abstracts"),
    "abstract": text_rule("abstracts"),
    "identifier": _identifier,
    "url": _url,
    "sameAs": _same,
    "version": line_rule("version"),
    "dateCreated": date_rule("date_created"),
    "datePublished": date_rule("date_published"),
    "dateModified": date_rule("date_modified"),
    "keywords": _keyword,
    "about": _topic,
    "additionalType": _kind,
    "inLanguage": _language,
    "creator": agent_rule("creators"),
    "author": agent_rule("creators"),
    "contributor": agent_rule("contributors"),
    "editor": agent_rule("contributors"),
    "maintainer": agent_rule("contributors"),
    "producer": agent_rule("contributors"),
    "publisher": agent_rule("publishers"),
    "provider": agent_rule("publishers"),
    "sourceOrganization": agent_rule("contributors"),
    "funder": agent_rule("funders"),
    "sponsor": agent_rule("funders"),
    "funding": _funding,
    "copyrightHolder": agent_rule("rights_holders"),
    "contactPoint": agent_rule("contacts"),
    "temporalCoverage": _temporal,
    "spatialCoverage": _place,
    "spatial": _place,
    "license": _licence,
    "conditionsOfAccess": _access,
    "usageInfo": _access,
    "measurementTechnique": _technique,
    "measurementMethod": _technique,
    "citation": _publication,
    "creditText": line_rule("citation"),
    "distribution": _distribution,
    "contentUrl": _distribution,
    "image": _image,
    "thumbnailUrl": _image,
    "includedInDataCatalog": link_rule("includedInDataCatalog"),
    "isBasedOn": link_rule("IsDerivedFrom"),
    "isBasedOnUrl": link_rule("IsDerivedFrom"),
    "subjectOf": link_rule("IsDocumentedBy"),
    "isRelatedTo": link_rule("IsRelatedTo"),
    "relatedLink": link_rule("IsRelatedTo"),
}
"""What each property of a Dataset says."""
