"""Which language a text is in, told by its function words; and which words are too common to demand.

Sentences of the eleven languages below are told apart well, titles often, single words hardly: then nothing is said.
Norwegian is Bokmål here; it is told from Danish by the few words that differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

from reperio.index.compounds import STOP_WORDS

_FUNCTION_WORDS: Final = {
    "de": "der die das und in den von zu mit sich des auf fur ist im dem nicht ein eine als auch es an werden aus er hat "
          "dass sie nach wird bei einer um am sind noch wie einem uber einen so zum haben nur oder aber vor zur bis mehr "
          "durch wurde sowie zwischen ihre seiner unter wurden deren diese dieser sein ihrer welche beim ob wenn ihr",
    "nl": "de het een en van in is dat op te zijn voor met die niet aan er om ook als dan maar bij uit ze nog door over "
          "naar heeft hebben wordt worden deze tot kan wat werd zich hun onder tussen dit wie hoe welke waar geen of "
          "werden onderzoek vragen",
    "fr": "le la les de des du un une et en est que qui dans pour pas au aux sur avec ce ces par plus ou son sa ses leur "
          "leurs cette il elle ils sont ont ete etre comme mais nous vous entre sans dont tout ainsi chez lors selon",
    "es": "el la los las de del un una y en que es por con para no se su sus al lo como mas o pero entre sobre sin desde "
          "este esta estos estas son fue ha han ser muy tambien hasta cuando donde quien segun durante cada",
    "pt": "o a os as de do da dos das um uma e em no na nos nas que por com para nao se seu sua seus suas ao aos mais "
          "como mas ou entre sobre sem desde este esta estes estas sao foi ser muito tambem ate quando onde pela pelo "
          "pelos pelas",
    "fi": "ja on ei ettei etta se oli ovat tai myos kuin mutta niin han joka jotka sen ole hyvin kun jos voi mita tassa "
          "olla kuinka miten vain seka koska ovatko oliko naiden niiden jonka joita jossa joissa eri mukaan kanssa "
          "tutkimus aineisto tutkimuksessa aineistossa kysyttiin lisaksi muun muassa suomalaisten",
    "sv": "och att det som en pa ar av for med den till i inte om ett har de men var sig fran vi kan man nar eller hur "
          "vid mot efter under mellan aven detta denna dessa vilka samt genom deras sina inom ska skulle bland hos ocksa",
    "no": "og at det som en pa er av for med den til i ikke om et har de men var seg fra vi kan nar eller hvordan ved mot "
          "etter under mellom ogsa dette denne disse hvilke samt gjennom deres sine innen skal skulle blant hos ble hva bare barn noen hvor",
    "da": "og at det som en pa er af for med den til i ikke om et har de men var sig fra vi kan nar eller hvordan ved mod "
          "efter under mellem ogsa dette denne disse hvilke samt gennem deres sine inden skal skulle blandt hos blev hvad bare nogen hvor mere",
    "it": "il lo la i gli le di del della dei delle dello degli un una e in che per con non si su al alla ai alle da dal "
          "dalla nel nella nei nelle sono ha hanno o ma come piu anche tra fra questo questa quale quali sulla sul essere "
          "dati loro sia stato stata",
}  # fmt: skip

LANGUAGES: Final = ("en", *_FUNCTION_WORDS)
"""Languages that are told apart, and stemmed, each by its own rules."""

_EVERY: Final[dict[str, frozenset[str]]] = {"en": STOP_WORDS} | {
    language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()
}
_DOUBTFUL: Final = (
    "die van over men man per son come sin dove me no on of was is so den ole hat fat all art bis be ha has do at for "
    "en om til fra bland sina under not vain et kun hos var mot la un du es si se lo e o a i y dati sia male pour main"
)
_ALSO_ENGLISH: Final = frozenset(_DOUBTFUL.split())
"""Words that also are English, or of several languages: half a reason each."""

_LANGUAGES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    word: tuple(language for language, words in _EVERY.items() if word in words)
    for word in frozenset[str]().union(*_EVERY.values())
}
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS: Final = {"ß": "de", "ñ": "es", "¿": "es", "ã": "pt", "õ": "pt"}

MOST_CHARACTERS: Final = 2_000
SURE: Final = 2.0  # reasons from which a text is in a language
LEAD: Final = 1.25  # times the reasons for the next language
SURE_OF_QUERY: Final = 0.9  # in a query of few words, one word of one language is enough


@lru_cache(maxsize=1024)
def primary(tag: str | None) -> str:
    """The language of a tag (BCP 47) as it is stemmed: Bokmål and Nynorsk are Norwegian; empty without a tag."""
    code = (tag or "").lower().replace("_", "-").split("-", 1)[0]
    return "no" if code in {"nb", "nn"} else code


def detect(text: str, *, sure: float = SURE) -> str:
    """Tell the language of a text; empty when it is not sure."""
    reasons = _reasons(text[:MOST_CHARACTERS])
    ranked = sorted(reasons.items(), key=lambda pair: -pair[1])
    (best, most), (_, next_most) = [*ranked, ("", 0.0), ("", 0.0)][:2]
    return best if most >= sure and most >= LEAD * next_most else ""


@lru_cache(maxsize=1024)
def detect_query(text: str) -> str:
    """Tell the language of what was typed, of which there is little; empty when nothing tells."""
    return detect(text, sure=SURE_OF_QUERY)


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """Words of a query too common to demand: English ones, and those of the language it is in."""
    return _common_in(detect_query(" ".join(texts)))


@cache
def _common_in(language: str) -> frozenset[str]:
    return STOP_WORDS | _EVERY[language] if language else STOP_WORDS


def is_common(text: str, common: frozenset[str]) -> bool:
    """Whether a text is one of the common words, whatever its accents."""
    return _folded(text.strip()) in common


def _reasons(text: str) -> dict[str, float]:
    reasons: defaultdict[str, float] = defaultdict(float)
    for word in _WORD.findall(_folded(text)):
        languages = _LANGUAGES_OF.get(word, ())
        for language in languages:
            # What several languages share says little for each of them.
            share = 1 / len(languages)
            reasons[language] += share / 2 if word in _ALSO_ENGLISH and language != "en" else share
    lower = text.lower()
    for letter, language in _LETTERS.items():
        if letter in lower:
            reasons[language] += 1.0
    return reasons


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
