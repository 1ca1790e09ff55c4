"""Languages, to BCP 47 primary subtags (ISO 639-1 where there is one, else ISO 639-3)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pycountry
from babel import Locale, UnknownLocaleError

from reperio.text.characters import fold

NAME_MAX = 120
# Languages whose own words for languages occur in catalogues of European data.
_NAMERS = ("en", "nl", "de", "fr", "es", "it", "pt", "da", "sv", "nb", "fi", "cy", "pl", "cs")
_OWN = [
    "ar",
    "bg",
    "bn",
    "bs",
    "ca",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fr",
    "ga",
    "gd",
    "gl",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "ko",
    "ku",
    "lb",
    "lt",
    "lv",
    "mk",
    "mr",
    "ms",
    "mt",
    "nb",
    "ne",
    "nl",
    "nn",
    "no",
    "pa",
    "pl",
    "ps",
    "pt",
    "rm",
    "ro",
    "ru",
    "se",
    "si",
    "sk",
    "sl",
    "so",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "ti",
    "tr",
    "uk",
    "ur",
    "vi",
    "yi",
    "zh",
    "zu",
    "af",
    "am",
    "az",
    "be",
    "br",
    "fo",
    "fy",
    "kk",
    "ky",
    "mn",
    "my",
    "uz",
    "xh",
]
_UNKNOWN = {"und", "mul", "zxx", "mis", "qaa"}
_OLD = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "sh": "sh",
    "scr": "hr",
    "scc": "sr",
    "nor": "no",
    "mol": "ro",
}
_EXTRA = {
    "flemish": "nl",
    "vlaams": "nl",
    "dutch; flemish": "nl",
    "spanish; castilian": "es",
    "mandarin": "zh",
    "mandarin chinese": "zh",
    "cantonese": "yue",
    "gaelic": "gd",
    "scots gaelic": "gd",
    "irish gaelic": "ga",
    "farsi": "fa",
    "castilian": "es",
    "moldavian": "ro",
    "greek": "el",
    "modern greek": "el",
    "bokmal": "nb",
    "norwegian bokmal": "nb",
    "nynorsk": "nn",
    "serbo-croatian": "sh",
    "punjabi": "pa",
    "panjabi": "pa",
    "frisian": "fy",
    "kurdish": "ku",
    "swahili": "sw",
    "malay": "ms",
    "tagalog": "tl",
    "filipino": "fil",
    "british english": "en",
    "american english": "en",
    "nepali": "ne",
    "oriya": "or",
    "uyghur": "ug",
}
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_.@][A-Za-z0-9_.@-]{1,40})?")
_ADDRESS = re.compile(r"https?://\S*[/#:]([A-Za-z]{2,3})(?:\.html?)?/?")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


def read_language(raw: str) -> str | None:
    """Read a language from a code (`en`, `eng`, `en-GB`) or a name in English or its own; None when unknown.

    Addresses of language authorities are read by their last part. Several languages in one statement give None.
    """
    if len(raw) > NAME_MAX:
        return None
    return _read(raw.strip())


def language_name(code: str, lang: str = "en") -> str:
    """Name of a language in a language, for people; the code itself when unknown."""
    return _name(code, lang)


@lru_cache(maxsize=4096)
def _read(text: str) -> str | None:
    address = _ADDRESS.fullmatch(text)
    if address:
        text = address.group(1)
    code = _CODE.fullmatch(text)
    if code and (found := _from_code(code.group(1).lower())):
        return found
    names = _names()
    folded = fold(text).strip(" .")
    found = names.get(folded) or names.get(_BRACKETS.sub("", folded).strip())
    return found or _called_both(folded, names)


def _called_both(folded: str, names: dict[str, str]) -> str | None:
    """`Limburgan, Limburgish`: the names that one language goes by; names of two languages give None."""
    codes = [names.get(name) for name in re.split(r"\s*[,;/]\s*", folded)]
    known = {code for code in codes if code}
    return known.pop() if len(known) == 1 and len(codes) - codes.count(None) > 1 else None


def _from_code(code: str) -> str | None:
    if code in _UNKNOWN:
        return None
    if code in _OLD:
        return _OLD[code]
    if len(code) == 2:
        return code if pycountry.languages.get(alpha_2=code) else None
    language = pycountry.languages.get(alpha_3=code) or pycountry.languages.get(bibliographic=code)
    return _shortest(language) if language else None


def _shortest(language: object) -> str:
    return str(getattr(language, "alpha_2", None) or getattr(language, "alpha_3"))  # noqa: B009 - not in pycountry's types


@cache
def _names() -> dict[str, str]:
    """Folded name to code; where two languages share a name, the one that English calls so."""
    names: dict[str, str] = {}
    for language in pycountry.languages:
        if getattr(language, "alpha_3", "") not in _UNKNOWN:
            for part in re.split(r";\s*", language.name):
                names.setdefault(fold(part), _shortest(language))
    english = Locale.parse("en").languages
    for code, name in english.items():
        if _plain(str(code)):
            names[fold(name)] = str(code)
    for namer in dict.fromkeys([*_NAMERS, *_OWN]):
        for code, name in _languages_in(namer).items():
            if _plain(code) and (namer in _NAMERS or code == namer):
                names.setdefault(fold(name), code)
    return names | _EXTRA


def _plain(code: str) -> bool:
    return code.isalpha() and code not in _UNKNOWN and 2 <= len(code) <= 3


@cache
def _languages_in(lang: str) -> dict[str, str]:
    """CLDR's names of languages in a language, as a plain dictionary; empty where CLDR does not know it."""
    try:
        return dict(Locale.parse(lang, sep="-").languages)
    except (UnknownLocaleError, ValueError):
        return {}


@lru_cache(maxsize=4096)
def _name(code: str, lang: str) -> str:
    for spoken in (lang, lang.partition("-")[0], "en"):
        name = _languages_in(spoken).get(code) or _languages_in(spoken).get(code.replace("-", "_"))
        if name:
            return name
    bare = code.partition("-")[0]
    if bare != code:
        return _name(bare, lang) if _name(bare, lang) != bare else code
    found = pycountry.languages.get(alpha_3=code) if len(code) == 3 else None
    return str(found.name) if found else code
