"""Citations: APA 7 as plain text, BibTeX, RIS and CSL-JSON. Missing years are `n.d.`; nothing in a title can break out."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Agent
from reperio.resource.write.plain import doi_url, names, one_line, web, year
from reperio.text.slugs import slugify

Style = Literal["apa", "bibtex", "ris", "csl"]
APA_AUTHORS_MAX = 20
_PARTICLES = {"van", "von", "der", "den", "de", "da", "dos", "del", "della", "di", "du", "la", "le", "ter", "ten", "zu"}
_GIVEN = re.compile(r"(?:[^\W\d_][\w.'’-]*\s*){1,4}")
_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


class Author(msgspec.Struct, frozen=True):
    """An author: a person by family and given name, or (`given` None) a body or unsplit name."""

    family: str
    given: str | None = None

    @property
    def apa(self) -> str:
        """Family name and initials."""
        if not self.given:
            return self.family
        initials = " ".join("-".join(f"{part[0]}." for part in word.split("-") if part) for word in self.given.split())
        return f"{self.family}, {initials}"


def cite(resource: Resource, style: Style, url: str = "") -> str:
    """The citation in a style. `url` is given where the resource has neither DOI nor landing page."""
    return {"apa": apa, "bibtex": bibtex, "ris": ris, "csl": csl_text}[style](resource, url)


def authors(resource: Resource) -> list[Author]:
    """Who is cited: its creators."""
    return [author for agent in resource.creators if (author := _author(agent)).family]


def _author(agent: Agent) -> Author:
    name = one_line(agent.name)
    family, comma, given = (part.strip() for part in name.partition(","))
    if agent.kind == "Organization":
        return Author(name)
    if comma and family and _GIVEN.fullmatch(given) and (agent.kind == "Person" or len(given.split()) <= 2):
        return Author(family, given)
    if agent.kind == "Person" and not comma and " " in name:
        words = name.split()
        at = next((at for at, word in enumerate(words) if at and word.lower() in _PARTICLES), len(words) - 1)
        return Author(" ".join(words[at:]), " ".join(words[:at]))
    return Author(name)


def _address(resource: Resource, url: str) -> str | None:
    return doi_url(resource) or next(iter(web([*resource.urls, url])), None)


def _publisher(resource: Resource) -> str | None:
    return next(iter(names(resource.publishers)), None)


def apa(resource: Resource, url: str = "") -> str:
    """APA 7: `Family, G. (1999). Title (Version 2) [Data set]. Publisher. https://doi.org/...`."""
    version = one_line(resource.version or "")
    title = one_line(resource.title).rstrip(". ")
    titled = f"{title} ({_worded(version)}) [Data set]." if version else f"{title} [Data set]."
    who, when = _apa_authors(authors(resource)), f"({year(resource) or 'n.d.'})."
    publisher = _publisher(resource)
    parts = [who, when, titled] if who else [titled, when]
    if publisher and publisher != who.rstrip("."):
        parts.append(f"{publisher.rstrip('.')}.")
    if address := _address(resource, url):
        parts.append(address)
    return " ".join(parts)


def _worded(version: str) -> str:
    return version if re.search(r"[^\W\d_]{3}", version) else f"Version {version}"


def _apa_authors(found: list[Author]) -> str:
    if not found:
        return ""
    listed = [author.apa for author in found]
    if len(listed) > APA_AUTHORS_MAX:
        joined = f"{', '.join(listed[: APA_AUTHORS_MAX - 1])}, … {listed[-1]}"
    elif len(listed) > 1:
        joined = f"{', '.join(listed[:-1])}, & {listed[-1]}"
    else:
        joined = listed[0]
    return joined if joined.endswith(".") else f"{joined}."


def bibtex(resource: Resource, url: str = "") -> str:
    """A BibTeX entry; fields that are not known are left out."""
    address = _address(resource, url)
    fields = {
        "author": " and ".join(_bibtex_author(author) for author in authors(resource)),
        "title": f"{{{_escape(one_line(resource.title))}}}",
        "year": year(resource) or "",
        "publisher": _escape(_publisher(resource) or ""),
        "version": _escape(one_line(resource.version or "")),
        "howpublished": "Data set",
        "doi": _bare(resource.dois[0]) if resource.dois else "",
        "url": _bare(address or ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{citation_key(resource)},\n" + ",\n".join(lines) + "\n}\n"


def citation_key(resource: Resource) -> str:
    """A key of letters and digits: first author, year, first word of the title, start of the uuid."""
    first = next((slugify(author.family) for author in authors(resource)), "")
    word = next((word for word in slugify(resource.title).split("-") if len(word) > 3), "")
    return "".join([first.replace("-", "")[:20] or "anon", year(resource) or "nd", word[:20], resource.uuid[:4]])


def _bibtex_author(author: Author) -> str:
    if author.given:
        return f"{_escape(author.family)}, {_escape(author.given)}"
    return f"{{{_escape(author.family)}}}"


def _escape(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in text)


def _bare(text: str) -> str:
    """An address or DOI inside braces: what could close them is percent-encoded."""
    return one_line(text).replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def ris(resource: Resource, url: str = "") -> str:
    """A RIS record; every value on one line."""
    date = resource.date_published or ""
    lines = [("TY", "DATA"), ("ID", resource.uuid), ("TI", resource.title)]
    lines += [
        ("AU", f"{author.family}, {author.given}" if author.given else author.family) for author in authors(resource)
    ]
    lines += [("PY", year(resource) or ""), ("DA", date.replace("-", "/")), ("ET", resource.version or "")]
    lines += [("PB", _publisher(resource) or ""), ("AB", resource.abstract or "")]
    lines += [("KW", concept.label) for concept in resource.keywords]
    lines += [("LA", language) for language in resource.languages]
    lines += [("DO", resource.dois[0] if resource.dois else ""), ("UR", _address(resource, url) or "")]
    written = [f"{tag}  - {one_line(value, 10_000)}" for tag, value in lines if one_line(value)]
    return "\r\n".join([*written, "ER  - ", ""])


def csl(resource: Resource, url: str = "") -> dict[str, Any]:
    """An item of CSL-JSON."""
    found = {
        "id": resource.uuid,
        "type": "dataset",
        "title": one_line(resource.title),
        "author": [
            {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
            for author in authors(resource)
        ],
        "issued": _issued(resource),
        "publisher": _publisher(resource),
        "version": one_line(resource.version or ""),
        "DOI": resource.dois[0] if resource.dois else None,
        "URL": _address(resource, url),
        "abstract": one_line(resource.abstract or "", 10_000),
        "language": next(iter(resource.languages), None),
    }
    return {name: value for name, value in found.items() if value}


def _issued(resource: Resource) -> dict[str, Any] | None:
    date = resource.date_published or resource.date_created or ""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", date):
        date = year(resource) or ""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def csl_text(resource: Resource, url: str = "") -> str:
    """A CSL-JSON document with the one item."""
    return msgspec.json.format(msgspec.json.encode([csl(resource, url)]), indent=2).decode()
