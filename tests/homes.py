"""Homes made from the sample catalogue through the real stages, made once a test run and shared by every process of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from reperio.index.encoder import Encoder, Vectors
from reperio.jobs import Workshop
from reperio.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample"


class WordsEncoder:
    """A quick stand-in for a sentence encoder: texts that share the beginnings of words lie close."""

    name = "beginnings-1"
    dimensions = 64
    max_tokens = 10_000
    related = 0.3
    close_match = 0.8

    def encode(self, texts: Sequence[str], *, purpose: str = "passage") -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w{3,}", text.lower()):
                digest = hashlib.blake2b(word[:5].encode(), digest_size=8).digest()
                row[digest[0] % self.dimensions] += 1 if digest[1] % 2 else -1
            row /= max(float(np.linalg.norm(row)), 1e-9)  # noqa: PLW2901 - a view
        return rows


def workshop(home: Path, encoder: Encoder | None = None, sources: Path = SAMPLE / "sources") -> Workshop:
    """A workshop over a home, with the encoder given in place of the settings' one."""
    made = Workshop(Settings(home=home, sources=sources, model="none", log_level="error"))
    made.__dict__["encoder"] = encoder
    return made


def drain(made: Workshop) -> None:
    """Harvest and read everything."""
    assert all(report.outcome == "ok" for report in made.harvest())
    assert list(made.read())


def copy_of(home: Path, to: Path) -> Path:
    """A home of one's own, to change."""
    shutil.copytree(home, to)
    return to


def corpus_of(home: Path, to: Path) -> Path:
    """Another home with the same corpus and no index, copied whole while others may have it open."""
    to.mkdir()
    with (
        closing(sqlite3.connect(home / "reperio.sqlite")) as here,
        closing(sqlite3.connect(to / "reperio.sqlite")) as there,
    ):
        here.backup(there)
    return to


def _shared(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _once(directory: Path, name: str, make: object) -> Path:
    """Make a home once for all processes of a test run."""
    home = directory / name
    with (directory / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            shutil.rmtree(home, ignore_errors=True)
            make(home)  # type: ignore[operator]
            (home / "done").touch()
    return home


@pytest.fixture(scope="session")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, harvested and read, not indexed."""
    return _once(_shared(tmp_path_factory), "sample-read", lambda home: drain(workshop(home)))


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, read_home: Path) -> Path:
    """The sample, indexed with the quick encoder. Not to be changed."""

    def make(home: Path) -> None:
        workshop(copy_of(read_home, home), WordsEncoder()).index()

    return _once(_shared(tmp_path_factory), "sample-words", make)


@pytest.fixture(scope="session")
def minilm_home(tmp_path_factory: pytest.TempPathFactory, read_home: Path) -> Path:
    """The sample, indexed with the default encoder. Not to be changed."""

    def make(home: Path) -> None:
        copy_of(read_home, home)
        Workshop(Settings(home=home, sources=SAMPLE / "sources", log_level="error")).index()

    return _once(_shared(tmp_path_factory), "sample-minilm", make)
