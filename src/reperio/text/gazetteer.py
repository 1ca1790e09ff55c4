"""Names of countries, their parts and their chief cities, from ISO 3166, CLDR and a short list of our own.

Built once, on first use, from what pycountry and babel bring. A name that could be two places is not in it.
"""

from __future__ import annotations

import re
from functools import cache
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
)  # fmt: skip

# Names that ISO and CLDR lack or that mean something else in another language.
_COUNTRIES: dict[str, str] = {
    "uk": "GB", "u.k.": "GB", "u.k": "GB", "great britain": "GB", "britain": "GB", "united kingdom": "GB", "gb": "GB", "gbr": "GB",
    "united kingdom of great britain and northern ireland": "GB", "great britain and northern ireland": "GB", "groot-brittannie": "GB",
    "grossbritannien": "GB", "grande-bretagne": "GB", "verenigd koninkrijk": "GB", "vereinigtes konigreich": "GB", "royaume-uni": "GB",
    "gran bretana": "GB", "gran bretagna": "GB", "y deyrnas unedig": "GB", "prydain": "GB", "british isles": "",
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "us": "US", "united states of america": "US", "the states": "US", "vs": "US",
    "verenigde staten van amerika": "US", "vereinigte staaten von amerika": "US", "etats-unis d'amerique": "US",
    "holland": "NL", "netherland": "NL", "nederland": "NL", "kingdom of the netherlands": "NL", "burma": "MM", "siam": "TH",
    "persia": "IR", "ceylon": "LK", "zaire": "CD", "upper volta": "BF", "dahomey": "BJ", "swaziland": "SZ", "cape verde": "CV",
    "ivory coast": "CI", "east timor": "TL", "czech republic": "CZ", "czechia": "CZ", "slovak republic": "SK", "south korea": "KR",
    "republic of korea": "KR", "korea (south)": "KR", "north korea": "KP", "dpr korea": "KP", "zuid-korea": "KR", "russia": "RU",
    "russian federation": "RU", "vietnam": "VN", "viet nam": "VN", "laos": "LA", "lao pdr": "LA", "lao people's democratic republic": "LA", "syria": "SY", "iran": "IR",
    "moldova": "MD", "bolivia": "BO", "venezuela": "VE", "tanzania": "TZ", "brunei": "BN", "palestine": "PS", "palestinian territories": "PS",
    "west bank and gaza": "PS", "taiwan": "TW", "hong kong": "HK", "macau": "MO", "macao": "MO", "vatican": "VA", "holy see": "VA",
    "dr congo": "CD", "drc": "CD", "democratic republic of congo": "CD", "democratic republic of the congo": "CD", "congo-kinshasa": "CD",
    "congo, dem. rep.": "CD", "congo, rep.": "CG", "republic of congo": "CG", "congo-brazzaville": "CG", "the gambia": "GM", "gambia, the": "GM", "bahamas, the": "BS",
    "north macedonia": "MK", "macedonia, the former yugoslav republic of": "MK", "macedonia, fyr": "MK", "fyr macedonia": "MK", "fyrom": "MK", "former yugoslav republic of macedonia": "MK", "micronesia": "FM",
    "egypt, arab rep.": "EG", "iran, islamic rep.": "IR", "korea, rep.": "KR", "korea, dem. rep.": "KP", "yemen, rep.": "YE",
    "turkey": "TR", "turkiye": "TR", "eire": "IE", "republic of ireland": "IE", "irish republic": "IE", "surinam": "SR", "bosnia": "BA",
    "bosnie": "BA", "bosnia herzegovina": "BA", "bosnia-herzegovina": "BA", "libya": "LY", "uae": "AE", "ussr": "", "prc": "CN",
    "people's republic of china": "CN", "peoples republic of china": "CN", "mainland china": "CN", "china (mainland)": "CN", "republic of china": "",
    "brasil": "BR", "espana": "ES", "italia": "IT", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "cambodja": "KH", "kampuchea": "KH",
    "republique democratique du congo": "CD", "republique du congo": "CG", "united states virgin islands": "VI", "us virgin islands": "VI",
    "ceska republika": "CZ", "ísland": "IS", "føroyar": "FO", "kalaallit nunaat": "GL", "shqiperia": "AL", "shqipëria": "AL", "frans guyana": "GF", "nederlandse antillen": "",
    "saint vincent": "VC", "st. vincent": "VC", "trinidad": "TT", "tobago": "TT", "st. lucia": "LC", "st lucia": "LC", "st. kitts": "KN",
    "reunion": "RE", "curacao": "CW", "sint eustatius": "BQ", "st. eustatius": "BQ", "saba": "BQ", "bonaire": "BQ", "aland": "AX",
    "jan mayen": "SJ", "svalbard": "SJ", "spitsbergen": "SJ", "rwanda-urundi": "", "western sahara": "EH", "somaliland": "SO",
    # states that are no more: a code where all they were lies in one country of today, none otherwise
    "german democratic republic": "DE", "gdr": "DE", "ddr": "DE", "east germany": "DE", "oost-duitsland": "DE", "ostdeutschland": "DE", "german democratic republic (gdr)": "DE",
    "federal republic of germany": "DE", "west germany": "DE", "west-duitsland": "DE", "westdeutschland": "DE", "frg": "DE", "germany, federal republic of": "DE",
    "germany (west)": "DE", "germany (east)": "DE", "eastern germany": "DE", "western germany": "DE", "bundesrepublik deutschland": "DE", "deutsche demokratische republik": "DE",
    "southern rhodesia": "ZW", "northern rhodesia": "ZM", "nyasaland": "MW", "gold coast": "GH", "bechuanaland": "BW", "basutoland": "LS", "british honduras": "BZ",
    "british guiana": "GY", "dutch guiana": "SR", "new hebrides": "VU", "gilbert islands": "KI", "ellice islands": "TV", "east pakistan": "BD",
    "soviet union": "", "union of soviet socialist republics": "", "sovjet-unie": "", "sowjetunion": "", "u.s.s.r.": "", "yugoslavia": "", "former yugoslavia": "",
    "joegoslavie": "", "voormalig joegoslavie": "", "jugoslawien": "", "czechoslovakia": "", "tsjechoslowakije": "", "tschechoslowakei": "",
    "serbia and montenegro": "", "austria-hungary": "", "austro-hungarian empire": "", "ottoman empire": "", "prussia": "", "german empire": "", "habsburg monarchy": "",
    "dutch east indies": "", "netherlands east indies": "", "nederlands-indie": "", "netherlands antilles": "", "nederlandse antillen": "", "british india": "",
    "french indochina": "", "indochina": "", "rhodesia": "", "palestine (mandate)": "", "tanganyika": "TZ", "zanzibar": "TZ", "korea": "", "congo": "", "macedonia": "",
    "america": "", "guyana": "GY", "virgin islands": "", "saint martin": "", "samoa": "WS", "american samoa": "AS", "guinea": "GN",
    "nieuw-guinea": "", "nieuw guinea": "", "new guinea": "", "timor": "", "borneo": "", "british empire": "", "kosovo": "", "kurdistan": "", "ireland (island)": "",
}  # fmt: skip
_NATIONS: dict[str, str] = {
    "england": "GB-ENG", "engeland": "GB-ENG", "angleterre": "GB-ENG", "inglaterra": "GB-ENG", "inghilterra": "GB-ENG", "lloegr": "GB-ENG",
    "scotland": "GB-SCT", "schotland": "GB-SCT", "schottland": "GB-SCT", "ecosse": "GB-SCT", "escocia": "GB-SCT", "alba": "GB-SCT",
    "wales": "GB-WLS", "cymru": "GB-WLS", "pays de galles": "GB-WLS", "gales": "GB-WLS",
    "northern ireland": "GB-NIR", "n. ireland": "GB-NIR", "noord-ierland": "GB-NIR", "nordirland": "GB-NIR", "irlande du nord": "GB-NIR", "ulster": "",
}  # fmt: skip
# Regions and towns of England that ISO has no code for, or only as a borough.
_ENGLAND = (
    "london greater_london inner_london outer_london greater_manchester merseyside tyne_and_wear "
    "south_yorkshire west_yorkshire yorkshire "
    "yorkshire_and_the_humber yorkshire_and_humber yorkshire_and_humberside east_midlands "
    "west_midlands east_anglia east_of_england eastern_england "
    "north_east_england north_west_england south_east_england south_west_england north_east_(england) "
    "north_west_(england) "
    "south_east_(england) south_west_(england) avon cheshire bristol humberside midlands the_midlands "
    "sussex berkshire "
    "bedfordshire northamptonshire northumbria home_counties"
)
_ENGLAND_CODES = {"bristol": "GB-BST"}
# Of names that several countries share, the one that is meant unless the rest of the statement says otherwise.
_FAMED: dict[str, str] = {
    "florida": "US-FL", "montana": "US-MT", "new south wales": "AU-NSW", "ontario": "CA-ON", "quebec": "CA-QC", "british columbia": "CA-BC",
    "bavaria": "DE-BY", "bayern": "DE-BY", "saxony": "DE-SN", "lower saxony": "DE-NI", "north rhine-westphalia": "DE-NW", "hesse": "DE-HE",
    "thuringia": "DE-TH", "thuringen": "DE-TH", "rhineland-palatinate": "DE-RP", "saxony-anhalt": "DE-ST", "berlin": "DE-BE", "hamburg": "DE-HH",
    "bremen": "DE-HB", "flanders": "BE-VLG", "vlaanderen": "BE-VLG", "wallonia": "BE-WAL", "wallonie": "BE-WAL", "brussels": "BE-BRU", "brussel": "BE-BRU",
    "bruxelles": "BE-BRU", "catalonia": "ES-CT", "catalunya": "ES-CT", "andalusia": "ES-AN", "basque country": "ES-PV", "tuscany": "IT-52",
    "lombardy": "IT-25", "sicily": "IT-82", "sardinia": "IT-88", "piedmont": "IT-21", "brittany": "FR-BRE", "normandy": "FR-NOR", "corsica": "FR-20R",
    "friesland": "NL-FR", "fryslan": "NL-FR", "groningen": "NL-GR", "utrecht": "NL-UT", "drenthe": "NL-DR", "noord-holland": "NL-NH", "zuid-holland": "NL-ZH",
    "north holland": "NL-NH", "south holland": "NL-ZH", "noord-brabant": "NL-NB", "north brabant": "NL-NB", "gelderland": "NL-GE", "overijssel": "NL-OV",
    "flevoland": "NL-FL", "zeeland": "NL-ZE", "java": "ID-JW", "sumatra": "ID-SM", "sulawesi": "ID-SL", "celebes": "ID-SL", "bali": "ID-BA", "molukken": "ID-ML",
    "moluccas": "ID-ML", "maluku": "ID-ML", "kalimantan": "ID-KA", "west java": "ID-JB", "west-java": "ID-JB", "central java": "ID-JT", "midden-java": "ID-JT",
    "east java": "ID-JI", "oost-java": "ID-JI", "aceh": "ID-AC", "atjeh": "ID-AC", "commewijne": "SR-CM", "nickerie": "SR-NI", "paramaribo": "SR-PM", "saramacca": "SR-SA",
    "vienna": "AT-9", "wien": "AT-9", "tyrol": "AT-7", "geneva": "CH-GE", "zurich": "CH-ZH", "bern": "CH-BE", "basel": "CH-BS", "edinburgh": "GB-EDH", "glasgow": "GB-GLG",
    "aberdeen": "GB-ABE", "dundee": "GB-DND", "belfast": "GB-BFS", "cardiff": "GB-CRF", "swansea": "GB-SWA", "birmingham": "GB-BIR", "manchester": "GB-MAN",
    "liverpool": "GB-LIV", "leeds": "GB-LDS", "sheffield": "GB-SHF", "bradford": "GB-BRD", "nottingham": "GB-NGM", "leicester": "GB-LCE", "newcastle upon tyne": "GB-NET",
    "neath port talbot": "GB-NTL", "neath": "GB-NTL", "southall": "GB-EAL", "hawaii": "US-HI", "alaska": "US-AK", "new york": "US-NY", "new york state": "US-NY",
    "washington state": "US-WA", "queensland": "AU-QLD", "western australia": "AU-WA", "south australia": "AU-SA", "tasmania": "AU-TAS", "paris": "FR-75C",
    "punjab, india": "IN-PB", "tamil nadu": "IN-TN", "kerala": "IN-KL", "sao paulo": "BR-SP", "moscow": "RU-MOW", "st. petersburg": "RU-SPE", "crimea": "",
}  # fmt: skip
# Towns that catalogues of Dutch and colonial history name and no list above has; each lies in one country for certain.
_TOWNS: dict[str, str] = {
    "NL": "amsterdam rotterdam den_haag the_hague 's-gravenhage delft leiden haarlem eindhoven tilburg breda "
    "nijmegen arnhem enschede apeldoorn zwolle deventer "
    "amersfoort hilversum almere lelystad leeuwarden assen emmen maastricht heerlen venlo schiedam "
    "dordrecht gouda zoetermeer alkmaar den_helder den_bosch "
    "'s-hertogenbosch vlissingen scheveningen westerbork kamp_westerbork vught kamp_vught "
    "kamp_amersfoort texel hoensbroek waddinxveen woerden wageningen",
    "ID": "batavia soerabaja surabaya bandung bandoeng malang semarang padang palembang medan makassar ambon "
    "yogyakarta djakarta buitenzorg tjimahi west-papoea",
    "DE": "munchen munich cologne keulen koln koeln frankfurt_am_main stuttgart dresden leipzig dortmund "
    "dusseldorf hannover nurnberg dachau ravensbruck bergen-belsen buchenwald munster osnabruck",
    "PL": "auschwitz sobibor warsaw krakow treblinka majdanek",
    "CZ": "theresienstadt terezin praag prague brno",
    "BE": "antwerpen antwerp gent ghent leuven hasselt brugge",
    "SE": "goteborg gothenburg malmo uppsala norrkoping",
    "AF": "kandahar uruzgan tarin_kowt",
    "FR": "lyon marseille toulouse bordeaux strasbourg parijs",
    "IT": "milan turin rome florence naples udine",
    "ES": "barcelona madrid valencia_(spain) seville bilbao",
    "US": "new_york_city los_angeles chicago boston,_massachusetts san_francisco washington_d.c. "
    "washington,_d.c. new_orleans",
    "CN": "beijing peking shanghai",
    "IN": "mumbai bombay calcutta kolkata new_delhi chennai bangalore",
    "GB": "newcastle-upon-tyne tyneside clydeside",
}
# Words, names of people and doubtful towns that a list of places happens to hold.
_NOT_PLACES = set(
    "man island central centre center capital north south east west northern southern eastern western "
    "nord sud est ouest norte sur northwest northeast reading bury "
    "deal most male union hope may june august angus kent_(person) georgia jersey_city victoria "
    "santiago cordoba perth halifax kingston hamilton georgetown lincoln "
    "san_juan merida trinidad_(city) easter christmas johnston casey davis troll palmer mawson rothera "
    "vostok syowa nome resolute knox marengo vevay monticello beulah "
    "petersburg vincennes winamac tell_city new_salem currie eucla lindeman phoenix boise menominee "
    "louisville midway wake chatham galapagos gaza hebron na so to me be is it "
    "no or an as at by do ie in los la oman_(city) lima_(city) other total all none unknown national "
    "nationwide world adjara bar bor ada amazonas artigas batman van ordu "
    "washington rivers plateau delta highlands islands coast upper lower bay river valley mountain "
    "port ville roma_(name) maria martin santa_maria san_jose florence_(name) sara alice "
    "carmen sofia_(name) alba_(name) regina hull derby_(hat) orange york_(name) bath sandwell barking "
    "lewisham_(name) halle nice split aden male' kent moray "
    "cleveland richmond durham_(city) cambridge_(ma) salem rocha rivera flores colon la_paz guadalupe "
    "antioch dublin_(oh) athens troy paris_(tx) brest tripoli essex_(name) "
    "nelson marlborough gisborne otago_(name) hastings vale craig ross harris lewis grant clay dale "
    "grand wells march hove lancaster stirling down".replace("_", " ").split(" ")
) | {"tell city", "new salem", "san juan", "la paz", "santa maria", "san jose"}
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
            if code in known and key not in _NOT_PLACES and len(key) > 1:
                found.setdefault(key, Entry(code))
    own = {fold(name): Entry(code or None) for name, code in _COUNTRIES.items() if fold(name) not in _NOT_PLACES}
    nations = {name: Entry("GB", code or None) for name, code in _NATIONS.items()}
    return found | own | nations


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
        if len(entries) == 1 and name not in _NOT_PLACES
    }
    found |= {name: entry for name, entry in _cities().items() if name not in found}
    found |= {name: Entry(code[:2] or None, code or None) for name, code in _FAMED.items()}
    found |= {name: Entry("GB", _ENGLAND_CODES.get(name, "GB-ENG")) for name in _spaced(_ENGLAND)}
    return found | {name: Entry(code) for code, names in _TOWNS.items() for name in _spaced(names)}


@cache
def shared_parts() -> dict[str, frozenset[Entry]]:
    """Folded name to all parts of countries that have it, by ISO 3166-2, those included that are common words."""
    found: dict[str, set[Entry]] = {}
    for part in pycountry.subdivisions:
        for name in _spellings(part.name):
            found.setdefault(name, set()).add(Entry(part.country_code, part.code))
    return {name: frozenset(entries) for name, entries in found.items() if len(name) > 3 and name not in countries()}


def _spaced(names: str) -> list[str]:
    return [name.replace("_", " ") for name in names.split()]


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
        and name not in _NOT_PLACES
        and name not in countries()
        and name not in shared_parts()
        and len(name) > 3
    }
