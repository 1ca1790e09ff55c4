"""Licences, to SPDX identifiers or a URL."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

STATEMENT_MAX = 1000
NAME_MAX = 200


class Licence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A licence as named, with its SPDX identifier and address where certain.

    A licence with an SPDX identifier carries one name however the source spelled it.
    """

    name: str
    spdx: str | None = None
    url: str | None = None


_CC_URL = re.compile(
    r"creativecommons\.org/(?:licen[cs]es/(by(?:-nc)?(?:-sa|-nd)?)/(\d\.\d)(?:/([a-z]{2,3}))?|"
    r"publicdomain/(zero|mark)/1\.0)",
    re.I,
)
_CC_PART = {
    "by": r"by|attribution|namensnennung|naamsvermelding",
    "nc": r"nc|non[- ]?commercial|nicht[- ]?kommerziell|nietcommercieel",
    "sa": r"sa|share[- ]?alike",
    "nd": r"nd|no[- ]?deriv(?:ative)?s?(?: works)?",
}
_CC_NAME = re.compile(
    rf"\b(?:cc|creative[ "
    rf"-]?commons)\b[\s:-]*(?:licen[cs]e[\s:-]*)?(?P<parts>(?:(?:{'|'.join(_CC_PART.values())})\b[\s,:/_()-]*)+)"
    r"(?:(?:international|public|generic|unported|universal|licen[cs]e|version|v\.?|igo|"
    r"\()[\s,:-]*)*(?P<version>[1-4]\.0|2\.5|[1-4]\b(?!\.\d))?(?:[\s-]*(?:unported|"
    r"international)?[\s-]+(?-i:(?P<port>[A-Z]{2}|IGO)\b))?",
    re.I,
)
_PUBLIC = (
    Licence("CC0 1.0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    re.compile(r"\bcc[\s:-]*(?:0|zero)\b|creative commons (?:cc)?(?:0|zero)\b|\bcc0[- ]?1\.0\b", re.I),
)
_PORTED = {
    "CC-BY-2.5-AU",
    "CC-BY-3.0-AT",
    "CC-BY-3.0-AU",
    "CC-BY-3.0-DE",
    "CC-BY-3.0-IGO",
    "CC-BY-3.0-NL",
    "CC-BY-3.0-US",
    "CC-BY-NC-3.0-DE",
    "CC-BY-NC-ND-3.0-DE",
    "CC-BY-NC-ND-3.0-IGO",
    "CC-BY-NC-SA-2.0-DE",
    "CC-BY-NC-SA-2.0-FR",
    "CC-BY-NC-SA-2.0-UK",
    "CC-BY-NC-SA-3.0-DE",
    "CC-BY-NC-SA-3.0-IGO",
    "CC-BY-ND-3.0-DE",
    "CC-BY-SA-2.0-UK",
    "CC-BY-SA-2.1-JP",
    "CC-BY-SA-3.0-AT",
    "CC-BY-SA-3.0-DE",
    "CC-BY-SA-3.0-IGO",
}
_OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/"
_KNOWN: tuple[tuple[str, str | None, str | None, str], ...] = (
    (
        "Open Government Licence v3.0",
        "OGL-UK-3.0",
        f"{_OGL}3/",
        r"ogl[- ](?:uk[- ])?v?3(?:\.0)?|open[- ]government[- ]licen[cs]e[ /-]*\(?(?:ogl\)? *)?[(,]?(?:for "
        r"public sector information,? *)?(?:version[ /]|v\.? ?)?3(?:\.0)?",
    ),
    (
        "Open Government Licence v2.0",
        "OGL-UK-2.0",
        f"{_OGL}2/",
        r"ogl[- ](?:uk[- ])?v?2(?:\.0)?|open[- ]government[- ]licen[cs]e[ /-]*(?:version[ /]|v\.? "
        r"?)?2(?:\.0)?",
    ),
    (
        "Open Government Licence v1.0",
        "OGL-UK-1.0",
        f"{_OGL}1/",
        r"ogl[- ](?:uk[- ])?v?1(?:\.0)?|open[- ]government[- ]licen[cs]e[ /-]*(?:version[ /]|v\.? "
        r"?)?1(?:\.0)?",
    ),
    (
        "Open Government Licence",
        None,
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/",
        r"uk[- ]ogl|ogl(?:[- ]uk)?|(?:uk )?open[- ]government[- ]licen[cs]e",
    ),
    (
        "ODC Open Database License v1.0",
        "ODbL-1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        r"odc[- ]odbl|odbl(?:[- ]1\.0)?|open (?:data commons )?(?:open )?database licen[cs]e|"
        r"opendatacommons\.org/licenses/odbl",
    ),
    (
        "ODC Attribution License v1.0",
        "ODC-By-1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
        r"odc[- ]by(?:[- ]1\.0)?|open data commons attribution licen[cs]e|opendatacommons\.org/licenses/by",
    ),
    (
        "ODC Public Domain Dedication and License 1.0",
        "PDDL-1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
        r"(?:odc[- ])?pddl(?:[- ]1\.0)?|open data commons public domain dedication|"
        r"opendatacommons\.org/licenses/pddl",
    ),
    ("MIT License", "MIT", "https://opensource.org/license/mit", r"mit|mit licen[cs]e|opensource\.org/licenses?/mit"),
    (
        "Apache License 2.0",
        "Apache-2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
        r"apache[- ]?(?:licen[cs]e)?,?[- ]?(?:version )?2(?:\.0)?|apache\.org/licenses/license-2\.0",
    ),
    (
        "GNU General Public License v3.0",
        None,
        "https://www.gnu.org/licenses/gpl-3.0.html",
        r"gpl[- ]?v?3(?:\.0)?|gnu general public licen[cs]e,? ?(?:version |v)3(?:\.0)?|"
        r"gnu\.org/licenses/gpl-3\.0",
    ),
    (
        "Datenlizenz Deutschland Namensnennung 2.0",
        "DL-DE-BY-2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        r"dl-de[-/]by-2[.-]0|datenlizenz deutschland(?: -)? namensnennung[ -]*(?:version )?2\.0|"
        r"govdata\.de/dl-de/by-2-0",
    ),
    (
        "Datenlizenz Deutschland Zero 2.0",
        "DL-DE-ZERO-2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        r"dl-de[-/]zero-2[.-]0|govdata\.de/dl-de/zero-2-0",
    ),
    (
        "Licence Ouverte 2.0",
        "etalab-2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        r"etalab[- ]?2\.0|licence ouverte(?: */ *open licen[cs]e)?(?: version)? ?2\.0",
    ),
    (
        "Norwegian Licence for Open Government Data 2.0",
        "NLOD-2.0",
        "https://data.norge.no/nlod/en/2.0",
        r"nlod[- ]?2\.0|data\.norge\.no/nlod/(?:en|no)/2\.0",
    ),
    ("DANS Licence", None, "https://doi.org/10.17026/fp39-0x58", r"dans[- ]licen[cs]e|doi\.org/10\.17026/fp39-0x58"),
    (
        "Public Sector End User Licence (INSPIRE)",
        None,
        None,
        r"(?:public sector|psma)[^.;\n]{0,40}?\bend[- ]user licen[cs]e(?:[ -]+inspire)?|"
        r"inspire[^.;\n]{0,20}?\bend[- ]user licen[cs]e|"
        r"(?:os |ordnance survey )?end[- ]user licen[cs]e[^.;\n]{0,20}?\binspire",
    ),
    (
        "UK Data Service End User Licence",
        None,
        None,
        r"(?:uk data (?:service|archive) |ukds |ukda )?end[- ]user licen[cs]e(?: agreement)?(?: \(eul\))?|"
        r"eul",
    ),
    (
        "UK Data Service Special Licence",
        None,
        None,
        r"(?:uk data (?:service|archive) |ukds |ukda )?special licen[cs]e(?: access)?",
    ),
)
_COMPILED = tuple(
    (
        Licence(name, spdx, url),
        re.compile(rf"(?<![\w.-])(?:{pattern})(?![\w-])", re.I),
        re.compile(rf"(?:the )?(?:{pattern})", re.I),
    )
    for name, spdx, url, pattern in _KNOWN
)
_NEGATED = re.compile(r"\b(?:not|no|non|never|without)\b[^.;]{0,40}$", re.I)
_NAMES_A_LICENCE = re.compile(r"\b(?:licen[cs]e|licen[zc](?:ia|a)?|lizenz|licentie)\b", re.I)
_SAYS_NONE = re.compile(
    r"\b(?:no|not|un|other|without|unknown|unspecified|notspecified|custom|see|geen|keine?|pending|"
    r"various|your|you|must|may|please|if|are|is|will|shall)\b",
    re.I,
)


def read_licence(raw: str) -> Licence | None:
    """Read a licence from its name, SPDX identifier or URL; a URL that is not a licence gives None.

    A Creative Commons licence without a version keeps its name and gets no SPDX identifier. Of prose, only the first
    1,000 characters are read, and two different licences in it give None.
    """
    return _read(" ".join(raw[:STATEMENT_MAX].split()))


@lru_cache(maxsize=4096)
def _read(text: str) -> Licence | None:
    if not text:
        return None
    found = {licence for licence in _find(text) if licence is not None}
    sure = {licence for licence in found if licence.spdx} or found
    if sure:
        return sure.pop() if len(sure) == 1 else None
    return _named(text)


def _find(text: str) -> list[Licence | None]:
    found: list[Licence | None] = [_from_cc_url(match) for match in _CC_URL.finditer(text)]
    named = [match for match in _CC_NAME.finditer(text) if not _NEGATED.search(text, 0, match.start())]
    found += [_from_cc_name(match) for match in named]
    if _PUBLIC[1].search(text):
        found.append(_PUBLIC[0])
    if not found:
        known = (licence for licence, inside, whole in _COMPILED if _is_named(text, inside, whole))
        found.extend(licence for licence in [next(known, None)] if licence)
    return found


def _is_named(text: str, inside: re.Pattern[str], whole: re.Pattern[str]) -> bool:
    """Short names (MIT, EUL) are words too: in prose only longer names and addresses count."""
    if whole.fullmatch(text):
        return True
    match = inside.search(text) if len(text) > 12 else None
    return match is not None and len(match.group()) > 6 and not _NEGATED.search(text, 0, match.start())


def _from_cc_url(match: re.Match[str]) -> Licence:
    parts, version, port, public = match.groups()
    if public:
        mark = Licence("Public Domain Mark 1.0", None, "https://creativecommons.org/publicdomain/mark/1.0/")
        return _PUBLIC[0] if public.lower() == "zero" else mark
    return _creative_commons(parts.lower(), version, (port or "").lower())


def _from_cc_name(match: re.Match[str]) -> Licence | None:
    words = match["parts"].lower()
    held = [part for part, pattern in _CC_PART.items() if re.search(rf"(?<![a-z])(?:{pattern})(?![a-z])", words)]
    if "by" not in held or {"sa", "nd"} <= set(held):
        return None
    version = match["version"]
    port = (match["port"] or "").lower() if version else ""
    return _creative_commons("-".join(held), version if version is None or "." in version else f"{version}.0", port)


def _creative_commons(parts: str, version: str | None, port: str) -> Licence:
    """Only some of the ported licences have SPDX identifiers; the others' stays unknown."""
    name = f"CC {parts.upper()}"
    if version is None:
        return Licence(name)
    url = f"https://creativecommons.org/licenses/{parts}/{version}/"
    if port and version != "4.0":
        spdx = f"CC-{parts.upper()}-{version}-{port.upper()}"
        return Licence(f"{name} {version} {port.upper()}", spdx if spdx in _PORTED else None, f"{url}{port}/")
    return Licence(f"{name} {version}", f"CC-{parts.upper()}-{version}", url)


def _named(text: str) -> Licence | None:
    """A licence we do not know, named as such in few words."""
    if len(text) > NAME_MAX or len(text.split()) > 10 or "://" in text:
        return None
    if (
        _NAMES_A_LICENCE.search(text)
        and not _SAYS_NONE.search(text)
        and text.lower().strip(" .:") not in {"license", "licence"}
    ):
        return Licence(text)
    return None
