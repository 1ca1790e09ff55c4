from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from homes import SAMPLE
from reperio.cli import app


def report(home: Path, *more: str, code: int = 0) -> str:
    arguments = ["read", *more, "--home", str(home), "--sources", str(SAMPLE / "sources")]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == code, answer.output
    return answer.output


def test_a_source_is_told_of_in_tables(read_home: Path) -> None:
    said = report(read_home, "ukds", "--report")
    assert "Source ukds" in said
    for part in (
        "Metadata quality",
        "Understood: fields filled",
        "Passed over",
        "Statements without a value",
        "Missing, and how to mend it",
    ):
        assert part in said
    assert "codeBook/stdyDscr" in said


def test_one_record_is_told_of_as_json(read_home: Path) -> None:
    whole = json.loads(report(read_home, "ukds", "--report", "--json"))[0]
    one = whole["missing"][0]["record"]
    (told,) = json.loads(report(read_home, "ukds", "--record", one, "--json"))
    assert told["record"] == one
    assert told["records"] == 1
    assert whole["records"] > 1
    assert whole["quality"]["number"] >= whole["records"]


@pytest.mark.parametrize("arguments", [("--record", "x"), ("ukds", "hdruk", "--record", "x")])
def test_a_record_needs_its_source(read_home: Path, arguments: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(
        app, ["read", *arguments, "--home", str(read_home), "--sources", str(SAMPLE / "sources")]
    )
    assert answer.exception is not None
    assert "needs the key" in str(answer.exception)


def test_a_record_that_is_not_there_is_said(read_home: Path) -> None:
    answer = CliRunner().invoke(
        app,
        ["read", "ukds", "--record", "no such", "--home", str(read_home), "--sources", str(SAMPLE / "sources")],
    )
    assert "no record" in str(answer.exception)


def test_reporting_stores_nothing(read_home: Path) -> None:
    before = (read_home / "reperio.sqlite").read_bytes()
    report(read_home, "hdruk", "--report")
    assert (read_home / "reperio.sqlite").read_bytes() == before
