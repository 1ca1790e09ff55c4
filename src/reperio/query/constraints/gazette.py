"""Names of countries and of their people that are sure enough to filter by, and the company that makes them unsure."""

from __future__ import annotations

from functools import cache

from reperio.query.constraints.words import word_set
from reperio.text import gazetteer
from reperio.text.characters import fold
from reperio.text.places import country_name

_NEVER = word_set(
    "GE JE GG DM CG CD GN NE KP AQ BV HM UM TF IO CX CC NF SJ GS PN TK NU BL MF SX WF PM SH CK AS VI VG YT RE GP MQ GF PF"
    " NC BQ AW AI TC MS KY FK MP GU AX PS MM"
)
"""Countries whose name is another's, a person's or no country's to most (Georgia, Jersey, Guinea), or hardly studied."""

_MORE = {
    "uk": "GB", "u.k": "GB", "u.k.": "GB", "united kingdom": "GB", "great britain": "GB", "britain": "GB",
    "usa": "US", "u.s.a": "US", "u.s.a.": "US",
    "united states of america": "US", "united states": "US", "czech republic": "CZ", "republic of ireland": "IE",
    "hong kong": "HK", "macau": "MO", "turkey": "TR", "turkiye": "TR", "holland": "NL", "ivory coast": "CI",
    "bosnia and herzegovina": "BA", "bosnia": "BA", "trinidad and tobago": "TT", "trinidad": "TT", "north korea": "KP",
    "democratic republic of the congo": "CD", "cape verde": "CV", "east timor": "TL", "macedonia": "MK", "burma": "MM",
    "myanmar": "MM", "viet nam": "VN", "russian federation": "RU", "uae": "AE", "greenland": "GL", "kosovo": "XK",
    "papua new guinea": "PG", "equatorial guinea": "GQ", "guinea-bissau": "GW", "swaziland": "SZ", "palestine": "PS",
    "deutschland": "DE", "nederland": "NL", "espana": "ES", "italia": "IT", "sverige": "SE", "norge": "NO",
    "danmark": "DK", "suomi": "FI", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "polska": "PL",
    "belgie": "BE", "belgique": "BE", "slovensko": "SK", "ceska republika": "CZ", "magyarorszag": "HU",
    "new zealand": "NZ", "south korea": "KR", "south africa": "ZA", "saudi arabia": "SA",
}  # fmt: skip

CAPITAL = word_set("turkey chad jordan china guinea niger togo grenada panama oman")
"""Names that are also things: read only with a capital and behind `in`."""

DOUBTFUL = CAPITAL | word_set(
    "mali cuba israel india malta samoa monaco holland kenya ireland jamaica france britain trinidad bosnia iran lebanon benin "
    "peru brazil cyprus poland"
)
"""Names that are also people's, or the beginning of a thing's: without `in`, read only where they stand alone."""

_ADJECTIVES = (
    "british:GB dutch:NL german:DE french:FR spanish:ES italian:IT portuguese:PT swedish:SE norwegian:NO danish:DK finnish:FI "
    "icelandic:IS belgian:BE swiss:CH austrian:AT irish:IE australian:AU canadian:CA american:US greek:GR czech:CZ hungarian:HU "
    "estonian:EE latvian:LV lithuanian:LT slovenian:SI slovak:SK croatian:HR romanian:RO bulgarian:BG polish:PL israeli:IL "
    "maltese:MT luxembourgish:LU"
)
_ADJECTIVES_APART = (
    "indian:IN pakistani:PK bangladeshi:BD chinese:CN japanese:JP turkish:TR moroccan:MA mexican:MX brazilian:BR chilean:CL "
    "argentinian:AR peruvian:PE colombian:CO nigerian:NG ghanaian:GH kenyan:KE ugandan:UG tanzanian:TZ ethiopian:ET egyptian:EG "
    "russian:RU ukrainian:UA serbian:RS thai:TH vietnamese:VN filipino:PH indonesian:ID malaysian:MY iranian:IR iraqi:IQ "
    "zambian:ZM malawian:MW rwandan:RW nepalese:NP taiwanese:TW jamaican:JM cuban:CU tunisian:TN lebanese:LB "
    "south african:ZA new zealand:NZ south korean:KR sri lankan:LK saudi arabian:SA costa rican:CR"
)


def _pairs(text: str) -> dict[str, str]:
    """`south african:ZA thai:TH` as a dictionary; a code ends each name."""
    found: dict[str, str] = {}
    words: list[str] = []
    for word in text.split():
        name, _, code = word.partition(":")
        words.append(name)
        if code:
            found[" ".join(words)] = code
            words.clear()
    return found


PEOPLES = _pairs(_ADJECTIVES)
"""Adjectives of countries that, before a word for people, mostly say where those live."""

PEOPLES_APART = _pairs(_ADJECTIVES_APART)
"""Adjectives that, before a word for people, may as well say where those or their parents came from."""

REGIONS = word_set(
    "england scotland wales ulster europe africa asia scandinavia america oceania catalonia flanders bavaria quebec ontario "
    "california texas florida balkans caribbean brussels"
)
"""Well-known places that are no countries: named in one breath with a country, they would be left out by its filter."""


@cache
def countries() -> dict[str, str]:
    """Levelled English name (and a few own names) to ISO 3166-1 alpha-2 code, doubtful ones included."""
    codes = set(gazetteer.codes().values()) - _NEVER
    named = {fold(country_name(code)): code for code in sorted(codes)}
    return {name: code for name, code in named.items() if name.replace(" ", "").isalpha()} | _MORE
