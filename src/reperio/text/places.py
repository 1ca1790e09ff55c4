"""Places named in metadata, to ISO 3166-1 countries, ISO 3166-2 subdivisions and UK nations."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

import msgspec
import pycountry
from babel import Locale, UnknownLocaleError

from reperio.text import gazetteer
from reperio.text.characters import fold
from reperio.text.demonyms import lands_of_people
from reperio.text.gazetteer import Entry
from reperio.text.placenames import GEORGIA, PEOPLE_AND_THINGS, known_country, look_up

STATEMENT_MAX = 10_000
PLACES_MAX = 500


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place as named, with what is certain of it.

    Attributes:
        name: the name as the source wrote it.
        country: ISO 3166-1 alpha-2 code of the country it is or lies in (`GB`), None when not certain.
        subdivision: ISO 3166-2 code (`GB-SCT`), None when it is none or not certain.
    """

    name: str
    country: str | None = None
    subdivision: str | None = None


_SEGMENTS = re.compile(r"[;\n|•·]|\s+[-–—]\s+|(?<=[a-z)]):\s+|\s+/\s+")
_GEONAMES = re.compile(
    r"https?://(?:www\.|sws\.)?geonames\.org/(?:\d+|countries/[a-z]{2})/([a-z-]+)(?:\.html)?/?\S*", re.I
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_ADDRESS = re.compile(r"[(\[]?\s*https?://[^\s)\]]+[)\]]?")
_EXCEPTIONS = re.compile(
    r"[(,]?\s*\b(?:excluding|except(?:ing)?(?: for)?|excl\.|not including|other than|apart from|zonder|ohne)\b[^;\n)]*\)?",
    re.I,
)
_COMMAS = re.compile(r"\s*,\s*")
_ANDS = re.compile(r"\s+(?:and|&|en|und|et|y|plus)\s+|\s*/\s*|\s*&\s*", re.I)
_BRACKETED = re.compile(r"^(?P<outer>[^()\[\]]+?)\s*[(\[](?P<inner>[^()\[\]]+)[)\]]\s*(?P<rest>.*)$")
_DIRECTIONS = {"north", "south", "east", "west", "northern", "southern", "eastern", "western"}
_WITHIN = re.compile(r"\s(?:in|across|throughout|within)\s+(?:the\s+)?(?P<name>[A-Z][^,;()]{2,40})$")
# A direction before these names another country, or more than one.
_NOWHERE = re.compile(
    r"(?:not (?:applicable|available|known|specified|stated)|n/?\.?a\.?|none|unknown|unspecified|other|"
    r"various|national|nationwide|nation-?wide|regional|local|-+|\.+|\?+|"
    r"no restrictions?|tbc|onbekend|niet bekend|unbekannt|multi-?national|international|country|"
    r"countries|see abstract|null|undefined|beyond|elsewhere|others?|etc\.?|rest of (?:the )?world)"
)
# Codes of American states that are codes of countries too: alone a country, behind a town in doubt.
_STATE_CODES = frozenset(
    [
        "AL",
        "AR",
        "AZ",
        "CA",
        "CO",
        "DE",
        "GA",
        "ID",
        "IL",
        "IN",
        "KY",
        "LA",
        "MA",
        "MD",
        "ME",
        "MN",
        "MO",
        "MS",
        "MT",
        "NC",
        "NE",
        "NV",
        "PA",
        "SC",
        "SD",
        "TN",
        "VA",
    ]
)
_INITIALS = {"UK", "US", "USA", "UAE", "DRC", "EU"}
_NAME_WORDS = 8
_CAPITALISED = re.compile(r"[A-Z][\w'-]*(?: (?:and |of |the )?[A-Z][\w'-]*){0,5}")
_NAME_MAX = 300


def read_places(raw: str) -> tuple[Place, ...]:
    """Read the places that a statement of geographic coverage names; unknown names stay, without codes.

    For fields whose content is a place (in prose, `May` and `Jordan` are people). Countries are known by their names
    in some forty languages and by code; states of the past by name, with the code of today's country where they lay
    wholly within it; parts of countries where one place has that name, or where another name in the statement says
    which is meant (`Limburg, Belgium`). `Georgia` alone is in doubt and gets no code. Nothing is read from words that
    name no place (`Nationwide`, `n/a`). Only the first 10,000 characters are read.
    """
    return _read(_INVISIBLE.sub("", raw[:STATEMENT_MAX]).strip())


@lru_cache(maxsize=8192)
def _read(raw: str) -> tuple[Place, ...]:
    names = [
        name
        for segment in _SEGMENTS.split(_without_exceptions(_without_addresses(raw)))
        for name in _names(segment.strip(" ,:;*-–\t\r"))
    ]
    names = [name for name in names[:PLACES_MAX] if not _NOWHERE.fullmatch(fold(name)) and any(map(str.isalpha, name))]
    entries = [(name, look_up(name)) for name in names]
    lands = Counter(entry.country for name, entry in entries if entry and entry.country and fold(name) != GEORGIA)
    coded = all(map(_is_code, names))
    places = [_place(name, entry, lands, coded=coded) for name, entry in entries]
    if len(places) == 2 and "," in raw and ";" not in raw and _elsewhere(*places):  # `Paris, Texas`
        places[0] = Place(places[0].name)
    named = {place.country for place in places if place.subdivision is None and not _is_code(place.name)}
    return tuple(dict.fromkeys(place for place in places if not (_is_code(place.name) and place.country in named)))


def _is_code(name: str) -> bool:
    return name.isupper() and len(name) <= 3 and name not in _INITIALS


def _without_addresses(raw: str) -> str:
    """GeoNames addresses end in the name of the place; behind the name itself, and elsewhere, addresses say no more."""
    if "://" not in raw:
        return raw
    alone = _GEONAMES.fullmatch(raw)
    return alone.group(1).replace("-", " ").title() if alone else _ADDRESS.sub(" ", raw)


def _without_exceptions(raw: str) -> str:
    return _EXCEPTIONS.sub(" ", raw) if _EXCEPTIONS.search(raw) else raw


def _elsewhere(first: Place, second: Place) -> bool:
    """Whether the first of two is a town or region and the second says that it lies in another country."""
    apart = first.country is not None and second.country is not None and first.country != second.country
    return apart and not first.name.isupper() and fold(first.name) not in gazetteer.countries()


def _names(segment: str) -> list[str]:
    """Split a segment at brackets, commas and `and`, but never inside a name we know (`Bosnia and Herzegovina`)."""
    if not segment:
        return []
    if look_up(segment):
        return [segment]
    match = _BRACKETED.match(segment)
    if match:
        inner = f"{match['inner']} {match['outer']}", f"{match['outer']} {match['inner']}"
        if known_country(fold(inner[0])) or known_country(fold(inner[1])):
            return [segment, *_names(match["rest"].strip(" ,;"))]
        return _names(match["outer"]) + _names(match["inner"]) + _names(match["rest"].strip(" ,;"))
    return [
        name
        for part in _joined(_COMMAS.split(segment))
        for name in (_by_words(part) if _few_words(part) else _in_prose(part) or lands_of_people(part))
    ]


def _by_words(part: str) -> list[str]:
    """Names of a short part; of a phrase that is no name, the country it is in (`Migrants in Germany`)."""
    names = _ands(part)
    if any(map(look_up, names)):
        return names
    within = _WITHIN.search(part)
    if within and known_country(fold(within["name"])):
        return [within["name"]]
    return lands_of_people(part) or names


def _few_words(part: str) -> bool:
    return part.count(" ") < _NAME_WORDS or look_up(part) is not None


def _in_prose(clause: str) -> list[str]:
    """Countries that a sentence names (`covers all residents of Scotland`); people's names and words are no countries."""
    found: list[str] = []
    for match in _CAPITALISED.finditer(clause):
        words = match.group().split(" ")
        while words:
            length = next((n for n in range(len(words), 0, -1) if _sure_country(" ".join(words[:n]))), 0)
            if length:
                found.append(" ".join(words[:length]))
            words = words[max(length, 1) :]
    return found


def _sure_country(name: str) -> bool:
    folded = fold(name)
    return name == "UK" or (len(folded) > 3 and folded not in PEOPLE_AND_THINGS and known_country(folded) is not None)


def _joined(parts: list[str]) -> list[str]:
    """Parts between commas, joined where two or three of them are one known name (`Korea, Republic of`)."""
    found: list[str] = []
    at = 0
    while at < len(parts):
        for length in (3, 2):
            name = ", ".join(parts[at : at + length])
            if at + length <= len(parts) and len(name) < 80 and look_up(name):
                found.append(name)
                at += length
                break
        else:
            found.append(parts[at])
            at += 1
    return [part for part in found if part]


def _ands(part: str) -> list[str]:
    """`England and Wales` is two places; `Tyne and Wear` and `Sun and Sea` stay whole."""
    part = re.sub(r"^(?:and|en|und|et|&)\s+", "", part, flags=re.I)
    pieces = _ANDS.split(part)
    if len(pieces) == 2 and fold(pieces[0]) in _DIRECTIONS and " " in pieces[1]:  # `North and South Korea`
        pieces[0] += " " + pieces[1].split(" ", 1)[1]
    if len(pieces) == 1 or look_up(part):
        return [part] if part else []
    found: list[str] = []
    at = 0
    while at < len(pieces):  # `Chad, Trinidad and Tobago and Togo`
        pair = " and ".join(pieces[at : at + 2])
        step = 2 if at + 1 < len(pieces) and known_country(fold(pair)) else 1
        found.append(pair if step == 2 else pieces[at])
        at += step
    return [piece for piece in found if piece] if any(look_up(piece) for piece in found) else [part]


def _place(name: str, entry: Entry | None, lands: Counter[str], *, coded: bool) -> Place:
    """The place, its doubts settled by the countries (`lands`) that the statement's other names lie in."""
    name = name[:_NAME_MAX] if "." in name.rstrip(".") else name[:_NAME_MAX].rstrip(".")
    folded = fold(name)
    if folded == GEORGIA:
        return _georgia(name, set(lands))
    if name in _STATE_CODES and not coded and (entry is None or lands[entry.country or ""] < 2):
        return Place(name)
    if folded not in gazetteer.countries():
        others = lands - Counter([entry.country] if entry and entry.country else [])
        shared = [part for part in gazetteer.shared_parts().get(folded, ()) if part.country in others]
        if len(shared) == 1 and (entry is None or entry.country not in others):
            entry = shared[0]
    return Place(name, entry.country, entry.subdivision) if entry else Place(name)


def _georgia(name: str, lands: set[str]) -> Place:
    if "US" in lands:
        return Place(name, "US", "US-GA") if lands == {"US"} else Place(name)
    return Place(name, "GE") if lands else Place(name)


def country_name(code: str, lang: str = "en") -> str:
    """Name of a country in a language, for people (`GB`, `en`: United Kingdom); the code itself when unknown."""
    if len(code) != 2 or not code.isalpha() or code.upper() == "ZZ":  # CLDR's "unknown region"
        return code
    return _territories(lang).get(code.upper()) or _territories("en").get(code.upper()) or code


@lru_cache(maxsize=64)
def _territories(lang: str) -> dict[str, str]:
    for spoken in (lang, lang.partition("-")[0]):
        try:
            return dict(Locale.parse(spoken, sep="-").territories)
        except (UnknownLocaleError, ValueError):
            continue
    return {}


def subdivision_name(code: str) -> str:
    """Name of an ISO 3166-2 subdivision (`GB-SCT`: Scotland); the code itself when unknown."""
    return _subdivisions().get(code.upper(), code)


@cache
def _subdivisions() -> dict[str, str]:
    return {part.code: re.sub(r"\s*\[[^\]]*\]", "", part.name) for part in pycountry.subdivisions}
