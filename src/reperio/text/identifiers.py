"""Persistent identifiers in one form each: DOI, ARK, URN, Handle, ORCID, ROR, accession numbers."""

from __future__ import annotations

import re
from html import unescape
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

import msgspec

Scheme = Literal["doi", "ark", "urn", "handle", "orcid", "ror", "url", "accession"]
LENGTH_MAX = 2000

_RESOLVERS = {
    "doi": "https://doi.org/",
    "ark": "https://n2t.net/",
    "handle": "https://hdl.handle.net/",
    "orcid": "https://orcid.org/",
    "ror": "https://ror.org/",
}
_URN_RESOLVERS = {
    "urn:nbn:de:": "https://nbn-resolving.org/",
    "urn:nbn:ch:": "https://nbn-resolving.org/",
    "urn:nbn:at:": "https://resolver.obvsg.at/",
    "urn:nbn:nl:": "https://www.persistent-identifier.nl/",
    "urn:nbn:fi:": "https://urn.fi/",
    "urn:nbn:se:": "https://urn.kb.se/resolve?urn=",
    "urn:nbn:no": "https://urn.nb.no/",
}


class Identifier(msgspec.Struct, frozen=True):
    """An identifier in its canonical form: DOIs bare and lower case (`10.5255/ukda-sn-3535-6`), others as registered.

    ARKs are written without the slash behind `ark:`, ORCIDs and RORs bare, handles as prefix and suffix.
    """

    scheme: Scheme
    value: str

    @property
    def url(self) -> str | None:
        """Address at which it resolves; None when its scheme has no resolver."""
        if self.scheme == "url":
            return self.value
        if self.scheme == "urn":
            for prefix, resolver in _URN_RESOLVERS.items():
                if self.value.lower().startswith(prefix):
                    return resolver + self.value
            return None
        resolver = _RESOLVERS.get(self.scheme, "")
        return resolver + quote(self.value, safe="/:;().,_-~!*'+$&=@") if resolver else None


# Old Wiley DOIs hold `<page::AID-code>`; any other angle bracket is markup behind the DOI.
_DOI = re.compile(
    r"(?<![\d.])10\.\d{4,9}(?:\.\d{1,9})*/(?:[^\s\"<>|\\^{}“”„«»‘’…，。；、）]|<\d{1,6}:{1,2}[A-Za-z0-9:-]{1,30}>)+"
)
_DOI_TAIL = re.compile(
    r"(?:[?#](?=[\w-]*=|$|\w).*|&(?:[a-z]+|#\d+);?.*|/(?:full|abstract|pdf|epdf|meta|summary))$", re.I
)
_TRAILING = ".,;:!?'`*_/-–—"
_PAIRS = {")": "(", "]": "["}
_LEAD = re.compile(
    (
        r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:info|urn):doi[/:]|doi\s*(?:\.org)?\s*[:=]?\s*|"
        r"https?://[\w.-]*/doi/(?:abs/|full/|pdf/)?)+"
    ),
    re.I,
)
_AFTER_ALONE = re.compile(r"(?:\s|[.,;:)\]'\"/!?*]|</?[a-z][^<>]*>)*", re.I)
_ARK = re.compile(r"(?:https?://[\w.-]+/)?ark:/?([0-9b-df-hjkmnp-tv-z]{5,12}/[^\s\"<>]+)", re.I)
_URN = re.compile(
    (
        r"(?:https?://[\w.-]+/(?:resolve\?urn=|resolver\?(?:urn|"
        r"identifier)=)?)?urn:([a-z0-9][a-z0-9-]{1,31}):([^\s\"<>]+)"
    ),
    re.I,
)
_HANDLE = re.compile(
    r"(?:(?:https?://)?hdl\.handle\.net/(?:api/handles/)?|hdl:/{0,2}|info:hdl/|handle:)([\w.]+/[^\s\"<>]+)", re.I
)
_BARE_HANDLE = re.compile(r"(?:20\.500\.\d{2,6}|1902\.\d{1,3}|21\.T?\d{3,6}|10622|2066|1887)/[\w.:/-]+")
_ORCID = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid(?:\s*id)?\s*[:=]?\s*)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dxX])/?",
    re.I,
)
_ROR = re.compile(r"(?:(?:https?://)?(?:www\.)?ror\.org/|ror:\s*)(0[a-hj-km-np-tv-z0-9]{6}\d{2})/?", re.I)
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_ACCESSIONS = (
    (re.compile(r"(?:ukda[\s-]*)?sn[\s:-]*(\d{1,7})", re.I), "SN {}"),
    (re.compile(r"icpsr[\s:-]*(\d{1,6})", re.I), "ICPSR {}"),
    (re.compile(r"za[\s-]?(\d{4})", re.I), "ZA{}"),
    (re.compile(r"fsd[\s-]?(\d{4})", re.I), "FSD{}"),
    (re.compile(r"(ega[scd]\d{11})", re.I), "{}"),
    (re.compile(r"(phs\d{6}(?:\.v\d+\.p\d+)?)", re.I), "{}"),
    (re.compile(r"(isrctn\d{6,9}|nct\d{8})", re.I), "{}"),
)


