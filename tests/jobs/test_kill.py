"""A process killed at any moment: what was committed stays, the old index answers, the next run completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from homes import ROOT, WordsEncoder, copy_of, workshop
from reperio.index.library import Library
from reperio.jobs import Workshop
from reperio.query.model import Query

STAGE = """
import sys
from pathlib import Path
from homes import WordsEncoder, workshop
import reperio.index.build as build
import reperio.index.vectors as vectors

stage, home, sources, slow = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
vectors.CHUNK = 50
made = workshop(home, WordsEncoder(), sources)

def told(name, count):
    if name == slow or slow == "any":
        print(name, flush=True)

if stage == "read":
    list(made.read(everything=True, progress=told))
else:
    made.index(full=stage == "build", progress=told)
print("done", flush=True)
"""


def kill_at(stage: str, home: Path, sources: Path, slow: str, steps: int) -> bool:
    """Run a stage in a process, kill it after so many steps were told; whether it was killed before its end."""
    running = subprocess.Popen(
        [sys.executable, "-c", STAGE, stage, str(home), str(sources), slow],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
    )  # fmt: skip
    assert running.stdout is not None
    try:
        for met, line in enumerate(running.stdout, 1):
            if line == "done\n":
                return False
            if met >= steps:
                return True
        raise AssertionError("the stage ended without a word")
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()


def state(made: Workshop) -> tuple[object, ...]:
    """What is held, in figures that agree only when all of it does."""
    counts = made.corpus.counts()
    service = made.service()
    searches = [service.search(Query(text=text, size=30)) for text in ("health", "income sleep", "twins", "")]
    found = [(answer.total, answer.scopes, [result.item.id for result in answer.results]) for answer in searches]
    return counts, found, service.discovery().index.backend.stats().documents


@pytest.fixture
def sources() -> Path:
    return ROOT / "sample" / "sources"


@pytest.mark.parametrize("steps", [1, 6, 12])
def test_killed_while_reading(tmp_path: Path, sample_home: Path, sources: Path, steps: int) -> None:
    home = copy_of(sample_home, tmp_path / "home")
    whole = state(workshop(home, WordsEncoder(), sources))
    assert kill_at("read", home, sources, "any", steps)
    made = workshop(home, WordsEncoder(), sources)
    assert made.service().search(Query(text="health")).total, "the index answers still"
    list(made.read())
    made.index()
    assert state(workshop(home, WordsEncoder(), sources)) == whole
    assert not any(report.records for report in made.read())


@pytest.mark.parametrize(("slow", "steps"), [("variables", 1), ("variables", 1500), ("catalogue", 100), ("texts", 2)])
def test_killed_while_building(tmp_path: Path, sample_home: Path, sources: Path, slow: str, steps: int) -> None:
    home = copy_of(sample_home, tmp_path / "home")
    for path in (home / "cache").rglob("*.*"):
        path.unlink()
    whole = state(workshop(home, WordsEncoder(), sources))
    before = Library(home / "index").stamp()
    assert kill_at("build", home, sources, slow, steps)
    made = workshop(home, WordsEncoder(), sources)
    assert made.service().search(Query(text="health")).total
    if slow != "texts":
        assert made.library.stamp() == before, "what was not finished is not in use"
    report = made.index()
    assert report.documents
    assert state(workshop(home, WordsEncoder(), sources)) == whole
    again = made.index()
    assert (again.rebuilt, again.written, again.encoded) == (False, 0, 0)
