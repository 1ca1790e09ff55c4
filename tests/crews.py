"""Processes that share the work of a home, to be killed at random; and what a corpus comes to, to be compared."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

import reperio.corpus.spans as spans
import reperio.database.worker as working
import reperio.index.shared as shared
import reperio.record.harvest as harvesting
from homes import SAMPLE, WordsEncoder
from reperio.corpus.tables import JUDGEMENT, SOURCE, STATEMENT
from reperio.database.work import Lease
from reperio.jobs import Crew, Workshop
from reperio.log import configure
from reperio.query.model import Query
from reperio.record.tables import history, record
from reperio.resource.fields import Resource
from reperio.settings import Settings


def workshop(home: Path, url: str, sources: Path = SAMPLE / "sources") -> Workshop:
    """A workshop over a home and a database, with the quick encoder."""
    database = SecretStr(url) if url else None
    made = Workshop(Settings(home=home, sources=sources, model="none", log_level="error", database=database))
    made.__dict__["encoder"] = WordsEncoder()
    return made


def few(home: Path, url: str) -> Workshop:
    """The same over some of the sources: what several processes do to each other does not depend on how many there are."""
    made = workshop(home, url)
    made.__dict__["sources"] = {key: source for key, source in made.sources.items() if key in FEW}
    assert len(made.sources) == len(FEW)
    return made


FEW = ("adruk", "cessda", "closer", "dans", "gesis", "hdruk", "icpsr")


def _work(told: Connection, home: Path, url: str, lease: float, stages: Sequence[str]) -> None:
    """What a process does: works until all is done, and tells at each step what it is at."""
    configure("error", "text")
    spans.SPAN_RECORDS = 4
    harvesting.BATCH_RECORDS = 5
    shared.CHUNK, shared.LEAST, shared.SharedEncoder.at_once = 40, 80, 400
    working.IDLE_SECONDS = 0.05
    crew = Crew(few(home, url), stages, once=True, lease_seconds=lease)
    signal.signal(signal.SIGTERM, lambda *_: crew.stop())
    handlers: dict[str, Any] = dict(crew.worker._handlers)

    def telling(stage: str) -> Any:
        def work(given: Lease) -> None:
            told.send(f"{stage} {given.task.name}")
            handlers[stage](given)
            told.send(f"{stage} ")

        return work

    crew.worker._handlers = {stage: handlers[stage] if stage == "plan" else telling(stage) for stage in handlers}
    told.send("ready")
    crew.run()


class Member:
    """One process, forked from one that has loaded everything; it tells what it is at."""

    def __init__(self, home: Path, url: str, lease: float, stages: Sequence[str] = ()) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crews"])
        self._told, told = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(told, home, url, lease, tuple(stages)), daemon=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(Path(__file__).parent))
            self.process.start()
        told.close()

    def line(self) -> str | None:
        """The next that it tells; None when it ended."""
        try:
            return str(self._told.recv())
        except (EOFError, OSError):
            return None

    def is_over(self) -> bool:
        return not self.process.is_alive()

    def signal(self, number: int) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    def wait(self, seconds: float) -> int | None:
        """Wait for its end, as long as told; gives its exit code."""
        until = time.monotonic() + seconds
        while self.process.is_alive() and time.monotonic() < until:
            self.process.join(0.1)
            while self._told.poll():
                if self.line() is None:
                    break
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            return None
        self._told.close()
        return self.process.exitcode


class Members:
    """Some processes at once; who is killed is replaced."""

    def __init__(self, number: int, home: Path, url: str, lease: float = 5.0, stages: Sequence[str] = ()) -> None:
        self._made = (home, url, lease, stages)
        self.members = [Member(*self._made) for _ in range(number)]
        self.kills: Counter[str] = Counter()

    def kill_at_random(self, seed: int, kills: int) -> int:
        """Kill (SIGKILL) at random moments of random work; gives how often it came to that before all was done."""
        chance = random.Random(seed)
        done = 0
        while done < kills:
            place = chance.randrange(len(self.members))
            doing = self._follow(self.members[place], chance.randint(1, 8))
            if doing is None:
                if all(member.is_over() for member in self.members):
                    break
                continue
            time.sleep(chance.random() * 0.15)
            victim = self.members[place]
            if victim.is_over():
                continue
            victim.signal(signal.SIGKILL)
            victim.wait(10)
            self.kills[doing.split()[0] if doing else "idle"] += 1
            done += 1
            self.members[place] = Member(*self._made)
        return done

    @staticmethod
    def _follow(member: Member, lines: int) -> str | None:
        """Hear some lines of a process; gives the last, None when it ended before."""
        line: str | None = ""
        for _ in range(lines):
            line = member.line()
            if line is None:
                break
        return line

    def finish(self, seconds: float = 600) -> None:
        """Wait until all is done."""
        for member in self.members:
            assert member.wait(seconds) == 0


def without_dates(resource: Resource) -> Any:
    """A resource without the dates on which its records were fetched."""
    origins = tuple(msgspec.structs.replace(origin, date="") for origin in resource.origins)
    return msgspec.structs.replace(resource, origins=origins)


def held(made: Workshop) -> dict[str, Any]:
    """What archive and corpus come to: the same whatever happened on the way, or something was lost or doubled."""
    with made.engine.connect() as connection:
        records = connection.execute(
            select(record.c.source, record.c.identifier, record.c.digest, record.c.deleted)
        ).all()
        versions = connection.execute(select(history.c.source, history.c.identifier, history.c.digest)).all()
        said = select(STATEMENT.c.id, SOURCE.c.name, STATEMENT.c.kind, STATEMENT.c.deleted)
        statements = connection.execute(said.join(SOURCE, SOURCE.c.key == STATEMENT.c.source)).all()
        seqs = list(connection.scalars(select(STATEMENT.c.seq).where(STATEMENT.c.seq > 0)))
        judged = connection.execute(
            select(JUDGEMENT.c.left, JUDGEMENT.c.right, JUDGEMENT.c.verdict, func.count()).group_by(
                JUDGEMENT.c.left, JUDGEMENT.c.right, JUDGEMENT.c.verdict
            )
        ).all()
    assert len(seqs) == len(set(seqs)), "two changes have one number"
    issues = Counter(
        (noted.source, noted.record, noted.issue.code, noted.issue.value) for noted in made.corpus.issues(limit=100_000)
    )
    return {
        "records": sorted(map(tuple, records)),
        "versions": sorted(map(tuple, versions)),
        "statements": sorted(map(tuple, statements)),
        "judgements": sorted(map(tuple, judged)),
        "issues": issues,
        "items": {
            item.id: (without_dates(item.resource), item.slug, item.members, item.variables, item.children)
            for item in made.corpus.walk()
        },
        "counts": made.corpus.counts(),
    }  # fmt: skip


def found(made: Workshop) -> list[Any]:
    """What searching the index gives, by words and by meaning."""
    service = made.service()
    answers = [service.search(Query(text=text, size=30)) for text in ("health", "income sleep", "twins", "")]
    return [(answer.total, sorted(result.item.id for result in answer.results)) for answer in answers]


def undisturbed(home: Path) -> Workshop:
    """The sample as one process makes it of one command after the other."""
    made = few(home, "")
    assert {report.outcome for report in made.harvest()} == {"ok"}
    list(made.read())
    made.index()
    return made
