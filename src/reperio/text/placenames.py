"""What a single name of a place stands for: a look-up in the gazetteer, past articles, endings and directions."""

from __future__ import annotations

import re
from functools import lru_cache

from reperio.text import gazetteer
from reperio.text.characters import fold
from reperio.text.gazetteer import Entry

_LEADING = re.compile(
    r"^(?:the |de |het |die |der |la |le |les |all of |whole of |the whole of |parts? of |throughout |"
    r"across |in |within |republic of |kingdom of |state of |"
    r"commonwealth of |province of |county of |city of |region of |rural |urban |mainland |"
    r"metropolitan |greater |voormalig |former |gemeente |municipality (?:of )?|stad |ville de |stadt |provincie |province |eiland "
    r"|island of |isle of |regio |regione |district |omgeving (?:van )?|municipalities of |gemeinde |kamp |comune di )+"
)
_SAINT = re.compile(r"\bst\.? ")
_TRAILING = re.compile(
    r"[ -](?:region|area|only|wide|nationwide|city|stad|stadt|municipality|province|provincie|e\.?o\.?|en omgeving"
    r"|and (?:its )?(?:surroundings|environs|vicinity)|und umgebung)$"
)
_PART_OF = re.compile(
    r"^(?:the )?(?:(?:northern|southern|eastern|western|north|south|east|west|central|rural|urban|coastal|highlands? and) ?)?"
    r"(?:north|south|east|west|centre|center|middle|isles|islands|highlands|lowlands|borders|coasts?|cities|towns|villages|regions"
    r"|provinces|parts|mainland|whole|all|most|people|population|residents|inhabitants|citizens|waters) of "
    r"(?:the )?(?P<name>[^,;]{4,40})$"
)
_OF_THE_NHS = re.compile(
    r"nhs [\w&' -]{3,60} (?:ccg|icb|trust|foundation trust|clinical commissioning group|health board)|nhs (?:england|wales|scotland)"
)
_WORDS = re.compile(r"[^\W\d][\w'.]*(?:[ -][\w'.]+){1,3}")
_NOT_BEFORE_LAND = re.compile(
    r"(?:^|[ -])(?:of|de|del|van|von|du|der|new|nieuw|nouvelle|nueva|french|british|dutch|spanish|german|portuguese|free|trans"
    r"|latin|anti|pro|greater|inner|outer|from|to|outside|than|not|with|and|or|in|near|bei|bij)$"
)
_DIRECTION = re.compile(
    r"^(?:(?:north|south|east|west|central|mid|northern|southern|eastern|western|noord|zuid|oost|west|"
    r"midden|nord|sud|ost|northwest|southwest|northeast|southeast)[- ]?"
    r"(?:east|west|eastern|western|central)?[- ](?:of )?)(?P<name>.+)$"
)
_DIRECTED_APART = {
    "germany",
    "korea",
    "ireland",
    "vietnam",
    "yemen",
    "sudan",
    "georgia",
    "guinea",
    "samoa",
    "timor",
    "africa",
    "india",
    "indies",
    "america",
    "macedonia",
    "cyprus",
    "sahara",
}
PEOPLE_AND_THINGS = {
    "jordan",
    "chad",
    "georgia",
    "jersey",
    "turkey",
    "guinea",
    "israel",
    "mali",
    "cuba",
    "china",
    "india",
    "malta",
    "samoa",
    "alba",
    "saba",
    "holland",
    "monaco",
}
GEORGIA = "georgia"


@lru_cache(maxsize=65536)
def look_up(name: str) -> Entry | None:
    """What a name stands for, by itself."""
    name = name.strip(" .,:;*")
    if name.isupper() and len(name) <= 3 and (code := gazetteer.codes().get(name)):
        return Entry(code)
    folded = fold(name)
    if own := gazetteer.own_names().get(name.casefold()):
        return Entry(own)
    return _by_folded(folded) if 2 <= len(folded) <= 100 else None


def known_country(folded: str) -> Entry | None:
    """The country of a folded name, None when no country has it."""
    return gazetteer.countries().get(folded)


def _by_folded(folded: str) -> Entry | None:
    found = _by_name(folded)
    if found is None and (bare := _LEADING.sub("", folded)) != folded:
        found = _known(bare)
        if found and found.subdivision is None and folded.startswith(("city of ", "county of ", "province of ")):
            found = None if known_country(bare) else found
    if found is None and (bare := _TRAILING.sub("", folded)) != folded:
        found = _known(bare)
    if found is None:
        found = _told_of(folded)
    if found is None and (match := _DIRECTION.match(folded)) and match["name"] not in _DIRECTED_APART:
        found = known_country(_LEADING.sub("", match["name"]))
    if found is None and _WORDS.fullmatch(folded):
        found = _known(folded.replace(" ", "-")) or _beside_its_country(folded)
    return found


def _by_name(folded: str) -> Entry | None:
    return _known(folded) or _known(_turned(folded)) or known_country(_SAINT.sub("saint ", folded).replace(".", ""))


def _told_of(folded: str) -> Entry | None:
    """`Isles of Scotland`, `NHS Brent CCG`: what a phrase says it is part of."""
    if _OF_THE_NHS.fullmatch(folded):
        return Entry("GB")
    match = _PART_OF.match(folded)
    return known_country(match["name"]) if match else None


def _beside_its_country(folded: str) -> Entry | None:
    """`Selfkant Duitsland`, `Texas USA`: a name written beside the country it lies in; not `Gulf of Guinea`."""
    first, _, rest = folded.partition(" ")
    before, _, last = folded.rpartition(" ")
    if (part := gazetteer.parts().get(rest)) and (land := known_country(first)) and part.country == land.country:
        return part
    land = known_country(last) if len(last) > 4 or last in {"usa", "iran", "irak", "iraq", "peru", "cuba"} else None
    if land is None or last in _DIRECTED_APART or last in PEOPLE_AND_THINGS or _NOT_BEFORE_LAND.search(before):
        return None
    part = gazetteer.parts().get(before)
    return part if part and part.country == land.country else Entry(land.country)


def _known(folded: str) -> Entry | None:
    if folded == GEORGIA:
        return Entry("GE")
    return known_country(folded) or gazetteer.parts().get(folded)


def _turned(folded: str) -> str:
    """`Netherlands (the)` and `Netherlands, The` as `the netherlands`; `Iran (Islamic Republic of)` as written by ISO."""
    match = re.fullmatch(r"(?P<name>[^,()]+?)(?:, | \()(?P<rest>[^,()]+)\)?", folded)
    if match is None:
        return folded
    if match["rest"] in {"the", "de", "het"}:
        return match["name"]
    for turned in (f"{match['name']}, {match['rest']}", f"{match['rest']} {match['name']}"):
        if known_country(turned):
            return turned
    return folded
