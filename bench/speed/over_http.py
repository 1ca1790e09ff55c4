"""What a real `reperio serve` takes over HTTP: cold start, pages, first bytes, sizes, many clients, memory.

    python bench/speed/over_http.py HOME [--questions 160] [--seed 11] [--change DIRECTORY]

Prints JSON. `--change` names a generated catalogue (`generate.py`) whose 1,000 changed records are harvested, read and
indexed into the home while questions go on, to see when they are found; without it the home is only read.
"""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import msgspec
from change import change
from inside import largest, model_setting
from questions import Asked, Texts, draw
from timing import Memory, Times, cpu_seconds, memory, times

from reperio.index.generation import Generations, load_manifest

CLIENTS = (1, 2, 8)
PATIENCE = 60
ITEM_SLUG = "SELECT slug FROM corpus_item WHERE id = ?"


class Load(msgspec.Struct, kw_only=True):
    """Several clients asking at once: questions a second, and how long one took (ms)."""

    clients: int
    a_second: float
    times: Times


class Change(msgspec.Struct, kw_only=True):
    """1,000 changed records: when all are found and when the work is over (s, from the harvest on), and questions meanwhile."""

    records: int
    visible_seconds: float
    finished_seconds: float
    meanwhile: Times
    failed: int


class OverHttp(msgspec.Struct, kw_only=True):
    """What was measured; times in milliseconds, memory in MB, sizes in KB."""

    cold_seconds: float
    ready_seconds: float
    first_bytes: dict[str, Times]
    compressed_kb: float
    whole_kb: float
    load: list[Load]
    memory: Memory
    change: Change | None = None


