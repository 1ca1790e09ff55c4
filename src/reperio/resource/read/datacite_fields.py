"""What the properties of a DataCite record say of a resource, property by property."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Link
from reperio.resource.read.datacite_agents import add_agent, add_funder
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.stated import accession, remainder, stated, statements
from reperio.text.access import read_access
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, read_identifier
from reperio.text.languages import read_language
from reperio.text.licences import Licence, read_licence
from reperio.text.sizes import read_sizes

Rule = Callable[[Draft, Any, str], None]
FORMAL_GAP = re.compile(r"\(?:(unac|unal|unap|unas|unav|unkn|none|null|tba|etal|tdb)\)?.*", re.IGNORECASE | re.DOTALL)
"""Standard codes for values that are missing (appendix 3 of the schema)."""
BOOKKEEPING = (
    "id", "prefix", "suffix", "schemaVersion", "agency", "state", "xml", "metadataVersion", "isActive", "reason", "source",
    "viewCount", "viewsOverTime", "downloadCount", "downloadsOverTime", "referenceCount", "citationCount",
    "citationsOverTime", "partCount", "partOfCount", "versionCount", "versionOfCount", "created", "registered",
    "published", "updated", "providerId", "clientId", "event", "previousVersion", "landingPage", "citations", "media",
)  # fmt: skip
IDENTIFIER_MAX = 1000
SPAN = re.compile(r"\s*/\s*")
ADDRESS = re.compile(r"(https?|ftp)://\S+$", re.IGNORECASE)
DATES = {"Created": "date_created", "Issued": "date_published", "Updated": "date_modified"}
COVERAGE = ("Collected", "Coverage")


def doi_of(fields: dict[str, Any]) -> str | None:
    """The DOI of a record, bare and lower case; None when it gives none."""
    raws = [
        fields.get("doi"),
        fields.get("id"),
        *(mapping(each).get("identifier") for each in listed(fields.get("identifiers"))),
    ]
    for raw in raws:
        found = read_identifier(text) if (text := said(raw)) else None
        if found and found.scheme == "doi":
            return found.value
    return None


def read_fields(draft: Draft, fields: dict[str, Any]) -> None:
    """Read all properties of a record, in the shape of DataCite JSON, into the draft; what is left goes to `extra`."""
    for raw in (fields.pop("doi", None), fields.get("id")):
        if (text := said(raw)) and len(text) <= IDENTIFIER_MAX:
            draft.identifier(text, "/doi")
    for name, rule in RULES.items():
        for number, value in enumerate(listed(fields.pop(name, None))):
            rule(draft, value, f"/{name}/{number}")
    year = gap_free(fields.pop("publicationYear", None))
    if draft.value("date_published") is None:
        draft.date("date_published", year, "/publicationYear")
    for name in BOOKKEEPING:
        fields.pop(name, None)
    for name, value in (remainder(fields) or {}).items():
        draft.keep(name, value)


def gap_free(value: Any) -> str | None:
    """The text of a value; None where it is one of the codes for missing values (`:unkn`) or fills a field."""
    text = stated(value)
    return None if text is None or FORMAL_GAP.fullmatch(text) else text


def _title(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    text, lang = gap_free(node.get("title")), said(node.get("lang"))
    kind = (said(node.get("titleType")) or "").replace(" ", "")
    if not text:
        return
    languages = {held.lang for held in draft.values("titles")}
    first_of_its_language = bool(lang) and read_language(lang or "") not in languages
    main = first_of_its_language if kind == "TranslatedTitle" or languages else True
    draft.text("titles" if main and kind in ("", "TranslatedTitle") else "alternate_titles", text, lang)


def _identifier(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    raw = gap_free(node.get("identifier")) or gap_free(node.get("alternateIdentifier"))
    kind = said(node.get("identifierType")) or said(node.get("alternateIdentifierType"))
    if not raw or len(raw) > IDENTIFIER_MAX:
        return
    known = read_identifier(raw)
    if known and known.scheme == "url":
        draft.url(raw)
    elif known is None and kind and kind.lower() not in ("doi", "local", "other"):
        found = Identifier("accession", raw)
        draft.add("identifiers", found)
        draft.claim("identifiers", f"{kind}: {raw}", path, found)
    else:
        accession(draft, raw, path)


def _publisher(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    if not node:
        draft.agent("publishers", gap_free(value), kind="Organization")
        return
    identifier = {
        "nameIdentifier": node.get("publisherIdentifier"),
        "nameIdentifierScheme": node.get("publisherIdentifierScheme"),
    }
    add_agent(
        draft,
        "publishers",
        {"name": gap_free(node.get("name")), "nameType": "Organizational", "nameIdentifiers": [identifier]},
        path,
    )


CONTRIBUTORS = {
    "contactperson": "contacts", "distributor": "publishers", "rightsholder": "rights_holders", "funder": "funders",
    "sponsor": "funders",
}  # fmt: skip


def _contributor(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    role = said(node.get("contributorType")) or ""
    name = add_agent(draft, CONTRIBUTORS.get(role.lower(), "contributors"), node, path)
    if name and role and role.lower() not in CONTRIBUTORS:
        roles = dict(draft.kept("roles") or {})
        roles[role] = [*roles.get(role, []), *([name] if name not in roles.get(role, []) else [])]
        draft.keep("roles", roles)


def _creator(draft: Draft, value: Any, path: str) -> None:
    add_agent(draft, "creators", mapping(value), path)


def _subject(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    vocabulary = said(node.get("subjectScheme")) or said(node.get("schemeUri"))
    uri = said(node.get("valueUri")) or said(node.get("id"))
    draft.concept(
        "keywords", gap_free(node.get("subject")), vocabulary=vocabulary, uri=uri if uri and ADDRESS.match(uri) else None,
        code=said(node.get("classificationCode")), lang=said(node.get("lang")),
    )  # fmt: skip


def _date(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    raw, kind = gap_free(node.get("date")), said(node.get("dateType")) or ""
    if not raw:
        return
    note = said(node.get("dateInformation"))
    if kind in COVERAGE:
        draft.period(raw, path)
    elif kind in DATES:
        draft.date(DATES[kind], SPAN.split(raw)[0] or raw, path)
    if kind not in (*COVERAGE, *DATES) or note:
        entry = {"type": kind, "date": raw, "note": note}
        draft.keep("dates", [*(draft.kept("dates") or []), {name: text for name, text in entry.items() if text}])


def _language(draft: Draft, value: Any, path: str) -> None:
    for text in statements(value, r"[,;|]"):
        draft.language(text, path)


def _types(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    text, general = stated(node.get("resourceType")), stated(node.get("resourceTypeGeneral"))
    if text and text.lower().replace(" ", "") != (general or "").lower():
        draft.concept("data_kinds", text)


def _size(draft: Draft, value: Any, path: str) -> None:
    if not (text := gap_free(value)):
        return
    if any(size.unit in ("participants", "households", "families", "organisations") for size in read_sizes(text)):
        draft.sizes(text, path)
    draft.keep("sizes", [*(draft.kept("sizes") or []), text])


def _format(draft: Draft, value: Any, _path: str) -> None:
    if text := gap_free(value):
        draft.keep("formats", [*(draft.kept("formats") or []), text])


def _version(draft: Draft, value: Any, _path: str) -> None:
    draft.line("version", gap_free(value))


def _rights(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    uri, code, text = (gap_free(node.get(name)) for name in ("rightsUri", "rightsIdentifier", "rights"))
    raws = [raw for raw in (uri, code, text) if raw]
    known = next((found for raw in raws if (found := read_licence(plain_text(raw)))), None)
    for raw in raws:
        if draft.value("access") is None:
            draft.access(raw.rpartition("/")[2] if raw.startswith("info:eu-repo/") else raw, path)
    if known is None and uri and ADDRESS.match(uri) and not read_access(text or ""):
        known = Licence(plain_text(text or uri)[:200] or uri, url=uri)
    elif known is None or (text and len(text) > 200):
        draft.text("access_notes", text, said(node.get("lang")))
    if known:
        draft.add("licences", known)
        draft.claim("licences", " ".join(raws), path, known)


def _description(draft: Draft, value: Any, path: str) -> None:
    node = mapping(value)
    text, kind = gap_free(node.get("description")), said(node.get("descriptionType")) or ""
    if not text:
        return
    if kind in ("Abstract", "") or (kind == "Other" and not draft.values("abstracts")):
        draft.text("abstracts", text, said(node.get("lang")))
        return
    if kind == "Methods":
        draft.designs(text, path, how="derived")
    kept = draft.kept("descriptions") or {}
    draft.keep("descriptions", {**kept, kind: [*kept.get(kind, []), plain_text(text)]})


def _geo(draft: Draft, value: Any, path: str) -> None:
    node = dict(mapping(value))
    for place in listed(node.pop("geoLocationPlace", None)):
        if text := gap_free(place):
            draft.places(text, path)
    shapes = remainder(node)
    if shapes:
        draft.keep("geoLocations", [*(draft.kept("geoLocations") or []), shapes])


def _funding(draft: Draft, value: Any, path: str) -> None:
    add_funder(draft, mapping(value), path)


def _related(draft: Draft, value: Any, _path: str) -> None:
    node = mapping(value)
    raw, relation = gap_free(node.get("relatedIdentifier")), said(node.get("relationType")) or "IsRelatedTo"
    if raw and len(raw) <= IDENTIFIER_MAX:
        draft.add("links", Link(relation, _target(raw, said(node.get("relatedIdentifierType"))), None))


def _target(raw: str, kind: str | None) -> str:
    """Address of what an identifier names where it has one, else the identifier with its kind."""
    if kind and kind.lower() == "handle" and "/" in raw and "://" not in raw:
        return f"https://hdl.handle.net/{raw}"
    known = read_identifier(raw)
    address = known.url if known else None
    return address or (f"{kind}:{raw}" if kind and ":" not in raw else raw)


def _item(draft: Draft, value: Any, _path: str) -> None:
    """A related item that need not have an identifier: a link with its title."""
    node = mapping(value)
    titles = [text for each in listed(node.get("titles")) if (text := gap_free(mapping(each).get("title") or each))]
    inner = node.get("relatedItemIdentifier")
    raw = gap_free(mapping(inner).get("relatedItemIdentifier") if isinstance(inner, dict) else inner)
    kind = said(mapping(inner).get("relatedItemIdentifierType")) or said(node.get("relatedItemIdentifierType"))
    title = plain_text(titles[0])[:1000] if titles else None
    if raw or title:
        target = _target(raw, kind) if raw and len(raw) <= IDENTIFIER_MAX else title or ""
        draft.add("links", Link(said(node.get("relationType")) or "IsRelatedTo", target, title))


def _url(draft: Draft, value: Any, _path: str) -> None:
    draft.url(said(value))


def _content(draft: Draft, value: Any, _path: str) -> None:
    text = said(value)
    if text and ADDRESS.match(text):
        draft.add("distributions", Distribution(text.rstrip("/").rpartition("/")[2][:500] or text, text))


RULES: dict[str, Rule] = {
    "identifiers": _identifier, "alternateIdentifiers": _identifier, "titles": _title, "creators": _creator,
    "publisher": _publisher, "contributors": _contributor, "subjects": _subject, "dates": _date, "language": _language,
    "types": _types, "sizes": _size, "formats": _format, "version": _version, "rightsList": _rights,
    "descriptions": _description, "geoLocations": _geo, "fundingReferences": _funding, "relatedIdentifiers": _related,
    "relatedItems": _item, "url": _url, "contentUrl": _content,
}  # fmt: skip
"""Properties in the order in which they are read."""
