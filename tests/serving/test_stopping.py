"""A server that is told to stop while people use it: nobody's request fails. Long work stops where it can go on."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from homes import SAMPLE, copy_of

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

START = "from reperio.cli import main; main()"


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REPERIO_")}
    return kept | {"REPERIO_HOME": str(home), "REPERIO_SOURCES": str(SAMPLE / "sources"), "REPERIO_MODEL": "none",
                   "REPERIO_LOG_FORMAT": "json", **more}  # fmt: skip


class Running:
    """A server process and where it listens."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path: str) -> tuple[int, str]:
        connection = self.connect()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def until_ready(self) -> None:
        for _ in range(300):
            try:
                if self.get("/health/ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("the server was not ready in time")


@contextmanager
def serving(home: Path, code: str = START, **more: str) -> Iterator[Running]:
    command = [sys.executable, "-u", "-c", code, "serve", "--port", "0"]
    process = subprocess.Popen(
        command, env=environment(home, **more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        told = next(line for line in process.stdout if "Reperio is at" in line)
        running = Running(process, int(told.split("127.0.0.1:")[1].split("/")[0]))
        running.until_ready()
        yield running
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


class People(threading.Thread):
    """Somebody who asks again and again over a connection that is kept; notes every request that got no whole answer."""

    def __init__(self, running: Running, *, fresh: bool) -> None:
        super().__init__()
        self.running = running
        self.fresh = fresh
        self.done = 0
        self.failed: list[str] = []

    def run(self) -> None:
        connection = self.running.connect()
        while True:
            try:
                connection.connect()
            except OSError:  # it takes nobody in any more, and said so before anything was asked
                return
            while self._ask(connection):
                pass
            connection.close()
            if self.failed:
                return

    def _ask(self, connection: http.client.HTTPConnection) -> bool:
        """Ask once over the connection; whether it may be asked over again."""
        try:
            connection.request("GET", "/search/?query=sleep")
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(f"{type(error).__name__}: {error}")
            return False
        if answer.status != 200 or not body.rstrip().endswith(b"</html>"):
            self.failed.append(f"status {answer.status}")
        self.done += 1
        return not self.fresh and answer.getheader("Connection", "").lower() != "close"


def test_no_request_fails_while_a_server_stops(sample_home: Path, tmp_path: Path) -> None:
    home = copy_of(sample_home, tmp_path / "home")
    with serving(home) as running:
        people = [People(running, fresh=bool(number % 2)) for number in range(6)]
        for one in people:
            one.start()
        while any(one.done < 2 and one.is_alive() for one in people):
            time.sleep(0.05)
        running.process.send_signal(signal.SIGTERM)
        code = running.process.wait(timeout=60)
        for one in people:
            one.join(timeout=60)
        assert code == 0
    assert [one.failed for one in people] == [[]] * 6
    assert min(one.done for one in people) >= 2


SLOW = """
import time
from reperio.query.service import SearchService
real = SearchService.search
def slow(self, query):
    if query.text == "slowly":
        time.sleep({seconds})
    return real(self, query)
SearchService.search = slow
"""


def slow_server(seconds: float) -> str:
    return SLOW.format(seconds=seconds) + START


class Asking(threading.Thread):
    """One slow question."""

    def __init__(self, running: Running) -> None:
        super().__init__()
        self.running = running
        self.status = 0

    def run(self) -> None:
        try:
            self.status, _ = self.running.get("/search/?query=slowly")
        except (OSError, http.client.HTTPException):
            self.status = -1


def test_what_is_under_way_is_answered_and_new_requests_are_refused(sample_home: Path, tmp_path: Path) -> None:
    with serving(copy_of(sample_home, tmp_path / "home"), slow_server(4)) as running:
        asking = Asking(running)
        asking.start()
        time.sleep(0.7)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        with pytest.raises(ConnectionRefusedError):
            running.connect().connect()
        asking.join(timeout=60)
        assert asking.status == 200
        assert running.process.wait(timeout=60) == 0


def test_what_takes_too_long_is_broken_off(sample_home: Path, tmp_path: Path) -> None:
    with serving(copy_of(sample_home, tmp_path / "home"), slow_server(90), REPERIO_STOP_SECONDS="1") as running:
        asking = Asking(running)
        asking.start()
        time.sleep(0.7)
        told = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(timeout=60)
        asking.join(timeout=60)
        assert asking.status != 200
        assert time.monotonic() - told < 45


def test_while_it_drains_it_answers_but_is_not_ready(sample_home: Path, tmp_path: Path) -> None:
    with serving(copy_of(sample_home, tmp_path / "home"), REPERIO_DRAIN_SECONDS="3") as running:
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert running.get("/health/ready")[0] == 503
        assert running.get("/health/live")[0] == 200
        assert running.get("/search/?query=sleep")[0] == 200
        assert running.process.wait(timeout=60) == 0
