"""Terms of the vocabularies of method: by code, address, label in any language, and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.text.terms import Vocabulary, is_label, read_terms

VOCABULARIES: tuple[Vocabulary, ...] = (
    "TimeMethod", "AnalysisUnit", "SamplingProcedure", "ModeOfCollection", "TopicClassification",
)  # fmt: skip


def codes(vocabulary: Vocabulary, raw: str) -> list[str]:
    return [term.code for term in read_terms(vocabulary, raw)]


@pytest.mark.parametrize(
    ("vocabulary", "raw", "expected"),
    [
        ("TimeMethod", "Longitudinal.Panel", ["Longitudinal.Panel"]),
        ("TimeMethod", "longitudinal.panel", ["Longitudinal.Panel"]),
        ("TimeMethod", "Längsschnitt: Panel", ["Longitudinal.Panel"]),
        ("TimeMethod", "Poikkileikkausaineisto", ["CrossSection"]),
        ("TimeMethod", "https://ddialliance.org/Specification/DDI-CV/TimeMethod_1.2.html#TimeSeries", ["TimeSeries"]),
        ("TimeMethod", "https://vocabularies.cessda.eu/vocabulary/AnalysisUnit?code=Individual", []),
        ("TimeMethod", "a study that is not longitudinal", []),
        ("TimeMethod", "wiederholter Querschnitt seit 1990", ["Longitudinal.TrendRepeatedCrossSection"]),
        ("AnalysisUnit", "Families/households", ["Family", "Household"]),
        ("AnalysisUnit", "A student of medicine", ["Individual"]),
        ("AnalysisUnit", "Student records", []),
        ("AnalysisUnit", "A team of students", []),
        ("SamplingProcedure", "convenience and purposeful sampling", ["Nonprobability.Availability", "Nonprobability.Purposive"]),
        ("SamplingProcedure", "Non-probability: Quota", ["Nonprobability.Quota"]),
        ("SamplingProcedure", "Schools were drawn by multi-stage stratified sampling", ["Probability.Multistage"]),
        ("SamplingProcedure", "no random sample was drawn", []),
        ("SamplingProcedure", "Everyone in the village", []),
        ("ModeOfCollection", "Telephone interview (CATI)", ["Interview.Telephone.CATI"]),
        ("ModeOfCollection", "Kasvokkainen haastattelu", ["Interview.FaceToFace"]),
        ("ModeOfCollection", "Face-to-face interview; Transcription", ["Interview.FaceToFace", "Transcription"]),
        ("ModeOfCollection", "Online survey using a panel of ours", ["SelfAdministeredQuestionnaire.CAWI"]),
        ("ModeOfCollection", "see the report", []),
        ("TopicClassification", "https://vocabularies.cessda.eu/vocabulary/TopicClassification?v=4.2#Psychology", ["Psychology"]),
    ],
)  # fmt: skip
def test_statements(vocabulary: Vocabulary, raw: str, expected: list[str]) -> None:
    assert codes(vocabulary, raw) == expected


def test_a_term_is_told_from_a_sentence_that_names_one() -> None:
    assert is_label("ModeOfCollection", "Entretien téléphonique")
    assert not is_label("ModeOfCollection", "Most were asked in a telephone interview, some by post")


def test_addresses_lead_back_to_their_terms() -> None:
    for vocabulary in VOCABULARIES[:4]:
        [term] = read_terms(vocabulary, {"TimeMethod": "Panel", "AnalysisUnit": "Persons", "SamplingProcedure": "Quota sample",
                                         "ModeOfCollection": "CAPI"}[vocabulary])  # fmt: skip
        assert read_terms(vocabulary, term.uri) == (term,)


@given(st.sampled_from(VOCABULARIES), st.text(max_size=300))
def test_any_text_is_taken(vocabulary: Vocabulary, raw: str) -> None:
    found = read_terms(vocabulary, raw)
    assert len(found) == len(set(found))
    assert all(read_terms(vocabulary, term.code) == (term,) for term in found)
