"""The register of instruments: variants of a name meet, what is in doubt names nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.fields import Resource
from reperio.resource.instruments import NAME_MAX, instrument_named, instruments_in, preferred_name, register
from reperio.resource.reading import Reading
from reperio.source.model import Source

SDQ = "Strengths and Difficulties Questionnaire (SDQ)"


def test_the_register_is_whole() -> None:
    entries = register()
    assert sum(each.version_of is None for each in entries.values()) >= 250
    for key, each in entries.items():
        assert key == each.key
        assert each.name
        assert all(entries[version].version_of == key for version in each.versions)
        assert each.items is None or 0 < each.items < 1000
    labels = [each.label for each in entries.values()]
    assert len(labels) == len(set(labels))


def test_every_entry_is_known_by_its_own_label_unless_two_share_a_name() -> None:
    lost = [each.label for each in register().values() if (found := instrument_named(each.label)) != each and found]
    assert lost == []
    unread = [each.label for each in register().values() if instrument_named(each.label) is None]
    assert len(unread) <= 8, unread


@pytest.mark.parametrize(
    "spelled",
    [
        "SDQ", "Strengths and Difficulties Questionnaire", "Strengths & Difficulties Questionnaire (SDQ)",
        "strength and difficulties questionnaire", "SDQ (parent report)", "Strengths and Difficulties", "SDQ questionnaire",
        "Strengths-and-Difficulties Questionnaires", "Goodman Strengths and Difficulties Questionnaire - teacher",
    ],
)  # fmt: skip
def test_nine_spellings_of_one_questionnaire(spelled: str) -> None:
    assert preferred_name(spelled) == SDQ


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("GHQ 12", "ghq-12"), ("GHQ12", "ghq-12"), ("12-item General Health Questionnaire", "ghq-12"),
        ("General Health Questionnaire-28", "ghq-28"), ("General Health Questionnaire", "ghq"),
        ("CES_D English", "ces-d"), ("CES-D 8", "ces-d-8"), ("Kessler K6", "k6"), ("Short WEMWBS", "swemwbs"),
        ("UCLA Loneliness Scale (3 items)", "ucla-3"), ("SCARED English (adult)", "scared"), ("GAD 7", "gad-7"),
        ("Beck Depression Inventory (BDI-II)", "bdi-ii"), ("Child Behaviour Checklist", "cbcl"),
        ("Raven's Progressive Matrices", "raven-s-progressive-matrices"),
    ],
)  # fmt: skip
def test_versions_and_languages(spelled: str, key: str) -> None:
    found = instrument_named(spelled)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "text", ["", "depression", "scale", "questionnaire", "SDQ and GHQ", "MAAS", "CFQ", "General Health Questionnaire-17", "x" * 9999]
)  # fmt: skip
def test_what_names_none_or_two_names_nothing(text: str) -> None:
    assert instrument_named(text) is None
    assert preferred_name(text) == text


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("SDQ: conduct problems score", ["sdq"]), ("SDQ II general self-concept", []), ("GAD-7-total at wave 3", ["gad-7"]),
        ("Patient Health Questionnaire (PHQ-9) at baseline", ["phq-9"]), ("Total Edinburgh Postnatal Depression Scale", ["epds"]),
        ("GHQ-12 and SF-36", ["ghq-12", "sf-36"]), ("Child health questionnaire at 7", []), ("An audit of home care", []),
        ("Survey of ageing, SCARED of falling", []), ("Who was in the panel", []),
    ],
)  # fmt: skip
def test_titles_name_instruments_only_beyond_doubt(title: str, keys: list[str]) -> None:
    assert [each.key for each in instruments_in(title)] == keys


@given(st.text(max_size=NAME_MAX + 10))
def test_any_text_is_taken(text: str) -> None:
    found = instrument_named(text)
    assert found is None or found == register()[found.key]
    assert all(each == register()[each.key] for each in instruments_in(text))


def _made(title: str, *stated: str) -> Resource:
    source = Source.model_validate({"key": "s", "title": "S", "harvest": {"protocol": "files", "path": "."}})
    record = Record(source="s", identifier="r", body=b"", media_type="x/y", fetched="2026-01-02T00:00:00Z")
    draft = Draft(Reading(), record, source, reader="x", kind="variable", local_id="a")
    draft.text("titles", title)
    draft.add("instruments", *stated)
    return draft.finish()


def test_stated_instruments_fold_and_keep_what_was_stated() -> None:
    made = _made("EPDS total", "SDQ", "Strengths & Difficulties Questionnaire", "Own items")
    assert made.instruments == (SDQ, "Own items")
    assert [(claim.raw, claim.value, claim.how) for claim in made.claims if claim.field == "instruments"] == [
        ("SDQ", SDQ, "stated"), ("Strengths & Difficulties Questionnaire", SDQ, "stated"),
    ]  # fmt: skip


def test_instruments_of_a_label_are_derived() -> None:
    made = _made("SDQ: conduct problems score")
    assert made.instruments == (SDQ,)
    assert [(claim.raw, claim.how) for claim in made.claims] == [("SDQ: conduct problems score", "derived")]
    assert _made("SDQ " + "long " * 100).instruments == ()
