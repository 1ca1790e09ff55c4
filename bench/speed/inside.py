"""What Reperio takes inside one process, warm: searches, completions, lists of variables, meaning.

    python bench/speed/inside.py HOME [--questions 240] [--seed 7]

Prints JSON. The home is only read.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from questions import HEAVY, Asked, Texts, draw
from recall import measure as measure_recall
from timing import Memory, Times, measure, memory

from reperio.index.generation import Generations, load_manifest
from reperio.jobs import Workshop
from reperio.query.model import Chosen, Query, Span
from reperio.query.service import SearchService
from reperio.settings import Settings
from reperio.web.serving import spare_questions

WARM = 60
"""Questions asked before those that count."""
LISTS = ("position", "name", "label")
SEARCHED = ("age", "health", "how often", "number of", "income", "mother", "week", "school")
LARGEST = (
    """SELECT id, variables FROM corpus_item WHERE kind = ? AND lead IS NOT NULL ORDER BY variables DESC LIMIT 1"""
)
RECALLED = 200


class Inside(msgspec.Struct, kw_only=True):
    """What was measured; times in milliseconds, memory in MB."""

    variables: int
    catalogue: int
    model: str
    index_mb: int
    corpus_mb: int
    open_seconds: float
    first_seconds: float
    times: dict[str, Times]
    recall: float | None = None
    distinct_texts: int = 0
    largest_list: int = 0
    largest_study: int = 0
    memory: Memory


def main() -> None:
    """Measure a home and print what was measured."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("--questions", type=int, default=240)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    measured = measure_home(given.home, given.questions, given.seed)
    print(msgspec.json.format(msgspec.json.encode(measured)).decode())


def service_of(home: Path) -> SearchService:
    """The service over a home, with the encoder its index was built with."""
    model = load_manifest(Generations(home / "index").current()).model
    sources = home.parent / "sources"
    settings = Settings(
        home=home,
        sources=sources if sources.is_dir() else Path(__file__).parents[2] / "sample" / "sources",
        model=model_setting(model),
        log_level="error",
    )
    return Workshop(settings).service()


def model_setting(built_with: str) -> Any:
    """The setting that names the encoder an index was built with."""
    name = built_with.partition("-")[0]
    return name if name in {"minilm", "static"} else "none"


def measure_home(home: Path, count: int, seed: int) -> Inside:
    """Measure all, one thing after the other."""
    spare_questions()  # as `reperio serve` does
    started = time.perf_counter()
    service = service_of(home)
    discovery = service.discovery()
    opened = time.perf_counter() - started
    service.search(Query(text="health"))
    first = time.perf_counter() - started
    asked, warm = draw(home, count, seed), draw(home, WARM, seed + 1)
    known = {one.query for one in asked}
    for one in warm:
        if one.query not in known:
            service.search(one.query)
    measured: dict[str, Times] = {}
    _searches(service, asked, measured)
    _completions(service, home, count, seed, measured)
    list_length, study_size = _lists(service, home, seed, measured)
    documents = discovery.index.backend.stats()
    return Inside(
        variables=documents.documents["variables"],
        catalogue=documents.documents["catalogue"],
        model=load_manifest(Generations(home / "index").current()).model,
        index_mb=_megabytes(Generations(home / "index").current()),
        corpus_mb=_megabytes(home / "reperio.sqlite"),
        open_seconds=round(opened, 2),
        first_seconds=round(first, 2),
        times=measured,
        recall=_recall(discovery, home, seed),
        largest_list=list_length,
        largest_study=study_size,
        memory=memory(),
    )


def _searches(service: SearchService, asked: list[Asked], measured: dict[str, Times]) -> None:
    search: Callable[[Asked], object] = lambda one: service.search(one.query)  # noqa: E731
    worded = [one for one in asked if one.query.text and one.query.page == 1 and one.query.sort == "best"]
    measured["search"] = measure(search, worded)
    rest = [one for one in asked if one not in worded]
    measured["search without words, sorted or deep"] = measure(search, rest)
    narrowed = (Chosen("country", ("GB",)),), (Span("year", 1990, 2015), Span("variables", 1, None))
    measured["search, three filters"] = measure(
        lambda one: service.search(msgspec.structs.replace(one.query, chosen=narrowed[0], spans=narrowed[1])), worded
    )
    variables = [msgspec.structs.replace(one.query, scope="variable") for one in worded]
    measured["search among variables"] = measure(service.search, variables)


def _completions(service: SearchService, home: Path, count: int, seed: int, measured: dict[str, Times]) -> None:
    texts = Texts(home, seed + 2)
    titles = [item.resource.title for item in (*texts.catalogue(count // 2), *texts.variables(count // 2))]
    service.suggest("he")
    typed = [text[: texts.random.randint(1, min(14, max(len(text), 1)))] for text in titles if text]
    measured["autocomplete"] = measure(lambda text: service.suggest(text, limit=8), typed)


def largest(home: Path, kind: str) -> tuple[str, int]:
    """Id of the dataset or study with most variables, and their number."""
    code = {"study": 1, "dataset": 2}[kind]
    with sqlite3.connect(f"file:{home / 'reperio.sqlite'}?mode=ro", uri=True) as held:
        row = held.execute(LARGEST, (code,)).fetchone()
    return (str(row[0]), int(row[1])) if row else ("", 0)


def _lists(service: SearchService, home: Path, seed: int, measured: dict[str, Times]) -> tuple[int, int]:
    dataset, length = largest(home, "dataset")
    study, size = largest(home, "study")
    if not dataset:
        return 0, 0
    facets = ("wave", "topic", "instrument")
    pages = np.random.default_rng(seed).integers(0, max(1, length // 50), 24).tolist()
    for sort in LISTS:
        measured[f"largest list by {sort}, any page"] = measure(
            lambda page, by=sort: service.variables(dataset, sort=by, offset=50 * page, limit=50, facets=facets), pages
        )
    words = [*SEARCHED, *(one for one in HEAVY if one not in SEARCHED)]
    measured["largest list, searched"] = measure(
        lambda text: service.variables(dataset, text=text, limit=50, facets=facets), words
    )
    labels = Texts(home, seed + 3)
    texts = labels.runs([item.resource.title for item in labels.variables(80)], 1, 5)[:60]
    if study:
        measured["search inside the largest study"] = measure(
            lambda text: service.variables(study, text=text, limit=50, facets=facets), texts
        )
    return length, size


def _recall(discovery: Any, home: Path, seed: int) -> float | None:
    """Share of the exact ten nearest distinct texts that the index of vectors gives; None without an encoder."""
    if discovery.encoder is None:
        return None
    _, _, found = measure_recall(home, RECALLED, seed)
    return round(found[0].recall, 3) if found else None


def _megabytes(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return round(sum(one.stat().st_size for one in files) / 1e6)


if __name__ == "__main__":
    sys.exit(main())