def read_identifier(raw: str) -> Identifier | None:
    """Recognise one identifier given alone in any spelling; None when it is of no known scheme.

    A DOI, ARK or handle inside a URL is read as itself; any other `http` or `https` address is a `url`.
    """
    text = raw.strip()
    if text[:1] == "<" and text[-1:] == ">":
        text = text[1:-1].strip()
    if not text or len(text) > LENGTH_MAX:
        return None
    for read in (_read_doi, _read_ark, _read_urn, _read_handle, _read_orcid, _read_ror, _read_url, _read_accession):
        found = read(text)
        if found is not None:
            return found
    return None


def find_dois(prose: str) -> tuple[str, ...]:
    """Find the DOIs in a text, canonical, in order, each once, without the text that follows them."""
    if "10." not in prose:
        return ()
    if "%2" in prose:
        prose = prose.replace("%2F", "/").replace("%2f", "/")
    found = (clean_doi(match.group()) for match in _DOI.finditer(prose))
    return tuple(dict.fromkeys(doi for doi in found if doi))


def clean_doi(raw: str) -> str | None:
    """Canonical form of a text that begins with a DOI; None when only a prefix remains."""
    doi = _DOI_TAIL.sub("", raw)
    while doi and (doi[-1] in _TRAILING or (doi[-1] in _PAIRS and doi.count(doi[-1]) > doi.count(_PAIRS[doi[-1]]))):
        doi = doi[:-1]
    prefix, _, suffix = doi.partition("/")
    return f"{prefix}/{_lower(suffix)}" if suffix else None


def _lower(text: str) -> str:
    """Lower the ASCII letters, the only ones in which DOIs know no case."""
    return text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)


def _read_doi(text: str) -> Identifier | None:
    if "10." not in text:
        return None
    bare = unescape(unquote(_LEAD.sub("", text, count=1) if _LEAD.match(text) else text))
    match = _DOI.match(bare)
    if match is None:
        return None
    doi = clean_doi(match.group())
    return Identifier("doi", doi) if doi and _AFTER_ALONE.fullmatch(bare[match.end() :]) else None


def _read_ark(text: str) -> Identifier | None:
    match = _ARK.fullmatch(text)
    return Identifier("ark", f"ark:{match.group(1).rstrip('/.')}") if match else None


def _read_urn(text: str) -> Identifier | None:
    match = _URN.fullmatch(text)
    return Identifier("urn", f"urn:{match.group(1).lower()}:{match.group(2)}") if match else None


def _read_handle(text: str) -> Identifier | None:
    match = _HANDLE.fullmatch(text)
    if match:
        value = match.group(1).rstrip("/.")
        return _read_doi(value) or Identifier("handle", value)
    return Identifier("handle", text) if _BARE_HANDLE.fullmatch(text) else None


def _read_orcid(text: str) -> Identifier | None:
    match = _ORCID.fullmatch(text)
    if match is None or ("-" not in text and "orcid" not in text.lower()):
        return None
    digits = "".join(match.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        return None
    return Identifier("orcid", "-".join(match.groups()).upper())


def _read_ror(text: str) -> Identifier | None:
    match = _ROR.fullmatch(text)
    if match is None:
        return None
    ror = match.group(1).lower()
    number = 0
    for character in ror[:7]:
        number = number * 32 + _BASE32.index(character)
    return Identifier("ror", ror) if 98 - number * 100 % 97 == int(ror[7:]) else None


def _read_url(text: str) -> Identifier | None:
    if not text.lower().startswith(("http://", "https://")) or any(c.isspace() or c in '<>"' for c in text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if not host:
        return None
    return Identifier("url", parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl())


def _read_accession(text: str) -> Identifier | None:
    if len(text) > 40:
        return None
    for pattern, form in _ACCESSIONS:
        match = pattern.fullmatch(text)
        if match:
            return Identifier("accession", form.format(match.group(1)))
    return None
