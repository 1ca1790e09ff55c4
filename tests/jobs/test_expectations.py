from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reperio.cli import app
from reperio.errors import SourceError
from reperio.jobs import Workshop
from reperio.resource.read.registry import READERS
from reperio.settings import Settings

RECORDS = """\
{"@type": "Dataset", "@id": "one", "name": "Lighthouse keepers", "description": "Who kept the lights."}
{"@type": "Dataset", "@id": "two", "name": "Harbour masters"}
"""


def workshop(directory: Path, more: str) -> Workshop:
    (directory / "sources").mkdir()
    (directory / "records.jsonl").write_text(RECORDS, encoding="utf-8")
    (directory / "sources" / "harbour.yml").write_text(
        "key: harbour\ntitle: Harbour\nharvest: {protocol: files, path: ../records.jsonl, split: lines}\n"
        f"reader: schema_org\n{more}",
        encoding="utf-8",
    )
    return Workshop(Settings(home=directory / "var", sources=directory / "sources", model="none"))


def test_a_field_filled_too_seldom_is_told(tmp_path: Path) -> None:
    made = workshop(tmp_path, "expect: {fill: {titles: 1.0, abstracts: 0.9}}\n")
    list(made.harvest())
    (report,) = made.read()
    assert report.failed_expectations == ["abstracts is filled in 50%, expected 90%."]


def test_what_is_no_field_cannot_be_expected(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="colour"):
        _ = workshop(tmp_path, "expect: {fill: {colour: 1.0}}\n").sources


def test_a_source_is_due_until_it_was_harvested_and_again_when_its_time_has_come(tmp_path: Path) -> None:
    made = workshop(tmp_path, "schedule: weekly\n")
    now = datetime.now(UTC)
    assert made.due(now) == ["harbour"]
    list(made.harvest())
    assert made.due(now) == []
    assert made.due(now + timedelta(days=8)) == ["harbour"]


def test_what_is_never_scheduled_is_never_due(tmp_path: Path) -> None:
    assert workshop(tmp_path, "").due(datetime.now(UTC)) == []


def test_a_landing_page_is_made_for_what_states_none(tmp_path: Path) -> None:
    made = workshop(tmp_path, 'item_url: "https://harbour.example/items/{id}"\n')
    list(made.harvest())
    list(made.read())
    assert made.corpus.item("harbour/one").resource.urls == ("https://harbour.example/items/one",)


def test_a_fault_of_a_reader_forgets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = workshop(tmp_path, "")
    list(made.harvest())
    list(made.read())
    before = made.corpus.item("harbour/one")

    def crash(record: object, source: object) -> object:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setitem(READERS, "schema_org", crash)
        (report,) = made.read(everything=True)
    assert report.issues == {"reader.failed": 2}
    assert report.changed == 0
    assert made.corpus.item("harbour/one") == before
    (report,) = made.read(everything=True)
    assert report.issues == {}
    assert made.corpus.issue_counts("harbour") == {}


def test_a_field_that_an_update_empties_is_told(tmp_path: Path) -> None:
    """Only what changed is read, and judged with what did not."""
    made = workshop(tmp_path, "expect: {fill: {abstracts: 0.5}}\n")
    list(made.harvest())
    (report,) = made.read()
    assert report.failed_expectations == []
    (tmp_path / "records.jsonl").write_text(RECORDS.replace("description", "d"), encoding="utf-8")
    list(made.harvest())
    (report,) = made.read()
    assert report.records == 1
    assert report.failed_expectations == ["abstracts is filled in 0%, expected 50%."]
    (report,) = made.read()
    assert (report.records, report.failed_expectations) == (0, [])


@pytest.mark.parametrize("expect", ["{records_min: 3}", "{records_max: 1}"])
def test_counts_that_are_not_as_expected_fail_the_harvest_and_its_command(tmp_path: Path, expect: str) -> None:
    made = workshop(tmp_path, f"expect: {expect}\n")
    (report,) = made.harvest()
    assert report.outcome == "failed"
    places = ["--home", str(tmp_path / "var"), "--sources", str(tmp_path / "sources")]
    answer = CliRunner().invoke(app, ["harvest", *places])
    assert answer.exit_code == 1
    assert "2 records are held" in " ".join(answer.output.split())


def test_fill_rates_that_are_not_met_fail_the_command(tmp_path: Path) -> None:
    list(workshop(tmp_path, "expect: {fill: {abstracts: 0.9}}\n").harvest())
    answer = CliRunner().invoke(app, ["read", "--home", str(tmp_path / "var"), "--sources", str(tmp_path / "sources")])
    assert answer.exit_code == 1
    assert "abstracts is filled in 50%" in answer.output