def main() -> None:
    """Serve a home, measure, and print what was measured."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("--questions", type=int, default=160)
    options.add_argument("--seed", type=int, default=11)
    options.add_argument("--change", type=Path)
    given = options.parse_args()
    asked = draw(given.home, given.questions, given.seed)
    warm = draw(given.home, 40, given.seed + 1)
    with serving(given.home) as server:
        cold, ready = server.cold_seconds, server.ready_seconds
        for one in warm:
            server.get("/search", one.params)
        first = {name: server.first_bytes(paths) for name, paths in _pages(given.home, asked, given.seed).items()}
        whole, compressed = server.sizes([("/search", one.params) for one in asked[:40]])
        load = [server.load(count, asked[number :: len(CLIENTS)]) for number, count in enumerate(CLIENTS)]
        held = memory(server.pid)
        changed = _changed(server, given.home, given.change, asked) if given.change else None
    measured = OverHttp(
        cold_seconds=cold, ready_seconds=ready, first_bytes=first, compressed_kb=compressed, whole_kb=whole,
        load=load, memory=held, change=changed,
    )  # fmt: skip
    print(msgspec.json.format(msgspec.json.encode(measured)).decode())


class Server:
    """A running server.

    Attributes:
        pid: its process.
        cold_seconds: from its start to the first answer to a search.
        ready_seconds: to the first page of any kind.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        started = time.perf_counter()
        self.pid = process.pid
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, follow_redirects=True)
        self._wait("/search/about", process)
        self.ready_seconds = round(time.perf_counter() - started, 2)
        self.get("/search", [("query", "household income")])
        self.cold_seconds = round(time.perf_counter() - started, 2)

    def _wait(self, path: str, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            try:
                self.client.get(path)
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                return
        raise SystemExit("The server did not start.")

    def get(self, path: str, params: list[tuple[str, str]] = []) -> httpx.Response:  # noqa: B006 - never changed
        """A page."""
        answer = self.client.get(f"{path}?{urlencode(params)}" if params else path)
        answer.raise_for_status()
        return answer

    def first_bytes(self, paths: list[tuple[str, list[tuple[str, str]]]]) -> Times:
        """Time to the first byte of the body, of each page once."""
        wall, cpu = [], []
        for path, params in paths:
            busy, started = cpu_seconds(self.pid), time.perf_counter()
            with self.client.stream("GET", f"{path}?{urlencode(params)}" if params else path) as answer:
                next(answer.iter_raw(1), b"")
                wall.append(time.perf_counter() - started)
                answer.raise_for_status()
            cpu.append(cpu_seconds(self.pid) - busy)
        return times(wall, cpu)

    def sizes(self, paths: list[tuple[str, list[tuple[str, str]]]]) -> tuple[float, float]:
        """Mean size of pages in KB: whole, and as sent to a browser."""
        whole, sent = [], []
        for path, params in paths:
            with self.client.stream(
                "GET", f"{path}?{urlencode(params)}", headers={"Accept-Encoding": "gzip"}
            ) as answer:
                body = b"".join(answer.iter_raw())
                packed = answer.headers.get("content-encoding") == "gzip"
            sent.append(len(body))
            whole.append(len(gzip.decompress(body)) if packed else len(body))
        return round(sum(whole) / len(whole) / 1024, 1), round(sum(sent) / len(sent) / 1024, 1)

    def load(self, clients: int, asked: list[Asked]) -> Load:
        """Questions over the API by several clients at once, each of them its share."""
        wall: list[float] = []
        used = cpu_seconds(self.pid)
        shares = [asked[number::clients] for number in range(clients)]
        started = time.perf_counter()
        threads = [threading.Thread(target=self._ask, args=(share, wall)) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - started
        cpu = (cpu_seconds(self.pid) - used) / max(1, len(wall))
        return Load(clients=clients, a_second=round(len(wall) / took, 1), times=times(wall, [cpu] * len(wall)))

    def _ask(self, asked: list[Asked], wall: list[float]) -> None:
        with httpx.Client(base_url=self.client.base_url, timeout=PATIENCE) as client:
            for one in asked:
                started = time.perf_counter()
                client.get(f"/api/v1/search?{urlencode(one.params)}").raise_for_status()
                wall.append(time.perf_counter() - started)


def environment(home: Path) -> dict[str, str]:
    """The environment of a `reperio` over a home, with the encoder its index was built with."""
    model = load_manifest(Generations(home / "index").current()).model
    sources = home.parent / "sources"
    given = {name: value for name, value in os.environ.items() if not name.startswith("REPERIO_")}
    return given | {
        "REPERIO_HOME": str(home),
        "REPERIO_SOURCES": str(sources if sources.is_dir() else Path(__file__).parents[2] / "sample" / "sources"),
        "REPERIO_MODEL": str(model_setting(model)),
        "REPERIO_LOG_LEVEL": "error",
        "REPERIO_ADMIN": "false",
        "REPERIO_FEEDBACK": "false",
    }


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from reperio.cli import main; main()", *arguments]


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """A server over a home on a free port, stopped in the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(_command("serve", "--port", str(port)), env=environment(home), stdout=subprocess.DEVNULL)
    try:
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def _pages(home: Path, asked: list[Asked], seed: int) -> dict[str, list[tuple[str, list[tuple[str, str]]]]]:
    texts = Texts(home, seed + 5)
    dataset, _ = largest(home, "dataset")
    with sqlite3.connect(f"file:{home / 'reperio.sqlite'}?mode=ro", uri=True) as held:
        slug = str(held.execute(ITEM_SLUG, (dataset,)).fetchone()[0]) if dataset else ""
    pages: dict[str, list[tuple[str, list[tuple[str, str]]]]] = {
        "home": [("/search", [])] * 10,
        "search": [("/search", one.params) for one in asked[:60]],
        "item": [(f"/search/items/{item.slug}", []) for item in texts.catalogue(40)],
        "variable": [(f"/search/items/{item.slug}", []) for item in texts.variables(20)],
    }
    if slug:
        each = [[], [("sort", "label")], [("sort", "name")], [("page", "9")], [("query", "age")], [("query", "income")]]
        pages["variables"] = [(f"/search/items/{slug}/variables", params) for params in each * 3]
    return pages


class Worker:
    """A process that stands ready to bring a home up to date."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def bring_up_to_date(self) -> None:
        """Let it begin."""
        assert self._process.stdin
        self._process.stdin.write("on\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        """Wait until it is done."""
        assert self._process.stdout
        if not any(line == "done\n" for line in self._process.stdout):  # the log may stand between
            raise SystemExit("Bringing the home up to date failed.")


@contextmanager
def _worker(home: Path) -> Iterator[Worker]:
    given = environment(home)
    if given["REPERIO_MODEL"] == "static":  # it stands in for the encoder that the settings name
        given |= {"REPERIO_MODEL": "minilm", "REPERIO_MULTILINGUAL": "off"}
    command = [sys.executable, str(Path(__file__).with_name("standing.py"))]
    process = subprocess.Popen(command, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Worker(process)
    finally:
        process.communicate()


def _changed(server: Server, home: Path, directory: Path, asked: list[Asked]) -> Change:
    """Change 1,000 records and see when they are found, while questions go on.

    What brings the home up to date stands ready (`standing.py`) and did so once before, as `reperio work` does.
    """
    stop = threading.Event()
    wall: list[float] = []
    failed: list[str] = []

    def ask_on() -> None:
        with httpx.Client(base_url=server.client.base_url, timeout=PATIENCE) as client:
            while not stop.is_set():
                for one in asked:
                    started = time.perf_counter()
                    try:
                        client.get(f"/api/v1/search?{urlencode(one.params)}").raise_for_status()
                    except httpx.HTTPError as error:
                        failed.append(str(error))
                    wall.append(time.perf_counter() - started)
                    if stop.is_set():
                        return

    with _worker(home) as worker:
        change(directory, 1000, 20, int(time.time()) - 1)
        worker.bring_up_to_date()
        worker.wait()
        mark = int(time.time())
        count = change(directory, 1000, 20, mark)
        words = [("query", f'"revised {mark}"'), ("resource_type", "variable")]
        asking = threading.Thread(target=ask_on)
        asking.start()
        started = time.perf_counter()
        worker.bring_up_to_date()
        while server.get("/api/v1/search", words).json()["total"] < count:
            if time.perf_counter() - started > PATIENCE:
                raise SystemExit("The changes did not become visible.")
            time.sleep(0.05)
        visible = time.perf_counter()
        worker.wait()
        finished = time.perf_counter()
    stop.set()
    asking.join()
    return Change(
        records=count,
        visible_seconds=round(visible - started, 2),
        finished_seconds=round(finished - started, 2),
        meanwhile=times(wall, [0.0] * len(wall)),
        failed=len(failed),
    )


if __name__ == "__main__":
    sys.exit(main())
