"""Tables and columns of an HDR UK dataset: datasets within it, and their variables."""

from __future__ import annotations

from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Category
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.stated import stated

NAME = "hdruk"


def tables_of(rows: list[Any]) -> list[Any]:
    """Tables with their columns; of a flat list of columns that each name their table, the tables are made."""
    if not any("columnName" in mapping(row) for row in rows):
        return rows
    tables: dict[str, dict[str, Any]] = {}
    for row in rows:
        facts = mapping(row)
        name = said(facts.get("tableName")) or ""
        table = tables.setdefault(name, {"name": name, "description": facts.get("tableDescription"), "columns": []})
        column = {
            "name": facts.get("columnName"),
            "description": facts.get("columnDescription"),
            "dataType": facts.get("dataType"),
        }
        table["columns"].append(column)
    return list(tables.values())


class Tables:
    """The tables of one dataset.

    Args:
        parent: the draft of the dataset.
        local: the dataset's own id.
        tables: descriptions of tables as the record has them.
    """

    def __init__(self, parent: Draft, local: str, tables: list[Any]) -> None:
        self.parent, self.local, self.tables = parent, local, tables
        self.reading, self.source = parent.reading, parent.source
        self.ids = Ids(self.reading)

    def read(self, record: Record) -> None:
        """Add a dataset for each table and a variable for each column."""
        for number, table in enumerate(self.tables):
            path = f"{self.parent.path}/tables/{number}"
            facts = mapping(table)
            name = stated(facts.get("name")) or stated(facts.get("label"))
            own = said(facts.get("id"))
            if not (name or own):
                self.reading.issue("name.missing", path, table, "A table has neither name nor id.")
                continue
            local = self.ids.take(own or f"{self.local}/{fit(name or '')}", path)
            draft = self._draft(record, "dataset", local, path)
            draft.add("part_of", self.parent.id)
            draft.text("titles", name or own)
            draft.text("abstracts", stated(facts.get("description")))
            columns = self._columns(facts)
            draft.count("variable_count", facts.get("dataElementsCount"), "/dataElementsCount")
            parent = draft.finish().id
            for position, column in enumerate(columns, 1):
                self._variable(record, column, parent, local, position, f"{path}/columns/{position - 1}")

    @staticmethod
    def _columns(facts: dict[str, Any]) -> list[Any]:
        found = next((facts[key] for key in ("columns", "dataElements", "elements") if facts.get(key)), None)
        return found if isinstance(found, list) else []  # a text only lists the ids of elements described elsewhere

    def _variable(self, record: Record, column: Any, parent: str, table: str, position: int, path: str) -> None:
        facts = mapping(column)
        name = stated(facts.get("name")) or stated(facts.get("label"))
        if not name:
            self.reading.issue("name.missing", path, column, "A column has no name.")
            return
        local = said(facts.get("id")) or f"{table}/{fit(name)}"
        draft = self._draft(record, "variable", self.ids.take(local, path), path)
        draft.add("part_of", parent)
        draft.line("name", name)
        draft.text("titles", stated(facts.get("description")))
        kind = facts.get("dataType")
        draft.line("data_type", stated(kind) or stated(mapping(kind).get("label")))
        draft.set("position", position)
        for value in (*listed(facts.get("values")), *listed(mapping(kind).get("enumerationValues"))):
            self._category(draft, mapping(value))
        draft.finish()

    def _category(self, draft: Draft, value: dict[str, Any]) -> None:
        code = said(value.get("name")) or said(value.get("key"))
        label = stated(value.get("description")) or stated(value.get("value"))
        if code or label:
            draft.add("categories", Category(label=label or code or "", code=code))

    def _draft(self, record: Record, kind: Any, local_id: str, path: str) -> Draft:
        return Draft(self.reading, record, self.source, reader=NAME, kind=kind, local_id=local_id, path=path)
