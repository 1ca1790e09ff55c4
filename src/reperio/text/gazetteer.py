"""Names of countries, their parts and their chief cities, from ISO 3166, CLDR and a short list of our own.

Built once, on first use, from what pycountry and babel bring and from `data/places.tsv`: names that those lack or that
mean something else in another language, states that are no more (with a code where all they were lies in one country
of today), regions of England, and the one that is meant of names that several places share. A name that could be two
places is not in it, nor are the words and people's names of `data/not_places.txt`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import pycountry
from babel import Locale
from babel.core import get_global

from reperio.text.characters import fold


class Entry(NamedTuple):
    """What a name stands for: codes where certain."""

    country: str | None
    subdivision: str | None = None


# Languages of European catalogues, English first: where two languages disagree, the earlier one wins.
LANGUAGES = (
    "en", "nl", "de", "fr", "es", "it", "pt", "da", "sv", "nb", "fi", "is", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "et", "lv",
    "lt", "tr", "ga", "cy", "ca", "eu", "gl", "af", "el", "ru", "uk", "bg", "sr", "ar", "he", "zh", "ja", "ko", "id", "vi",
    "zh_Hant", "hi", "bn", "ta", "te", "mr", "gu", "kn", "ml", "pa", "ne", "si", "ur", "fa", "ps", "th", "lo", "km", "my", "ka",
    "hy", "am", "ti", "mn", "kk", "ky", "tg", "be", "mk", "az", "uz", "ms", "fil", "mt", "lb", "bs",
)  # fmt: skip

_BRACKETED = re.compile(r"\s*[\[(][^\])]*[\])]")
_OF = re.compile(r"^(?P<name>[^,]+), (?:city|county|district|the|state|region|municipality) ?(?:of)?(?: the)?$")
_ADMINISTRATIVE = re.compile(r"^(?:the )?(?P<name>.+?) (?:city|county|province|governorate)$")


@cache
def countries() -> dict[str, Entry]:
    """Folded name or upper-case code to country, in many languages, with states of the past and the nations of the UK."""
    found: dict[str, Entry] = {}
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            name = getattr(country, attribute, "")
            if name:
                found.setdefault(fold(name), Entry(country.alpha_2))
    known = {country.alpha_2 for country in pycountry.countries}
    for lang in LANGUAGES:
        for code, name in Locale.parse(lang).territories.items():
            key = fold(name)
            if code in known and key not in _not_places() and len(key) > 1:
                found.setdefault(key, Entry(code))
    return found | _own("country") | _own("nation")


@cache
def own_names() -> dict[str, str]:
    """Names whose accents keep them apart from a word (`Ísland`), in lower case, to codes."""
    known = {country.alpha_2 for country in pycountry.countries}
    found: dict[str, str] = {}
    for lang in LANGUAGES:
        for code, name in Locale.parse(lang).territories.items():
            if code in known and fold(name) in _not_places() - {"georgia"} and not name.isascii():
                found.setdefault(name.casefold(), code)
    return found


@cache
def codes() -> dict[str, str]:
    """ISO 3166-1 codes of two and three letters, and `UK`, to codes of two letters. `NA` mostly means: not applicable."""
    found = {country.alpha_2: country.alpha_2 for country in pycountry.countries}
    found |= {country.alpha_3: country.alpha_2 for country in pycountry.countries} | {"UK": "GB", "DEU": "DE"}
    del found["NA"]
    return found


@cache
def parts() -> dict[str, Entry]:
    """Folded name to a part of a country or a city, where only one place has that name or one is meant by all."""
    found = {
        name: next(iter(entries))
        for name, entries in shared_parts().items()
        if len(entries) == 1 and name not in _not_places()
    }
    found |= {name: entry for name, entry in _cities().items() if name not in found}
    return found | _own("part") | _own("town")


@cache
def _own(kind: str) -> dict[str, Entry]:
    """Names of our own list, of one kind: country, nation (of the UK), part (of a country) or town."""
    found: dict[str, Entry] = {}
    for line in _data("places.tsv")[1:]:
        name, its_kind, code = line.split("\t")
        if its_kind == kind:
            country, _, part = code.partition("-")
            found[fold(name)] = Entry(country or None, code if part else None)
    return found


@cache
def _not_places() -> frozenset[str]:
    return frozenset(_data("not_places.txt"))


def _data(name: str) -> list[str]:
    text = (resources.files("reperio.text") / "data" / name).read_text("utf-8")
    return [line for line in text.split("\n") if line]


@cache
def shared_parts() -> dict[str, frozenset[Entry]]:
    """Folded name to all parts of countries that have it, by ISO 3166-2, those included that are common words."""
    found: dict[str, set[Entry]] = {}
    for part in pycountry.subdivisions:
        for name in _spellings(part.name):
            found.setdefault(name, set()).add(Entry(part.country_code, part.code))
    return {name: frozenset(entries) for name, entries in found.items() if len(name) > 3 and name not in countries()}


def _spellings(name: str) -> set[str]:
    folded = fold(_BRACKETED.sub("", name))
    found = {folded}
    for pattern in (_OF, _ADMINISTRATIVE):
        match = pattern.match(folded)
        if match:
            found.add(match["name"])
    return found


@cache
def _cities() -> dict[str, Entry]:
    """Cities that give time zones their names, in English, Dutch, German and French; those of no doubtful name."""
    zones = get_global("zone_territories")
    found: dict[str, set[str]] = {}
    for lang in ("en", "nl", "de", "fr"):
        named = Locale.parse(lang).time_zones
        for zone, country in zones.items():
            area, _, city = zone.partition("/")
            if area in {"Antarctica", "Etc", ""} or city.count("/") or not city:
                continue
            name = named.get(zone, {}).get("city") or city.replace("_", " ")
            found.setdefault(fold(str(name)), set()).add(str(country))
    return {
        name: Entry(next(iter(lands)))
        for name, lands in found.items()
        if len(lands) == 1
        and name not in _not_places()
        and name not in countries()
        and name not in shared_parts()
        and len(name) > 3
    }
