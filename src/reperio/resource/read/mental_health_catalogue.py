"""Reader `mental_health_catalogue`: the Catalogue of Mental Health Measures' PostgREST rows, and its export as a table.

A row of `studies` gives a study. A row of `sweep_instruments` gives the dataset of its sweep and a variable for each of
its questions, with scale, response scale, informant and period. Rows may come alone, in a list, or as
`{"studies": [...], "sweep_instruments": [...]}`. What stands for questions without being one ("varied", "many items",
a bare number) gives the issue `question.filler`.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.instruments import instrument_named, preferred_name
from reperio.resource.model import Category, Claim
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.spreadsheet_rows import Describe, say_row
from reperio.resource.read.stated import is_placeholder
from reperio.source.model import Source
from reperio.text.html import plain_text

NAME = "mental_health_catalogue"
NAMES = {"mh_study_id": "study_id", "lps_name": "title", "sample_type": "study_design", "themes": "related_themes"}
"""Columns of the exported table by their names in the API."""
STUDY = Describe(
    id="{study_id}",
    kind="study",
    fields={
        "titles": ["title", "study_name", "study_id"], "abstracts": ["aims"], "url": ["website"], "topics": ["related_themes"],
        "design": ["study_design"], "places": ["geographic_coverage_nations", "geographic_coverage_regions", "geographic_coverage"],
        "start": ["start_date"], "end": ["end_date"], "size": ["sample_size_at_recruitment"], "ages": ["age_at_recruitment"],
        "sex": ["sex"], "access": ["data_access"], "genetic": ["genetic_data_collected"], "population": ["sample_characteristics"],
        "publisher": ["institution"], "funder": ["funders"],
    },
)  # fmt: skip
BREAK = re.compile(r"\s*(?:<br\s*/?>|\n|\r)+\s*", re.IGNORECASE)
FILLER = re.compile(
    r"\W*(\d+(\s*(items?|questions?))?|varied|various|many (items|questions)( .*)?|multiple (items|questions)|see .{0,40}"
    r"|(if )?(yes|no)(\s*[-–:]\s*(go to|skip).*)?|(go|skip) to .*|copyright.*|not available.*)\W*",
    re.IGNORECASE | re.DOTALL,
)
NUMBERED = re.compile(r"^\s*(?:\(?(?:\d{1,3}|[a-z])[.):]|[-•*])\s+", re.IGNORECASE)
OPTION = re.compile(r"\s*(-?\d{1,4})\s*[=:.)-]\s*(\S.*)", re.DOTALL)
TAKEN = frozenset({"study_id", "sweep_id", "id", "sweep", "sweep_title", "questions", "scale", "response_scale", "topic", "focus",
                   "reporting_term", "informant", "standard_instrument"})  # fmt: skip


def read(record: Record, source: Source) -> Reading:
    """Read studies and instruments of sweeps."""
    reading = Reading()
    value = load_json(record.body, reading)
    catalogue = _Catalogue(reading, record, source)
    for path, row in _rows(value, ""):
        catalogue.read(path, row)
    catalogue.name_scales()
    if value is not None and not reading.resources and not reading.issues:
        reading.issue("record.unknown", "/", str(value)[:100], "These are no rows of the catalogue.", "error")
    return reading


def _rows(value: Any, path: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    for number, child in enumerate(listed(value)):
        here = f"{path}/{number}" if isinstance(value, list) else path
        node = mapping(child)
        nested = [name for name in ("studies", "sweep_instruments") if isinstance(node.get(name), list)]
        for name in nested:
            found += _rows([each for each in node[name] if isinstance(each, dict)], f"{here}/{name}")
        if node and not nested:
            found.append((here, _named(node)))
    return found


def _named(node: dict[str, Any]) -> dict[str, str]:
    row: dict[str, str] = {}
    for key, value in node.items():
        name = re.sub(r"[^a-z0-9]+", "_", str(key).lower()).strip("_")
        text = "; ".join(each for part in value if (each := said(part))) if isinstance(value, list) else said(value)
        text = {True: "Yes", False: "No"}[value] if isinstance(value, bool) else text
        if name and text:
            row[NAMES.get(name, name)] = text
    return row


class _Catalogue:
    """Rows being read."""

    def __init__(self, reading: Reading, record: Record, source: Source) -> None:
        self.reading, self.record, self.source = reading, record, source
        self.ids = Ids(reading)
        self.sweeps: dict[str, str] = {}
        self.positions: dict[str, int] = {}
        self.scales: dict[str, list[str]] = {}

    def read(self, path: str, row: dict[str, str]) -> None:
        """Read one row."""
        if row.get("sweep_id") and ("questions" in row or "scale" in row or "topic" in row):
            self._instrument(path, row)
        elif row.get("study_id"):
            self._study(path, row)
        else:
            self.reading.issue(
                "record.unknown", path or "/", ", ".join(row), "The row is neither study nor sweep.", "error"
            )

    def _draft(self, kind: Any, wanted: str, path: str) -> Draft:
        local = self.ids.take(wanted, path or "/")
        return Draft(self.reading, self.record, self.source, reader=NAME, kind=kind, local_id=local, path=path)

    def _study(self, path: str, row: dict[str, str]) -> None:
        draft = self._draft("study", row["study_id"], path)
        held = dict(row)
        if "Understanding" in held.get("start_date", "") or BREAK.search(held.get("start_date", "")):
            draft.keep("start_date", plain_text(held.pop("start_date")))
        say_row(draft, STUDY, held)
        title = next((text.value for text in draft.values("titles")), "")
        if found := re.search(r"\(([A-Z][\w:.-]{1,14})\)\s*$", title):
            draft.text("alternate_titles", found[1])
        draft.finish()

    def _instrument(self, path: str, row: dict[str, str]) -> None:
        sweep = self._sweep(path, row)
        questions = [plain_text(NUMBERED.sub("", part)) for part in BREAK.split(row.get("questions", ""))]
        for text in questions:
            if not text:
                continue
            if FILLER.fullmatch(text) or is_placeholder(text):
                self.reading.issue(
                    "question.filler", f"{path}/questions", text, "This stands for questions and is none.", "info"
                )
            else:
                self._question(path, row, sweep, text)

    def _sweep(self, path: str, row: dict[str, str]) -> str:
        """Id of the dataset of a row's sweep, made when first met."""
        own = row["sweep_id"]
        study = row.get("study_id") or re.split(r"[-_ ]", own)[0]
        key = f"{fit(study)}/{fit(own)}"
        if key not in self.sweeps:
            draft = self._draft("dataset", key, path)
            draft.text("titles", row.get("sweep_title") or row.get("sweep") or own)
            draft.add("part_of", f"{self.source.key}/{fit(study)}")
            years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{own} {row.get('sweep_title', '')}")
            if years:
                draft.span(min(years), max(years), "/sweep_id")
            if age := re.search(r"(?:age[d\s_-]*)(\d{1,2})(?!\d)", own, re.IGNORECASE):
                draft.ages(f"{age[1]} years", "/sweep_id")
            self.sweeps[key] = draft.finish().id
        if (scale := plain_text(row.get("scale", ""))) and scale not in self.scales.setdefault(self.sweeps[key], []):
            self.scales[self.sweeps[key]].append(scale)
        return self.sweeps[key]

    def name_scales(self) -> None:
        """Name on each sweep the scales of all its rows."""
        for number, each in enumerate(self.reading.resources):
            if each.id in self.scales:
                named = tuple(dict.fromkeys(map(preferred_name, self.scales[each.id])))
                claims = tuple(
                    Claim(field="instruments", raw=raw, path="/scale", value=found.label, source=each.source)
                    for raw in self.scales[each.id]
                    if (found := instrument_named(raw))
                )
                self.reading.resources[number] = msgspec.structs.replace(
                    each, instruments=named, claims=each.claims + claims
                )

    def _question(self, path: str, row: dict[str, str], sweep: str, text: str) -> None:
        digest = hashlib.md5(text.lower().encode(), usedforsecurity=False).hexdigest()
        self.positions[sweep] = position = self.positions.get(sweep, 0) + 1
        wanted = f"{sweep.removeprefix(f'{self.source.key}/')}/{digest}"
        draft = self._draft("variable", wanted, path)
        draft.add("part_of", sweep)
        draft.set("position", position)
        draft.text("question", text)
        draft.line("wave", row["sweep_id"])
        draft.line("informant", row.get("informant"))
        draft.line("reference_period", row.get("reporting_term"))
        if scale := row.get("scale"):
            draft.add("instruments", plain_text(scale))
        for topic in re.split(r"\s*[;,]\s*", row.get("topic", "")):
            draft.concept("topics", topic)
        draft.concept("concepts", row.get("focus"))
        draft.add("categories", *_answers(draft, row.get("response_scale", "")))
        for name, value in row.items():
            if name not in TAKEN:
                draft.keep(name, plain_text(value))
        draft.finish()


def _answers(draft: Draft, raw: str) -> list[Category]:
    """Response options where the scale lists them; its words are kept where it does not."""
    parts = [plain_text(part) for part in re.split(r"<br\s*/?>|\n|;|\|", raw) if plain_text(part)]
    if len(parts) < 2:
        draft.keep("response_scale", plain_text(raw) or None)
        return []
    found = [OPTION.fullmatch(part) for part in parts[:200]]
    return [
        Category(match[2].strip(), match[1]) if match else Category(part)
        for match, part in zip(found, parts, strict=False)
    ]
