"""Adjectives of countries and nations, where they say in which land people or institutions are.

`Scottish hospitals` are in Scotland and the `Dutch population` in the Netherlands; a `Turkish migrant`, `French lessons`
and the `Dutch East Indies` need not be where the word seems to say.
"""

from __future__ import annotations

import re

_LANDS = {
    "scottish": "Scotland", "welsh": "Wales", "northern irish": "Northern Ireland", "english": "England",
    "british": "United Kingdom", "uk": "United Kingdom", "irish": "Ireland", "dutch": "Netherlands", "belgian": "Belgium",
    "flemish": "Flanders", "walloon": "Wallonia", "german": "Germany", "east german": "Germany", "west german": "Germany",
    "bavarian": "Bavaria", "austrian": "Austria", "swiss": "Switzerland", "french": "France", "italian": "Italy", "spanish": "Spain",
    "catalan": "Catalonia", "portuguese": "Portugal", "danish": "Denmark", "swedish": "Sweden", "norwegian": "Norway",
    "finnish": "Finland", "icelandic": "Iceland", "estonian": "Estonia", "latvian": "Latvia", "lithuanian": "Lithuania",
    "polish": "Poland", "czech": "Czechia", "slovak": "Slovakia", "hungarian": "Hungary", "slovenian": "Slovenia",
    "slovene": "Slovenia", "croatian": "Croatia", "serbian": "Serbia", "romanian": "Romania", "bulgarian": "Bulgaria",
    "greek": "Greece", "cypriot": "Cyprus", "maltese": "Malta", "ukrainian": "Ukraine", "turkish": "Turkey", "israeli": "Israel",
    "american": "United States", "us": "United States", "u.s.": "United States", "canadian": "Canada", "mexican": "Mexico",
    "brazilian": "Brazil", "chilean": "Chile", "argentinian": "Argentina", "colombian": "Colombia", "peruvian": "Peru",
    "australian": "Australia", "japanese": "Japan", "chinese": "China", "taiwanese": "Taiwan", "south korean": "South Korea",
    "indian": "India", "pakistani": "Pakistan", "bangladeshi": "Bangladesh", "indonesian": "Indonesia", "malaysian": "Malaysia",
    "thai": "Thailand", "vietnamese": "Vietnam", "south african": "South Africa", "kenyan": "Kenya", "ugandan": "Uganda",
    "ghanaian": "Ghana", "nigerian": "Nigeria", "ethiopian": "Ethiopia", "rwandan": "Rwanda", "malawian": "Malawi",
    "surinamese": "Suriname",
}  # fmt: skip
_SETTLED = (
    r"nhs|hospitals?|health boards?|health service|schools?|universit(?:y|ies)|municipalit(?:y|ies)|local authorit(?:y|ies)"
    r"|council areas?|general practices?|gp practices?|care homes?|nursing homes?|prisons?|courts?|companies|firms|businesses"
    r"|population|electorate|voters|citizens|residents|households|inhabitants|general public|provinces|counties|districts"
    r"|labou?r market|parliament"
)
_PHRASE = re.compile(
    rf"\b(?P<of>{'|'.join(re.escape(word) for word in sorted(_LANDS, key=len, reverse=True))})\b[ -]"
    rf"(?:(?!of |in |and |or |speaking|born|origin|descent|from )[\w'/-]+ ){{0,3}}?(?:{_SETTLED})\b",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"\b(?:non|not|outside|among|ethnic|of|former|anglo|afro)[ -]$|\b(?:migrants?|immigrants?|refugees?|descent|origin)\b",
    re.IGNORECASE,
)
_SHORT = {"us", "uk"}


def lands_of_people(clause: str) -> list[str]:
    """Names of the lands that a clause places people or institutions in by an adjective, each once."""
    found: dict[str, None] = {}
    for match in _PHRASE.finditer(clause):
        word = match["of"]
        if word.lower() in _SHORT and not word.isupper():
            continue
        if not _ABROAD.search(clause[: match.start()][-30:]) and not _ABROAD.search(match.group()):
            found[_LANDS[word.lower()]] = None
    return list(found)
