"""Reader `ukllc`: datasets and studies as UK Longitudinal Linkage Collaboration describes them.

A record is a descriptor (an object with `Name of Dataset in TRE`) or a page of the Guidebook (title and sections, with
descriptors in tables). A longitudinal population study is a study, what it or a registry provides is a dataset.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Link, Publication
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import remainder, stated, statements
from reperio.source.model import Source
from reperio.text.characters import fold
from reperio.text.html import plain_text
from reperio.text.identifiers import find_dois
from reperio.text.sizes import Size, read_sizes

NAME = "ukllc"
NAME_KEY = "Name of Dataset in TRE"
FURNITURE = ("Download Citation", "Build a Data Request")
NO_STUDY = {"NHS England", "UK LLC Managed"}
TEMPLATE = re.compile(r"we are currently building|below we will include|last modified|^###|^<div", re.IGNORECASE)

Table = list[list[str]]


def read(record: Record, source: Source) -> Reading:
    """Read a descriptor or a page of the Guidebook."""
    reading = Reading()
    value = load_json(record.body, reading)
    if isinstance(value, dict) and said(value.get(NAME_KEY)):
        _Page(reading, record, source, value.pop("_file", None)).descriptor(value)
    elif isinstance(value, dict) and isinstance(value.get("sections"), list):
        _Page(reading, record, source, value.get("file")).page(value)
    elif value is not None:
        reading.issue("record.unknown", "/", str(value)[:100], "Neither a descriptor nor a page.", "error")
    return reading


class _Page:
    """One record being read."""

    def __init__(self, reading: Reading, record: Record, source: Source, file: Any) -> None:
        self.reading, self.record, self.source = reading, record, source
        self.file = PurePosixPath(said(file) or "")
        self.ids = Ids(reading)
        self.datasets: list[str] = []

    def descriptor(self, facts: dict[str, Any]) -> None:
        """Read a descriptor that stands alone: its dataset, and its study by name."""
        title, about = said(facts.pop("_title", None)), said(facts.pop("_summary", None))
        series = stated(facts.get("Series"))
        study = self._study_id(series, facts)
        if study and series and not _is_short_for(study, series):
            message = "The series is not that of the folder; other records state the study."
            self.reading.issue("series.mismatch", "/Series", series, message)
        elif study and series:
            draft = self._draft("study", study, "/Series")
            _names(draft, series)
            draft.finish()
        self._dataset(facts, title, about, study, "")

    def page(self, page: dict[str, Any]) -> None:
        """Read a page: a study's profile, or datasets and their variables."""
        title, about, heading = said(page.get("title")), None, ""
        for number, section in enumerate(listed(page["sections"])):
            text = said(mapping(section).get("out_md")) or said(mapping(section).get("md"))
            if text and text.startswith("### "):
                heading = text[4:].strip()
            elif text and about is None and not TEMPLATE.search(text) and not text.startswith("#"):
                about = text
            if table := _table(mapping(section).get("table")):
                self._read_table(table, title, about, heading, f"/sections/{number}/table")
        if not self.reading.resources:
            self.reading.issue("record.skipped", "/", title or "", "The page describes no dataset or study.", "info")

    def _read_table(self, table: Table, title: str | None, about: str | None, heading: str, path: str) -> None:
        kind = table[0][0] if table[0] else ""
        if kind == "Dataset Descriptor":
            facts = _facts(table)
            local = self._dataset(facts, title, about, self._study_id(stated(facts.get("Series")), facts), path)
            self.datasets.extend([local] if local else [])
        elif kind == "Series Descriptor":
            self._profile(_facts(table), title, about, path)
        elif "Variable" in table[0]:
            if dataset := self._described(heading):
                self._variables(table, dataset, path)
            else:
                self.reading.issue("dataset.missing", path, heading, "Variables of no dataset of the page.")

    def _described(self, heading: str) -> str | None:
        """The dataset of this page that a heading names, or the only one."""
        named = [local for local in self.datasets if heading and local.endswith(fit(heading))]
        found = named or self.datasets
        return found[-1] if len(found) == 1 or named else None

    # -- studies -----------------------------------------------------------------------------------------------

    def _study_id(self, series: str | None, facts: dict[str, Any]) -> str | None:
        """The own id of a dataset's study: the folder of its pages, else the first part of the dataset's name."""
        if not series or series in NO_STUDY:
            return None
        parts = self.file.parts
        if "datasets" in parts and parts.index("datasets") + 1 < len(parts) - 1:
            return fit(parts[parts.index("datasets") + 1])
        return fit((said(facts.get(NAME_KEY)) or series).split("_")[0])

    def _profile(self, facts: dict[str, Any], title: str | None, about: str | None, path: str) -> None:
        draft = self._draft("study", fit(self.file.stem or title or "study"), path)
        _names(draft, title)
        draft.text("abstracts", about)
        for name in ("Age at Recruitment",):
            draft.ages(stated(facts.pop(name, None)), f"/{name}")
        _participants(draft, facts.pop("Cohort", None), "/Cohort")
        draft.span(stated(facts.pop("Start Date", None)), None, "/Start Date")
        draft.places(stated(facts.pop("Geographical Coverage - Nations", None)), "/Geographical Coverage - Nations")
        region = stated(facts.get("Geographical Coverage - Regions"))
        if region and region.lower() != "nationwide":
            draft.places(facts.pop("Geographical Coverage - Regions"), "/Geographical Coverage - Regions")
        draft.url(stated(facts.pop("LPS Homepage", None)))
        for doi in find_dois(said(facts.get("Cohort Profile")) or ""):
            draft.add("publications", Publication(f"Cohort profile, doi:{doi}", doi, f"https://doi.org/{doi}"))
            facts.pop("Cohort Profile", None)
        self._shared(draft, facts)

    # -- datasets ----------------------------------------------------------------------------------------------

    def _dataset(
        self, facts: dict[str, Any], title: str | None, about: str | None, study: str | None, path: str
    ) -> str | None:
        name = said(facts.pop(NAME_KEY, None))
        if not name:
            self.reading.issue("id.missing", path or "/", title or "", "A descriptor names no dataset.", "error")
            return None
        local = self.ids.take(self._own_id(name, path), path or "/")
        draft = self._draft("dataset", local, path)
        cited = _cited_title(said(facts.get("Citation (APA)")) or "")
        main = cited or title or name
        draft.text("titles", main)
        for other in (title, name):
            if other and other != main:
                draft.text("alternate_titles", other)
        draft.text("abstracts", None if about and about.startswith("#") else about)
        if study:
            draft.add("part_of", f"{self.source.key}/{study}")
        self._coverage(draft, facts)
        self._shared(draft, facts)
        return local

    def _own_id(self, name: str, path: str) -> str:
        """The dataset's name; a page of a study that describes what another page is named after keeps apart from it."""
        parts, stem = self.file.parts, self.file.stem.lower()
        if parts[-2:-1] != ("datasets",) or len(parts) < 4 or name.lower().endswith(stem):
            return name
        message = "The page is named after another dataset than it describes."
        self.reading.issue("name.mismatch", path or "/", f"{stem}: {name}", message)
        return f"{name}/{stem}"

    def _coverage(self, draft: Draft, facts: dict[str, Any]) -> None:
        for name in ("Temporal Coverage", "Temporal Coverage in the TRE"):
            draft.period(stated(facts.pop(name, None)), f"/{name}")
        draft.places(stated(facts.pop("Geographical Coverage", None)), "/Geographical Coverage")
        _participants(draft, facts.pop("Participant Count", None), "/Participant Count")
        for name in ("Number of Variables", "Number of variables"):
            raw = stated(facts.get(name))
            if raw and re.fullmatch(r"[\d,\s]+", raw):
                draft.count("variable_count", facts.pop(name), f"/{name}")
        for name in ("Number of Observations", "Number of observations"):
            raw = stated(facts.get(name))
            if raw and re.fullmatch(r"[\d,]+", raw) and (count := int(raw.replace(",", ""))):
                draft.add("sizes", Size(count, "records"))
                draft.claim("sizes", facts.pop(name), f"/{name}", Size(count, "records"))
        for word in statements(facts.pop("Keywords", None), r"[,;]"):
            draft.concept("keywords", word)

    def _shared(self, draft: Draft, facts: dict[str, Any]) -> None:
        """What descriptors of studies and datasets have in common."""
        citation = said(facts.pop("Citation (APA)", None))
        if citation:
            draft.line("citation", citation)
            for doi in find_dois(citation)[:1]:
                draft.identifier(doi, "/Citation (APA)")
            year = re.search(r"\((\d{4})\)", citation)
            draft.date("date_published", year[1] if year else None, "/Citation (APA)")
        draft.agent("creators", stated(facts.pop("Owner", None)), kind="Organization")
        for author in re.split(r",\s*(?![^()]*\))", stated(facts.pop("Authors", None)) or ""):
            person, _, place = author.strip().partition(" (")
            draft.agent("contributors", person, affiliation=place.rstrip(")") or None)
        for name in ("Specific Restrictions to Data Use", "Permitted Linkages", "Copyright"):
            draft.text("access_notes", stated(facts.pop(name, None)))
        if key := stated(facts.pop("Key Link", None)):
            draft.add("links", Link("IsDocumentedBy", key))
        if "lps_data" in self.file.parts or "docs" in self.file.parts:
            draft.url(f"https://guidebook.ukllc.ac.uk/{self.file.with_suffix('')}")
        for name in FURNITURE:
            facts.pop(name, None)
        draft.set("extra", remainder(facts))
        draft.finish()

    # -- variables ---------------------------------------------------------------------------------------------

    def _variables(self, table: Table, dataset: str, path: str) -> None:
        group = ""
        for position, cells in enumerate(table[1:], 1):
            facts: dict[str, Any] = dict(zip(table[0], cells, strict=False))
            group = stated(facts.pop("Variable Group", None)) or group
            name = stated(facts.pop("Variable", None))
            if not name:
                self.reading.issue("name.missing", f"{path}/{position}", " | ".join(cells), "A row has no variable.")
                continue
            draft = self._draft(
                "variable",
                f"{dataset}/{self.ids.take(f'{dataset}/{name}', path).rsplit('/', 1)[-1]}",
                f"{path}/{position}",
            )
            draft.add("part_of", f"{self.source.key}/{dataset}".lower())
            draft.line("name", name)
            draft.text("titles", stated(facts.pop("Description", None)))
            draft.concept("concepts", group or None)
            draft.set("position", position)
            draft.set("extra", remainder(facts))
            draft.finish()

    def _draft(self, kind: Any, local_id: str, path: str) -> Draft:
        return Draft(self.reading, self.record, self.source, reader=NAME, kind=kind, local_id=local_id, path=path)


