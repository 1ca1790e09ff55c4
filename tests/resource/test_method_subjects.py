"""Subjects under the names of their thesauri."""

from __future__ import annotations

import pytest

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.method import controlled
from reperio.resource.model import Concept
from reperio.resource.reading import Reading
from reperio.source.model import Source


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


def test_a_term_that_is_already_as_it_should_be_is_kept() -> None:
    source = Source.model_validate({"key": "s", "title": "S", "harvest": {"protocol": "files", "path": "."}})
    record = Record(source="s", identifier="r", body=b"", media_type="x/y", fetched="2026-01-02T00:00:00Z")
    draft = Draft(Reading(), record, source, reader="x", kind="study", local_id="a")
    draft.concept("keywords", "ALCOHOL USE", vocabulary="ELSST")
    assert [(each.label, each.vocabulary) for each in draft.finish().keywords] == [("ALCOHOL USE", "ELSST")]
