"""Reader `dictionary`: data dictionaries whose columns the source declares.

A record is one file (CSV, TSV, JSON lines or a JSON array), a row of it is a variable. The options of the source name
the columns and say what the study is, so that any cohort's list of variables can be read without code. A file gives
its study, a dataset for each table it names, and its variables in order.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import msgspec

from reperio.errors import SourceError
from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Category
from reperio.resource.read.dictionary_table import Row, rows
from reperio.resource.read.ids import fit
from reperio.resource.read.reading import Reading
from reperio.source.model import Source
from reperio.text.html import plain_text

NAME = "dictionary"
SUFFIXES = {".gz", ".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl"}
ROW_NUMBER = "row number"
"""Column that the reader of spreadsheets adds."""
BRACED = re.compile(r"\{([^{}]*)\}")
Names = list[str] | str


class Study(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The study whose variables a dictionary lists, as far as the declaration says."""

    id: str = ""
    title: str = ""
    abstract: str = ""
    url: str = ""
    identifier: str = ""
    places: str = ""
    period: str = ""
    publisher: str = ""
    part_of: str = ""
    alternate_titles: list[str] = []


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of the columns that hold a variable's facts; several columns of one fact are a list.

    Attributes:
        id: the variable's own id, when its name within its dataset is none.
        dataset: what names the dataset (several columns are joined with `/`).
        statistics: columns of numbers by the name they get (`vald`: valid cases).
    """

    name: str = ""
    id: str = ""
    study: str = ""
    dataset: Names = []
    dataset_title: str = ""
    label: str = ""
    question: str = ""
    preamble: str = ""
    description: str = ""
    categories: str = ""
    topic: Names = []
    concept: Names = []
    keyword: Names = []
    wave: str = ""
    type: str = ""
    unit: str = ""
    universe: str = ""
    informant: str = ""
    instrument: str = ""
    statistics: dict[str, str] = {}


class Categories(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How response options are written: options parted by `separator`, or found by `pattern` with groups code, label.

    Attributes:
        code_label: what stands between code and label.
        missing: codes or labels that stand for no answer.
    """

    separator: Annotated[str, msgspec.Meta(min_length=1)] = "|"
    code_label: str = "="
    pattern: str = ""
    missing: list[str] = []


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a source with this reader declares in `options`.

    Attributes:
        studies: studies by the value of the column `study`, or by file name without ending.
        dataset_from: where the dataset's name comes from; `none` puts variables into the study itself.
        variable_part_of: id of what a variable belongs to, read from another source, with columns in braces.
        file: name (without ending, case apart) that a file must have to be read, with columns of its first row in
            braces: leaves out files that repeat the rows of others.
    """

    columns: Columns
    study: Study | None = None
    studies: dict[str, Study] = {}
    dataset_from: Literal["column", "file", "none"] = "column"
    categories: Categories = Categories()
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    variable_part_of: str = ""
    file: str = ""


def read(record: Record, source: Source) -> Reading:
    """Read one file of a declared data dictionary.

    Raises:
        SourceError: the options of the source are wrong.
    """
    return _Dictionary(record, source, _options(source)).read()


def _options(source: Source) -> Options:
    try:
        options = msgspec.convert(source.options, Options)
        re.compile(options.categories.pattern)
    except (msgspec.ValidationError, re.error) as error:
        raise SourceError(f"The options of {source.key} are wrong: {error}.", source=source.key) from error
    if not (options.columns.name or options.columns.id):
        raise SourceError(f"The options of {source.key} name no column for a variable's name or id.", source=source.key)
    return options


def _declared(options: Options) -> frozenset[str]:
    """The columns that the declaration names; what stands in others is kept as it is."""
    names: set[str] = {
        ROW_NUMBER,
        *options.columns.statistics.values(),
        *BRACED.findall(options.variable_part_of + options.file),
    }
    for field in Columns.__struct_fields__:
        value = getattr(options.columns, field)
        names.update(_list(value) if isinstance(value, str | list) else ())
    return frozenset(names)


def _says(value: object) -> bool:
    """Whether a cell holds anything."""
    return value not in (None, [], {}) and (not isinstance(value, str) or bool(value.strip()))


class _Dictionary:
    """One file being read."""

    def __init__(self, record: Record, source: Source, options: Options) -> None:
        self.record, self.source, self.options = record, source, options
        self.columns = options.columns
        self.declared = _declared(options)
        self.reading = Reading()
        self.stem = _stem(record.identifier)
        self.parents: dict[tuple[str, str], str] = {}
        self.positions: dict[str, int] = {}
        self.ids: set[str] = set()
        self.options_of: dict[str, tuple[Category, ...]] = {}

    def read(self) -> Reading:
        wanted = {name for name in (self.columns.id or self.columns.name, *self._dataset_columns()) if name}
        for number, row in rows(self.record.body, self.options.delimiter, wanted, self.reading):
            if not self.positions and not self._is_ours(row):
                self.reading.issue("file.skipped", "/", self.stem, "The declaration leaves this file out.", "info")
                break
            self._variable(number, row)
        if not self.reading.resources and not self.reading.issues:
            self.reading.issue("record.empty", "/", self.stem, "The file has no rows.")
        return self.reading

    def _is_ours(self, row: Row) -> bool:
        return not self.options.file or _fill(self.options.file, row).lower() == self.stem.lower()

    # -- what variables belong to ------------------------------------------------------------------------------

    def _parent(self, number: int, row: Row) -> str:
        """Id of what the row's variable belongs to, made when first met; empty for nothing."""
        if self.options.variable_part_of:
            return _fill(self.options.variable_part_of, row).lower()
        key = self._study_key(row), self._dataset_name(row)
        if key not in self.parents:
            self.parents[key] = self._new_parent(number, row, *key)
        return self.parents[key]

    def _study_key(self, row: Row) -> str:
        return _cell(row, self.columns.study) if self.columns.study else self.stem

    def _dataset_name(self, row: Row) -> str:
        if self.options.dataset_from == "file":
            return self.stem
        return "/".join(value for name in self._dataset_columns() if (value := _cell(row, name).strip("/ ")))

    def _dataset_columns(self) -> list[str]:
        return _list(self.columns.dataset) if self.options.dataset_from == "column" else []

    def _new_parent(self, number: int, row: Row, study_key: str, dataset: str) -> str:
        study = self._study(study_key)
        if not dataset:
            if self.options.dataset_from == "column" and self.columns.dataset:
                self.reading.issue("dataset.missing", f"/{number}", "", "A row names no dataset.")
            return study
        draft = self._draft("dataset", self._apart(fit(dataset), study), f"/{number}")
        draft.text("titles", _cell(row, self.columns.dataset_title) or dataset)
        if study:
            draft.add("part_of", study)
        return draft.finish().id

    def _apart(self, dataset: str, study: str) -> str:
        """The dataset's own id, kept apart from the id of its study."""
        return f"{dataset}/data" if f"{self.source.key}/{dataset}".lower() == study else dataset

    def _study(self, key: str) -> str:
        """Id of the study, made when first met; empty where none is declared."""
        declared = self.options.studies.get(key) or self.options.study
        if declared is None:
            if not self.columns.study:
                return ""
            declared = Study(id=key, title=key)
        local = fit(declared.id or key) if declared.id or key else ""
        identity = f"{self.source.key}/{local}".lower()
        if local and identity not in self.ids:
            self.ids.add(identity)
            self._declare(self._draft("study", local, "/options"), declared)
        return identity if local else ""

    def _declare(self, draft: Draft, study: Study) -> None:
        draft.text("titles", study.title or study.id)
        draft.text("abstracts", study.abstract)
        for title in study.alternate_titles:
            draft.text("alternate_titles", title)
        draft.url(study.url)
        draft.identifier(study.identifier, "/study/identifier")
        draft.places(study.places, "/study/places")
        draft.period(study.period, "/study/period")
        draft.agent("publishers", study.publisher, kind="Organization")
        if study.part_of:
            draft.add("part_of", study.part_of.lower())
        draft.finish()

    # -- variables ---------------------------------------------------------------------------------------------

    def _variable(self, number: int, row: Row) -> None:
        name = _cell(row, self.columns.name)
        own = _cell(row, self.columns.id) or name
        if not own and not (_cell(row, self.columns.label) or _cell(row, self.columns.question)):
            self.reading.issue("row.empty", f"/{number}", _shown(row), "A row names and asks nothing.")
            return
        parent = self._parent(number, row)
        self.positions[parent] = position = self.positions.get(parent, 0) + 1
        if not own:
            own = f"row_{position}"
            self.reading.issue("name.missing", f"/{number}", _shown(row), f"A row has no name; kept as {own}.")
        draft = self._draft("variable", self._unique(number, parent, own), f"/{number}")
        draft.add("part_of", *([parent] if parent else []))
        draft.set("position", position)
        draft.line("name", name)
        self._texts(draft, row)
        self._facts(draft, row)
        draft.finish()

    def _unique(self, number: int, parent: str, own: str) -> str:
        """The variable's id within the source, with a count added where another row has it already."""
        prefix = "" if self.columns.id else parent.removeprefix(f"{self.source.key}/")
        local = wanted = fit(f"{prefix}/{own}")
        count = 1
        while local in self.ids:
            count += 1
            local = f"{wanted}_{count}"
        if count > 1:
            self.reading.issue("id.duplicate", f"/{number}", own, f"Another row has this name; kept as {local}.")
        self.ids.add(local)
        return local

    def _texts(self, draft: Draft, row: Row) -> None:
        columns = self.columns
        draft.text("titles", _cell(row, columns.label))
        draft.text("question", _cell(row, columns.question))
        draft.text("preamble", _cell(row, columns.preamble))
        draft.text("abstracts", _cell(row, columns.description))
        draft.line("wave", _cell(row, columns.wave))
        draft.line("data_type", _cell(row, columns.type))
        draft.line("measurement_unit", _cell(row, columns.unit))
        draft.line("universe", _cell(row, columns.universe))
        draft.line("informant", _cell(row, columns.informant))
        if instrument := _cell(row, columns.instrument):
            draft.add("instruments", plain_text(instrument))

    def _facts(self, draft: Draft, row: Row) -> None:
        columns = self.columns
        for field, names in (("topics", columns.topic), ("concepts", columns.concept), ("keywords", columns.keyword)):
            for name in _list(names):
                draft.concept(field, _cell(row, name))
        extra = {str(name): value for name, value in row.items() if name and name not in self.declared and _says(value)}
        if row.get(""):
            extra["cells_beyond_the_header"] = row[""]
        options = row.get(columns.categories) if columns.categories else None
        draft.add("categories", *self._categories(draft, options))
        if options and not draft.values("categories"):
            extra["categories"] = options
        if statistics := self._statistics(draft, row):
            draft.set("statistics", statistics)
        draft.set("extra", extra or None)

    def _statistics(self, draft: Draft, row: Row) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, column in self.columns.statistics.items():
            if raw := _cell(row, column):
                try:
                    found[name] = float(raw.replace(",", ""))
                except ValueError:
                    self.reading.issue("number.unreadable", f"{draft.path}/{column}", raw)
        return found

    def _categories(self, draft: Draft, raw: object) -> tuple[Category, ...]:
        if isinstance(raw, list):
            return tuple(self._category("", str(label)) for label in raw if label not in (None, ""))
        if not isinstance(raw, str) or not raw.strip():
            return ()
        if raw not in self.options_of:
            self.options_of[raw] = self._parse(raw)
            if not self.options_of[raw]:
                self.reading.issue("categories.unreadable", draft.path, raw, "No response option could be read.")
        return self.options_of[raw]

    def _parse(self, raw: str) -> tuple[Category, ...]:
        how = self.options.categories
        if how.pattern:
            groups = [match.groupdict() for match in re.finditer(how.pattern, raw)]
            return tuple(self._category(group.get("code") or "", group.get("label") or "") for group in groups)
        found = []
        for part in raw.split(how.separator):
            code, mark, label = part.partition(how.code_label) if how.code_label else ("", "", part)
            if part.strip():
                found.append(self._category(code, label) if mark else self._category("", part))
        return tuple(found)

    def _category(self, code: str, label: str) -> Category:
        code, label = code.strip(), plain_text(label)
        missing = self.options.categories.missing
        return Category(label=label, code=code or None, missing=bool(missing) and (label in missing or code in missing))

    def _draft(self, kind: Literal["study", "dataset", "variable"], local_id: str, path: str) -> Draft:
        return Draft(
            self.reading, self.record, self.source, reader=NAME, kind=kind, local_id=local_id, path=path
        )  # fmt: skip


def _stem(identifier: str) -> str:
    """Name of the file without folders and endings."""
    path = PurePosixPath(identifier.replace("\\", "/"))
    while path.suffix.lower() in SUFFIXES:
        path = path.with_suffix("")
    return path.name


def _list(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else names


def _cell(row: Row, column: str) -> str:
    value: Any = row.get(column) if column else None
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def _shown(row: Row) -> str:
    return " | ".join(str(value) for value in row.values())


def _fill(template: str, row: Row) -> str:
    return BRACED.sub(lambda match: _cell(row, match[1]), template)
