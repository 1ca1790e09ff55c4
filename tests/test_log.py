"""Logging: to standard error, in two forms, without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import structlog

from reperio.log import configure, get_logger


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
