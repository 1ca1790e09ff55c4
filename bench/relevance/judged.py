"""Judged sets as Reperio's own resources: what is searched, what is asked, what is relevant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reperio.resource.fields import Resource
from reperio.resource.model import Text

SOURCE = "judged"


@dataclass(frozen=True)
class Judged:
    """A judged set: resources, queries by id, grades by query and resource id."""

    name: str
    resources: list[Resource]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def load_acordar(data: Path) -> Judged:
    return _trec("acordar_dev", data / "relevance" / "acordar_dev")


def load_ntcir(data: Path) -> Judged:
    return _trec("ntcir15", data / "relevance" / "ntcir15_datasearch_partial")


def load_datafinder(data: Path) -> Judged:
    folder = data / "relevance" / "datafinder"
    rows = _lines(next(folder.glob("anserini_search_collections/*/documents.jsonl")))
    resources = [_resource(row["id"], row["id"], row["contents"], row.get("variants") or ()) for row in rows]
    known = {resource.id for resource in resources}
    queries, qrels = {}, {}
    for number, row in enumerate(_lines(folder / "data" / "test_data.jsonl")):
        relevant = {identity(name): 1 for name in row["documents"] if identity(name) in known}
        if relevant:
            queries[str(number)], qrels[str(number)] = row["query"], relevant
    return Judged("datafinder", resources, queries, qrels)


def _trec(name: str, folder: Path) -> Judged:
    resources = []
    for row in _lines(folder / "corpus.jsonl"):
        title, text = row.get("title") or "", row["text"]
        # The text repeats the title at its beginning.
        resources.append(_resource(row["_id"], title, text.removeprefix(title).lstrip(". ")))
    lines = (folder / "queries.tsv").read_text(encoding="utf-8").splitlines()
    queries = dict(line.split("\t", 1) for line in lines if "\t" in line)
    qrels: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.trec").read_text(encoding="utf-8").splitlines():
        query, _, document, grade = line.split()
        qrels.setdefault(query, {})[identity(document)] = int(grade)
    return Judged(name, resources, queries, qrels)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def identity(name: str) -> str:
    return f"{SOURCE}/{name}".lower()


def _resource(name: str, title: str, text: str, others: tuple[str, ...] | list[str] = ()) -> Resource:
    return Resource(
        id=identity(name),
        kind="dataset",
        source=SOURCE,
        titles=(Text(title),) if title else (),
        alternate_titles=tuple(Text(other) for other in others if other != title),
        abstracts=(Text(text),) if text.strip() else (),
    )


SETS: dict[str, Callable[[Path], Judged]] = {
    "acordar_dev": load_acordar,
    "ntcir15": load_ntcir,
    "datafinder": load_datafinder,
}
