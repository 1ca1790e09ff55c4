"""People and organisations of a DataCite record, with ORCID, ROR and the funder registry."""

from __future__ import annotations

from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.stated import stated
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, read_identifier

KINDS = {"personal": "Person", "person": "Person", "organizational": "Organization", "organization": "Organization"}
SCHEMES = frozenset({"orcid", "ror", "doi"})


def add_agent(draft: Draft, field: str, node: dict[str, Any], path: str) -> str | None:
    """Add a creator, contributor or publisher; its name, None when it has none."""
    name = _name(node)
    if not name:
        return None
    found = _identifiers(draft, node, path)
    kind = KINDS.get((said(node.get("nameType")) or "").lower())
    if kind is None and any(each.scheme == "orcid" for each in found):
        kind = "Person"
    affiliations = [plain_text(text) for each in listed(node.get("affiliation")) if (text := _named(each))]
    draft.agent(field, name, kind=kind, identifiers=found, affiliation="; ".join(dict.fromkeys(affiliations)) or None)
    return plain_text(name)


def _name(node: dict[str, Any]) -> str | None:
    whole = stated(node.get("name")) or stated(node.get("creatorName")) or stated(node.get("contributorName"))
    if whole:
        return None if whole.startswith(("(:", ":unav", ":unkn", ":tba", ":null")) else whole
    parts = [said(node.get("familyName")), said(node.get("givenName"))]
    return ", ".join(part for part in parts if part) or None


def _named(value: Any) -> str | None:
    return stated(mapping(value).get("name")) if isinstance(value, dict) else stated(value)


def _identifiers(draft: Draft, node: dict[str, Any], path: str) -> tuple[Identifier, ...]:
    """Identifiers of known schemes; others (ISNI, Scopus) are kept as text, an ORCID or ROR that is none gives an issue."""
    found: list[Identifier] = []
    for each in listed(node.get("nameIdentifiers")):
        inner = mapping(each)
        raw = stated(inner.get("nameIdentifier")) if inner else stated(each)
        if not raw or len(raw) > 500:
            continue
        scheme = said(inner.get("nameIdentifierScheme")) or ""
        known = _known(raw, scheme)
        if known:
            found.append(known)
        elif scheme.upper() in ("ORCID", "ROR"):
            draft.reading.issue("identifier.unreadable", draft.path + path, raw, f"This is no {scheme}.")
        else:
            draft.keep("name_identifiers", [*(draft.kept("name_identifiers") or []), f"{scheme} {raw}".strip()])
    return tuple(dict.fromkeys(found))


def _known(raw: str, scheme: str) -> Identifier | None:
    prefix = {"ORCID": "https://orcid.org/", "ROR": "https://ror.org/"}.get(scheme.upper(), "")
    for text in (raw, prefix + raw.rstrip("/").rpartition("/")[2]):
        known = read_identifier(text)
        if known and known.scheme in SCHEMES:
            return known
    return None


def add_funder(draft: Draft, node: dict[str, Any], path: str) -> None:
    """Add the funder of a funding reference; its award is kept in `extra`."""
    name = stated(node.get("funderName"))
    inner = node.get("funderIdentifier")
    raw = stated(mapping(inner).get("funderIdentifier") if isinstance(inner, dict) else inner)
    known = read_identifier(raw) if raw and len(raw) <= 500 else None
    if name:
        identifiers = (known,) if known and known.scheme in SCHEMES else ()
        draft.agent("funders", name, kind="Organization", identifiers=identifiers)
    award = node.get("awardNumber")
    title = node.get("awardTitle")
    entry = {
        "funder": plain_text(name) if name else None,
        "number": stated(mapping(award).get("awardNumber") if isinstance(award, dict) else award),
        "title": stated(mapping(title).get("awardTitle") if isinstance(title, dict) else title),
        "uri": stated(node.get("awardUri")) or stated(mapping(award).get("awardUri")),
    }
    if entry["number"] or entry["title"] or entry["uri"]:
        draft.keep("awards", [*(draft.kept("awards") or []), {key: text for key, text in entry.items() if text}])
    if not name and raw:
        draft.reading.issue("funder.unnamed", draft.path + path, raw, "A funder has an identifier and no name.")