def _table(value: Any) -> Table:
    return [[said(cell) or "" for cell in row] for row in listed(value) if isinstance(row, list)]


def _facts(table: Table) -> dict[str, Any]:
    return {row[0]: row[1] for row in table[1:] if len(row) > 1 and row[0]}


def _is_short_for(short: str, name: str) -> bool:
    """Whether the letters of a folder's name stand in this order in the name of the study (`ncds58`, `nextstep`)."""
    letters = iter(re.sub(r"[^a-z]", "", fold(name)))
    return all(letter in letters for letter in re.sub(r"[^a-z]", "", fold(short)))


def _names(draft: Draft, title: str | None) -> None:
    """A study's title; its acronym in brackets is another."""
    draft.text("titles", title)
    if title and (match := re.search(r"\(([A-Za-z0-9-]{2,12})\)\s*$", title)):
        draft.text("alternate_titles", match[1])


def _cited_title(citation: str) -> str | None:
    """The title within a citation: between the year and the publisher."""
    match = re.search(r"\(\d{4}\)\.\s+(.+?)\.\s+UK Longitudinal Linkage Collaboration", plain_text(citation))
    return match[1].strip() if match else None


def _participants(draft: Draft, raw: Any, path: str) -> None:
    text = stated(raw)
    if not text:
        return
    found = tuple(
        Size(size.count, "participants" if size.unit == "unstated" else size.unit)
        for size in read_sizes(plain_text(text))
    )
    draft.add("sizes", *found)
    draft.claim("sizes", text, path, found or None)
