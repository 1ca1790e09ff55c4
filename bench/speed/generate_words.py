"""The questions a generated catalogue is made of: real ones where the development data lie, else words of the sample.

What is read from the development data is used where it lies and never copied into this repository.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "records"
WORD = re.compile(r"[A-Za-z][a-z]{2,14}")
BRACKETED = re.compile(r"\[(\S+)\s+([^\]]*)\]")
MARKUP = re.compile(r"<[^>]*>")
BLOCK = (4, 28)
"""Fewest and most questions of a block: what is asked together, in one battery."""
STEEPNESS = 0.8
"""Exponent of Zipf's law: how much more often the commonest block is asked than the others."""
MADE_UP = 20_000
LABEL_MAX = 240


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the variable's name, its label, the wording, answers as (code, label), and a topic."""

    name: str
    label: str
    wording: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    topic: str = ""


class Pool:
    """Questions in blocks that are drawn by Zipf's law."""

    def __init__(self, questions: list[Question], chance: random.Random, *, real: bool) -> None:
        self.questions = questions
        self.real = real
        self.blocks: list[range] = []
        start = 0
        while start < len(questions):
            end = min(len(questions), start + chance.randint(*BLOCK))
            self.blocks.append(range(start, end))
            start = end
        chance.shuffle(self.blocks)
        self._sums = list(accumulate((rank + 1) ** -STEEPNESS for rank in range(len(self.blocks))))

    def draw(self, chance: random.Random) -> int:
        """Number of a block."""
        return bisect(self._sums, chance.random() * self._sums[-1])


def load_pool(variables: Path, chance: random.Random) -> Pool:
    """The questions of the folder of real variables; of words of the sample where it is absent."""
    found = list(_distinct(_real(variables))) if variables.is_dir() else []
    if found:
        return Pool(found, chance, real=True)
    return Pool(list(_distinct(_made_up(chance))), chance, real=False)


def _distinct(questions: Iterable[Question]) -> Iterator[Question]:
    met: set[tuple[str, str]] = set()
    for question in questions:
        key = question.label, question.wording
        if (question.label or question.wording) and key not in met:
            met.add(key)
            yield question


def _real(folder: Path) -> Iterator[Question]:
    yield from _alspac(folder / "alspac_variable_catalogue" / "variables.csv.gz")
    for path in sorted(folder.glob("born_in_bradford_datadict/csv/*_variables_meta.csv")):
        yield from _bradford(path)
    yield from _closer(folder / "closer_ml_resources" / "understanding_society_questions_with_topic.jsonl")
    yield from _phenx(folder / "phenx_measures" / "phenx_redcap_items.jsonl.gz")
    yield from _measures(folder / "harmony_mhc_questions")


def _text(raw: object) -> str:
    text = MARKUP.sub(" ", str(raw or ""))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LABEL_MAX]


def _open(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            yield from file
    elif path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file


def _alspac(path: Path) -> Iterator[Question]:
    if path.is_file():
        for row in csv.DictReader(_open(path)):
            yield Question(row["name"], _text(row["lab"]))


def _bradford(path: Path) -> Iterator[Question]:
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8", errors="replace"))):
        answers = tuple((code, _text(label)) for code, label in BRACKETED.findall(row.get("categories") or "")[:12])
        yield Question(row["variable"], _text(row["label"]), answers=answers, topic=_text(row.get("topic")))


def _closer(path: Path) -> Iterator[Question]:
    for number, line in enumerate(_open(path)):
        row = json.loads(line)
        answers = tuple((str(code), _text(answer)) for code, answer in enumerate(row["answers"][:12], 1))
        wording = _text(row["question"])
        yield Question(f"us{number}", wording[:60], wording, answers)


def _phenx(path: Path) -> Iterator[Question]:
    if not path.is_file():
        return
    for line in _open(path):
        row = json.loads(line)
        parts = [part.partition(",") for part in (row.get("choices") or "").split("|")[:12]]
        answers = tuple((str(code), _text(part[2])) for code, part in enumerate(parts, 1) if _text(part[2]))
        yield Question(str(row["var"] or "item")[:40], _text(row["label"]), answers=answers)


def _measures(folder: Path) -> Iterator[Question]:
    for number, line in enumerate(_open(folder / "mhc_questions.txt")):
        wording = _text(line)
        yield Question(f"mhc{number}", wording[:60], wording)


def _made_up(chance: random.Random) -> Iterator[Question]:
    """Questions of runs of words of the sample catalogue: of the right shape, without sense."""
    files = sorted(path for path in SAMPLE.rglob("*") if path.is_file())
    words = [word for path in files for word in WORD.findall(path.read_text(encoding="utf-8", errors="replace"))]
    answers = (("1", "Never"), ("2", "Sometimes"), ("3", "Often"))
    for number in range(MADE_UP):
        start = chance.randrange(max(1, len(words) - 12))
        label = " ".join(words[start : start + chance.randint(3, 10)]).capitalize()
        yield Question(f"q{number}", label, answers=answers if number % 3 else ())
