"""Reader `ckan`: packages of CKAN catalogues (`package_show`, `package_search`, dumps).

Reads the standard fields, and the extras that harvesters of INSPIRE, DCAT and data.gov.uk leave, whether extras are a
list of keys and values or an object. A package gives one dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Link
from reperio.resource.read.ckan_extras import Extras, read_extras
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import at, listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import remainder, stated
from reperio.source.model import Source
from reperio.text.licences import Licence, read_licence

NAME = "ckan"
BOOKKEEPING = (
    "id", "name", "owner_org", "revision_id", "creator_user_id", "num_tags", "num_resources", "notes_rendered",
    "license", "isopen", "private", "ratings_count", "ratings_average", "state", "relationships_as_object",
    "relationships_as_subject", "tracking_summary", "organization", "author_email", "maintainer_email",
)  # fmt: skip
NO_LICENCE = {"notspecified", "other-open", "other-closed", "other-nc", "other-at", "other-pd"}
MARKDOWN = (
    (re.compile(r"!?\[([^\]\n]*)\]\(\s*<?[^)\s>]+>?[^)\n]*\)"), r"\1"),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
)


def read(record: Record, source: Source) -> Reading:
    """Read the packages of a CKAN answer or dump."""
    reading = Reading()
    value = load_json(record.body, reading)
    ids = Ids(reading)
    for path, package in _packages(value, ""):
        if _is_dataset(package, path, reading):
            _read_package(reading, record, source, package, path, ids)
    if value is not None and not reading.resources and not reading.issues:
        reading.issue("record.unknown", "/", str(value)[:100], "No CKAN package was found.", "error")
    return reading


def _packages(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, child in enumerate(listed(value)):
        here = f"{path}/{number}" if isinstance(value, list) else path
        if not isinstance(child, dict):
            continue
        if isinstance(results := at(child, "result", "results") or child.get("results"), list):
            yield from _packages(results, f"{here}/results")
        elif isinstance(result := child.get("result"), (dict, list)):
            yield from _packages(result, f"{here}/result")
        else:
            yield here, child


def _is_dataset(package: dict[str, Any], path: str, reading: Reading) -> bool:
    name = said(package.get("name")) or said(package.get("id"))
    if not (name or said(package.get("title"))):
        reading.issue("id.missing", path or "/", ", ".join(package), "A package has neither id nor title.", "error")
    elif package.get("state") == "deleted" or package.get("type") in ("harvest", "organization", "group"):
        reading.issue("record.skipped", path or "/", name, "A deleted package or no dataset.", "info")
    else:
        return True
    return False


def _read_package(
    reading: Reading, record: Record, source: Source, package: dict[str, Any], path: str, ids: Ids
) -> None:
    own = said(package.get("id")) or said(package.get("name")) or fit(record.identifier)
    draft = Draft(
        reading, record, source, reader=NAME, kind="dataset", local_id=ids.take(own, path or "/"), path=path
    )  # fmt: skip
    extras = Extras(package.pop("extras", None), reading, path)
    draft.default_language = extras.language() or source.language
    _about(draft, package)
    _people(draft, package)
    _rights(draft, package, extras)
    read_extras(draft, extras)
    _dates(draft, package)
    _resources(draft, package)
    for name in BOOKKEEPING:
        package.pop(name, None)
    draft.set("extra", {**(remainder(package) or {}), **(remainder(extras.rest) or {})} or None)
    draft.finish()


def _about(draft: Draft, package: dict[str, Any]) -> None:
    draft.text("titles", said(package.pop("title", None)) or said(package.get("name")))
    notes = said(package.pop("notes", None))
    draft.text("abstracts", without_markdown(notes) if notes else None)
    draft.set("version", stated(package.pop("version", None)))
    for name in ("ckan_url", "url"):
        address = said(package.get(name)) or ""
        if address.lower().startswith(("http://", "https://")) and " " not in address:
            draft.url(package.pop(name))
    for tag in listed(package.pop("tags", None)):
        label = said(tag) or said(mapping(tag).get("display_name")) or said(mapping(tag).get("name"))
        draft.concept("keywords", label)
    for group in listed(package.pop("groups", None)):
        draft.concept("topics", said(group) or said(mapping(group).get("title")) or said(mapping(group).get("name")))
    for relation in listed(package.pop("relationships", None)):
        if target := said(mapping(relation).get("object")):
            draft.add("links", Link(said(mapping(relation).get("type")) or "relation", target))


def without_markdown(text: str) -> str:
    """A text with the marks of Markdown (links, headings, emphasis, code) taken off."""
    for pattern, kept in MARKDOWN:
        text = pattern.sub(kept, text)
    return text


def _people(draft: Draft, package: dict[str, Any]) -> None:
    organization = mapping(package.get("organization"))
    draft.agent(
        "publishers", stated(organization.get("title")) or stated(organization.get("name")), kind="Organization"
    )
    for name, field in (("author", "creators"), ("maintainer", "contacts")):
        mail = stated(package.get(f"{name}_email"))
        person = stated(package.pop(name, None))
        draft.agent(field, person, url=f"mailto:{mail}" if mail and "@" in mail else None)


def _rights(draft: Draft, package: dict[str, Any], extras: Extras) -> None:
    identity, title, url = (stated(package.pop(f"license_{part}", None)) for part in ("id", "title", "url"))
    known = [found for raw in (url, title, identity) if raw and (found := read_licence(raw))]
    if known:
        draft.add("licences", known[0])
    elif title and (identity or "").lower() not in NO_LICENCE:
        known = [Licence(title, url=url)]
        draft.add("licences", *known)
    elif title and identity != "notspecified":
        draft.text("access_notes", title)
    if known:
        draft.claim("licences", " ".join(filter(None, (identity, title, url))), "/license_id", known[0])
    if extras.says("unpublished"):
        draft.set("access", "closed")
        draft.claim("access", "unpublished: true", "/extras/unpublished", "closed")
    elif package.get("isopen") is True:
        draft.set("access", "open")
        draft.claim("access", "isopen: true", "/isopen", "open")


def _dates(draft: Draft, package: dict[str, Any]) -> None:
    for name, field in (("metadata_created", "date_published"), ("metadata_modified", "date_modified")):
        stamp = said(package.pop(name, None))
        draft.date(field, stamp[:10] if stamp else None, f"/{name}")


def _resources(draft: Draft, package: dict[str, Any]) -> None:
    for number, resource in enumerate(listed(package.pop("resources", None))):
        if found := _distribution(mapping(resource)):
            draft.add("distributions", found)
        else:
            draft.reading.issue("file.unreadable", f"{draft.path}/resources/{number}", resource)


def _distribution(resource: dict[str, Any]) -> Distribution | None:
    url = said(resource.get("url")) or ""
    named = (said(resource.get(name)) for name in ("name", "title", "description", "format"))
    name = next((text for text in named if text), None) or url.rstrip("/").rsplit("/", 1)[-1]
    if not name:
        return None
    safe = url if re.match(r"(https?|ftp)://\S+$", url, re.IGNORECASE) else None
    size = said(resource.get("size")) or ""
    media = stated(resource.get("mimetype")) or stated(resource.get("format"))
    return Distribution(name[:500], safe, media, int(size) if size.isascii() and size.isdigit() else None)
