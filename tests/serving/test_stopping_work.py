"""Long work that is told to stop ends after what was committed, and goes on from there; its events carry a number."""

from __future__ import annotations

import json
import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from homes import workshop
from reperio.cli import stopping
from reperio.cli.app import app
from reperio.cli.stopping import STOPPED, stoppable
from reperio.log import adopt, configure, get_logger, run


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def tell_to_stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_it_ends_at_the_next_safe_point() -> None:
    done = []
    before = signal.getsignal(signal.SIGTERM)

    def work() -> None:
        with stoppable("read", lambda *_: None) as step:
            for number in range(5):
                done.append(number)
                if number == 2:
                    tell_to_stop()
                    done.append(-1)
                step("read", 1)

    with pytest.raises(SystemExit) as stopped:
        work()
    assert stopped.value.code == STOPPED
    assert done == [0, 1, 2, -1]
    assert signal.getsignal(signal.SIGTERM) == before


def test_signals_do_what_they_did_when_a_worker_has_ended(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    answer = CliRunner().invoke(app, ["work", "--once", "--home", str(tmp_path / "home"), "--sources", str(tmp_path)])
    assert "0 pieces of work were finished" in answer.output
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def broken_off(times: int, seconds: float) -> None:
    with stoppable("read", lambda *_: None):
        for _ in range(times):
            tell_to_stop()
        time.sleep(seconds)
        raise AssertionError("not reached")


def test_a_second_signal_breaks_it_off() -> None:
    with pytest.raises(SystemExit):
        broken_off(2, 0)


def test_without_a_safe_point_it_is_broken_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "PATIENCE_SECONDS", 0.05)
    with pytest.raises(SystemExit):
        broken_off(1, 20)


def test_work_that_ended_before_it_was_noticed_says_that_it_was_stopped() -> None:
    with pytest.raises(SystemExit), stoppable("read", lambda *_: None):
        tell_to_stop()


def test_what_was_stopped_goes_on(tmp_path: Path) -> None:
    """Harvest and reading of the sample, each stopped in the middle: in the end everything is there, once."""
    steps = 0

    def told(_stage: str, _count: int) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            tell_to_stop()

    first = workshop(tmp_path / "home")
    with pytest.raises(SystemExit), stoppable("harvest", told) as step:
        list(first.harvest(progress=step))
    assert steps == 3
    outcomes = [one.outcome for one in first.archive.runs()]
    assert outcomes.count("interrupted") == 1
    assert {"ok", "interrupted"} >= set(outcomes)
    again = workshop(tmp_path / "home")
    assert all(report.outcome == "ok" for report in again.harvest())
    steps = 0
    with pytest.raises(SystemExit), stoppable("read", told) as step:
        list(again.read(progress=step))
    assert again.corpus.last_seq() > 0
    list(again.read())
    assert again.corpus.counts()["variable"] == 2550


def test_events_of_a_run_carry_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    with run("harvest") as number:
        get_logger("here").info("record.skipped")
    get_logger("here").info("afterwards")
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in told] == ["run.started", "record.skipped", "run.ended", "afterwards"]
    assert [one.get("run_id") for one in told] == [number, number, number, None]
    assert (told[2]["outcome"], told[2]["stage"]) == ("done", "harvest")


def test_a_run_that_was_broken_off_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    with pytest.raises(KeyError), run("index"):
        raise KeyError
    assert json.loads(capsys.readouterr().err.splitlines()[-1])["outcome"] == "broken off"


def test_what_libraries_say_is_an_event_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    adopt("somebody.else", 30)
    logging.getLogger("somebody.else").warning("Invalid HTTP request received.")
    logging.getLogger("somebody.else").info("not this")
    (told,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (told["event"], told["said"], told["level"]) == (
        "library.said", "Invalid HTTP request received.", "warning",
    )  # fmt: skip
