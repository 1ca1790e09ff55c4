"""Languages told by their function words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.language import LANGUAGES, common_words, detect, detect_query, is_common, primary

SENTENCES = {
    "en": "The survey asks adults about their work and how they are paid for it.",
    "de": "Die Befragung richtet sich an Erwachsene und fragt nach der Arbeit und dem Lohn.",
    "nl": "Het onderzoek vraagt volwassenen naar hun werk en hoe zij daarvoor worden betaald.",
    "fr": "L'enquête interroge les adultes sur leur travail et la manière dont ils sont payés.",
    "es": "La encuesta pregunta a los adultos por su trabajo y por el salario que reciben.",
    "pt": "O inquérito pergunta aos adultos sobre o seu trabalho e não sobre os seus salários.",
    "fi": "Kyselyssä kysyttiin, mitä työtä aikuiset tekevät ja kuinka siitä on maksettu.",
    "sv": "Undersökningen handlar om vuxnas arbete och hur de får betalt för det.",
    "no": "Undersøkelsen handler om hvordan voksne arbeider og hva de tjener, fra 1990 til 1995.",
    "da": "Undersøgelsen handler om hvordan voksne arbejder, og hvad de blev betalt af deres arbejdsgiver.",
    "it": "L'indagine chiede agli adulti del loro lavoro e di come sono pagati.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_told(language: str) -> None:
    assert detect(SENTENCES[language]) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Arbeit und Gesundheit", "de"),
        ("enquête sur les jeunes", "fr"),
        ("trygghet och arbete", "sv"),
        ("salud de los niños", "es"),
        ("household income", ""),
        ("BCS70", ""),
        ("son preference", ""),
        ("die", ""),
        ("", ""),
        ("people who die of cancer", "en"),
    ],
)
def test_a_query_is_told_by_less_and_a_word_of_two_languages_tells_nothing(text: str, language: str) -> None:
    assert detect_query(text) == language


def test_common_words_are_those_of_the_language_spoken() -> None:
    german = common_words(["Arbeit", "und", "die", "Gesundheit"])
    assert is_common("und", german)
    assert is_common("FÜR", german)
    assert not is_common("die", common_words(["people", "who", "die"]))
    assert is_common("who", common_words([]))


@pytest.mark.parametrize(
    ("tag", "language"), [("en-GB", "en"), ("nb", "no"), ("nn-NO", "no"), ("DE", "de"), (None, ""), ("", "")]
)
def test_tags_become_languages(tag: str | None, language: str) -> None:
    assert primary(tag) == language


@given(st.text())
def test_any_text_is_told_or_not(text: str) -> None:
    assert detect(text) in {"", *LANGUAGES}
