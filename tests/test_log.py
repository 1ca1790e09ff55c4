"""Logging: to standard error, in two forms, without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from reperio.log import MOST_CHARACTERS, configure, configure_if_nobody_did, get_logger, trace_of


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_machines_get_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    get_logger("here").info("record.skipped", source="ukds", count=3)
    told = capsys.readouterr()
    assert told.out == ""
    line = json.loads(told.err)
    assert {**line, "timestamp": ""} == {
        "event": "record.skipped", "source": "ukds", "count": 3, "level": "info", "module": "here", "timestamp": "",
    }  # fmt: skip
    assert line["timestamp"].endswith("Z")


def test_people_get_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "text")
    get_logger("here").info("record.skipped", source="ukds")
    told = capsys.readouterr().err
    assert "record.skipped" in told
    assert "ukds" in told
    assert "\x1b[" not in told, "no colours where nobody sees them"


def test_what_is_less_severe_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", "json")
    get_logger("here").info("quiet")
    get_logger("here").warning("loud")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


@pytest.mark.parametrize("key", ["password", "api_key", "Authorization", "resumption_token"])
def test_secrets_are_left_out(capsys: pytest.CaptureFixture[str], key: str) -> None:
    configure("info", "json")
    get_logger("here").info("asked", **{key: "hush"})
    assert "hush" not in capsys.readouterr().err


def test_an_error_carries_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    try:
        int("odd")
    except ValueError:
        get_logger("here").exception("failed")
    assert "ValueError: invalid literal" in json.loads(capsys.readouterr().err)["exception"]


class Shelf:
    """Something large, slow to print, that holds what nobody should read."""

    def __repr__(self) -> str:
        raise AssertionError("printed what a variable held")


def deep(left: int, shelf: Shelf) -> None:
    if not left:
        raise ValueError("odd" * 100_000)
    try:
        deep(left - 1, shelf)
    except ValueError as error:
        if left % 10 == 0:
            raise ValueError(f"at {left}") from error
        raise


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_trace_is_bounded_and_tells_no_variables(
    capsys: pytest.CaptureFixture[str], form: Literal["text", "json"]
) -> None:
    configure("info", form)
    try:
        deep(90, Shelf())
    except ValueError:
        get_logger("here").exception("failed")
    told = capsys.readouterr().err
    assert "ValueError: at 90" in told
    assert "characters left out" in told
    assert len(told) < 1.5 * MOST_CHARACTERS


def test_a_short_trace_is_whole() -> None:
    try:
        int("odd")
    except ValueError as error:
        told = trace_of(error)
    assert told.startswith("Traceback (most recent call last):")
    assert 'int("odd")' in told
    assert told.endswith("ValueError: invalid literal for int() with base 10: 'odd'")


def test_a_program_that_configured_no_logging_gets_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """The default of structlog prints the variables of every call where `rich` is installed."""
    structlog.reset_defaults()
    configure_if_nobody_did()
    try:
        deep(2, Shelf())
    except ValueError:
        get_logger("here").exception("failed")
    told = capsys.readouterr()
    assert told.out == ""
    assert "characters left out" in told.err


def test_a_program_that_configured_logging_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure("error", "json")
    configure_if_nobody_did()
    get_logger("here").warning("loud")
    assert capsys.readouterr().err == ""
