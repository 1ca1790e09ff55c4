"""A writer killed at any moment leaves a whole corpus, and the same harvest again completes it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reperio.corpus.model import Statement
from reperio.corpus.store import Corpus
from reperio.corpus.tables import HELD, RECORD, SOURCE, STATEMENT, TALLY, VARIABLE
from reperio.database import open_database
from reperio.resource.fields import Resource
from reperio.resource.model import Origin, Text

RECORDS, VARIABLES = 60, 40


def statements(round_: int) -> list[Statement]:
    """A harvest: every record changes with the round, and one in five loses half its variables in odd rounds."""
    found = []
    for number in range(RECORDS):
        study = f"k/{number}"
        origins = (Origin("k", str(number), "test", f"20{round_:02}"),)
        held = VARIABLES // 2 if number % 5 == 0 and round_ % 2 else VARIABLES
        resources = [
            Resource(id=study, kind="study", source="k", origins=origins, titles=(Text(f"Study {number}, round {round_}"),)),
            *(
                Resource(
                    id=f"{study}/{at}", kind="variable", source="k", origins=origins, part_of=(study,), name=f"v{at}",
                    titles=(Text(f"round {round_}"),),
                )
                for at in range(held)
            ),
        ]  # fmt: skip
        found.append(Statement(source="k", record=str(number), resources=resources))
    return found


def harvest_for_ever(url: str) -> None:
    """What the killed process does."""
    corpus = Corpus(open_database(url))
    round_ = 0
    while True:
        corpus.replace_many(statements(round_), batch=300)
        corpus.settle()
        round_ += 1
        print(round_, flush=True)  # noqa: T201 - tells the test how far it is


def check(corpus: Corpus) -> None:
    """Every record is of one round, counted right, and readable."""
    with corpus.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        live = select(STATEMENT.c.kind, func.count()).where(STATEMENT.c.deleted == 0).group_by(STATEMENT.c.kind)
        counted = select(TALLY.c.kind, func.sum(TALLY.c.live)).group_by(TALLY.c.kind)
        assert dict(map(tuple, connection.execute(live))) == dict(map(tuple, connection.execute(counted)))
        below = (
            select(STATEMENT.c.parent, func.count())
            .where(STATEMENT.c.deleted == 0, STATEMENT.c.kind == VARIABLE)
            .group_by(STATEMENT.c.parent)
        )
        assert dict(map(tuple, connection.execute(below))) == dict(
            map(tuple, connection.execute(select(HELD.c.parent, HELD.c.variables)))
        )
        seqs = list(connection.scalars(select(STATEMENT.c.seq).where(STATEMENT.c.seq > 0)))
        assert len(seqs) == len(set(seqs))
        assert connection.scalar(select(func.count()).select_from(SOURCE)) == 1
        assert connection.scalar(select(func.count()).select_from(RECORD)) <= RECORDS
    rounds: dict[str, Counter[str]] = {}
    for item in corpus.walk(["variable"]):
        rounds.setdefault(item.resource.part_of[0], Counter())[item.resource.title] += 1
    for study, found in rounds.items():
        assert len(found) == 1, f"{study} mixes rounds"
        round_ = int(next(iter(found)).split()[1])
        expected = next(s for s in statements(round_) if s.resources[0].id == study)
        assert found.total() == len(expected.resources) - 1


@pytest.mark.parametrize("wait_ms", [0, 70, 190])
def test_killed_while_writing(tmp_path: Path, wait_ms: int) -> None:
    url = f"sqlite:///{tmp_path / 'corpus.sqlite'}"
    with subprocess.Popen([sys.executable, __file__, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        done = int(process.stdout.readline())
        time.sleep(wait_ms / 1000)
        process.kill()
    corpus = Corpus(open_database(url))
    check(corpus)
    corpus.replace_many(statements(done), batch=300)
    corpus.settle()
    check(corpus)
    total = sum(len(statement.resources) for statement in statements(done))
    assert sum(corpus.counts().values()) == total == len(list(corpus.walk()))
    assert corpus.find("k/0").variables == len(statements(done)[0].resources) - 1
    corpus.engine.dispose()


if __name__ == "__main__":
    harvest_for_ever(sys.argv[1])
