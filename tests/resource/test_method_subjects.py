"""Subjects under the names of their thesauri."""

from __future__ import annotations

import pytest

from reperio.resource.method import controlled
from reperio.resource.model import Concept


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        (Concept("ALCOHOL USE", "European Language Social Science Thesaurus"), "ELSST"),
        (Concept("Alcohol use", None, "https://elsst.cessda.eu/id/4/0a1b2c"), "ELSST"),
        (Concept("ALCOHOL USE", "HASSET thesaurus (UK Data Archive)"), "HASSET"),
    ],
)
def test_thesauri_have_one_name_and_terms_keep_their_label(stated: Concept, name: str) -> None:
    (found,) = controlled("keywords", stated) or (None,)
    assert found is not None
    assert (found.vocabulary, found.label, found.uri) == (name, stated.label, stated.uri)


def test_other_keywords_stay_as_they_are() -> None:
    assert controlled("keywords", Concept("alcohol", "MeSH")) is None


def test_a_topic_of_cessda_has_its_english_label_and_code() -> None:
    stated = Concept("Hi", None, "https://vocabularies.cessda.eu/vocabulary/TopicClassification?v=4.2#Health")
    (found,) = controlled("topics", stated) or (None,)
    assert found is not None
    assert (found.code, found.label) == ("Health", "Health")
