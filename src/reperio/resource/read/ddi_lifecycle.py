"""DDI-Lifecycle 3.1, 3.2 and 3.3: instances and fragments, bare or in OAI-PMH envelopes.

A `StudyUnit` gives a study, a `Group`, `SubGroup` or `SeriesStatement` a series, a `PhysicalInstance` that names a file
or holds variables a dataset, a `Variable` a variable with the wording of its questions, and a question that no variable
comes from a variable of its own. References are followed inside the document only. Not read: how questions follow one
another (control constructs), the layout of files, how data were processed, the life of the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Kind
from reperio.resource.read.ddi_lifecycle_graph import Graph, identity_of
from reperio.resource.read.ddi_lifecycle_study import (
    case_count,
    citation,
    read_item,
    read_series,
    series_name,
    study_number,
)
from reperio.resource.read.ddi_lifecycle_text import first, label_of
from reperio.resource.read.ddi_lifecycle_variable import (
    item_name,
    questions_of,
    read_question,
    read_statistics,
    read_variable,
)
from reperio.resource.read.ddi_text import Unread, prose
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.reading import Reading
from reperio.resource.read.xml import Element, child, children, descend, find_all, load_xml, local
from reperio.source.model import Source

NAME = "ddi_lifecycle"
ROOTS = ("DDIInstance", "FragmentInstance")
PARTS = frozenset({"StudyUnit", "Group", "SubGroup", "ResourcePackage", "Variable", "QuestionItem", "PhysicalInstance"})
GROUPS = ("Group", "SubGroup")
QUESTIONS = ("QuestionItem", "QuestionGrid", "QuestionBlock")
VERSIONS = ("3_1", "3_2", "3_3")


def read(record: Record, source: Source) -> Reading:
    """Read the studies, series, files, variables and questions of a DDI-Lifecycle text."""
    reading = Reading()
    root = load_xml(record.body, reading)
    if root is None:
        return reading
    instances = [each for name in ROOTS for each in find_all(root, name)]
    instances = instances or ([root] if local(root) in PARTS else [])
    if not instances:
        reading.issue("ddi.not_lifecycle", "/", root.tag, "There is no DDI-Lifecycle in this record.", "error")
    ids = Ids(reading)
    for number, instance in enumerate(instances, 1):
        place = f"/{local(instance)}" + (f"[{number}]" if len(instances) > 1 else "")
        _Instance(reading, record, source, ids, instance, place).read()
    return reading


class _Instance:
    """One instance being read."""

    def __init__(self, reading: Reading, record: Record, source: Source, ids: Ids, root: Element, place: str) -> None:
        self.reading, self.record, self.source, self.ids = reading, record, source, ids
        self.root, self.place = root, place
        self.graph = Graph(root, reading)
        self.unread = Unread()
        self.drafts: list[Draft] = []
        self.by_item: dict[Element, Draft] = {}
        self.homes: dict[Element, list[Draft]] = {}
        self.positions: dict[str, int] = {}
        self.owners: dict[Element, Draft] | None = None
        self.statistics: dict[Element, Element] = {}
        self.groups: dict[Element, list[str]] = {}

    def read(self) -> None:
        self._version()
        items: dict[str, list[Element]] = {}
        for element in self.root.iter():
            if local(element) in {*PARTS, *QUESTIONS, "VariableStatistics", "VariableGroup", "Instrument"}:
                items.setdefault(local(element), []).append(element)
        for group in [each for name in GROUPS for each in items.get(name, ())]:
            self._series(group)
        for study in items.get("StudyUnit", ()):
            self._study(study)
        self._tie_groups()
        for file in items.get("PhysicalInstance", ()):
            self._dataset(file)
        self._claim_items()
        self._statistics(items)
        self._variables(items)
        self.graph.report(self.place)
        self._finish()

    def _version(self) -> None:
        namespace = str(self.root.tag).rpartition("}")[0]
        version = namespace.rpartition(":")[2]
        if version not in VERSIONS and namespace:
            self.reading.issue("version.unknown", self.place, version, "Read as the newest version known.")

    def _draft(self, kind: Kind, wanted: str, path: str, item: Element | None = None) -> Draft:
        draft = Draft(
            self.reading, self.record, self.source, reader=NAME, kind=kind,
            local_id=self.ids.take(wanted, self.place + path), path=self.place + path,
        )  # fmt: skip
        self.drafts.append(draft)
        if item is not None:
            self.by_item[item] = draft
        return draft

    # -- series and studies ------------------------------------------------------------------------------------

    def _series(self, group: Element) -> None:
        if not any(label_of(each) or first(each) for each in [group, *descend(group, "Citation", "Title")]):
            return  # a wrapper that has no name is nothing people look for
        identity = study_number(group) or identity_of(group)[1] or fit(self.record.identifier)
        series = self._draft("series", f"series/{identity}", f"/{local(group)}", group)
        read_item(series, group, self.graph, self.unread)

    def _study(self, study: Element) -> None:
        number = study_number(study) or identity_of(study)[1] or self.record.identifier
        draft = self._draft("study", number, "/StudyUnit", study)
        read_item(draft, study, self.graph, self.unread)
        if not draft.values("titles"):
            self.reading.issue("title.missing", f"{draft.path}/Citation/Title", "", "There is no title.")
        for statement in children(study, "SeriesStatement"):
            self._series_statement(draft, statement)

    def _series_statement(self, study: Draft, statement: Element) -> None:
        name, _ = series_name(statement)
        if not name:
            self.unread.note("StudyUnit/SeriesStatement", statement)
            return
        wanted = fit(f"series/{name}")
        identity = f"{self.source.key}/{wanted}".lower()
        held = next((each for each in self.drafts if each.id == identity), None)
        series = held or self._draft("series", wanted, "/StudyUnit/SeriesStatement")
        read_series(series, statement)
        study.add("part_of", series.id)

    def _tie_groups(self) -> None:
        """Studies and subgroups that a group contains or refers to are part of it."""
        for item, draft in self.by_item.items():
            parent = item.getparent()
            while parent is not None and parent not in self.by_item:
                parent = parent.getparent()
            if parent is not None:
                draft.add("part_of", self.by_item[parent].id)
            if local(item) in GROUPS:
                for part in self.graph.referred(item, "StudyUnitReference", "SubGroupReference"):
                    if part in self.by_item and part is not item:
                        self.by_item[part].add("part_of", draft.id)
        _without_circles(list(self.by_item.values()))

    # -- files -------------------------------------------------------------------------------------------------

    def _owner(self, item: Element) -> Draft | None:
        """The study that contains an item or refers to it; the only study, where there is one."""
        node: Element | None = item
        while node is not None:
            if local(node) == "StudyUnit" and node in self.by_item:
                return self.by_item[node]
            node = node.getparent()
        if self.owners is None:
            self.owners = self._reached()
        studies = [each for each in self.by_item if local(each) == "StudyUnit"]
        return self.by_item[studies[0]] if len(studies) == 1 else self.owners.get(item)

    def _reached(self) -> dict[Element, Draft]:
        """What each study consists of, by references too; of several studies the first keeps an item."""
        found: dict[Element, Draft] = {}
        studies = [(item, draft) for item, draft in self.by_item.items() if local(item) == "StudyUnit"]
        for item, draft in studies if len(studies) > 1 else ():
            for part in self.graph.reach(item):
                found.setdefault(part, draft)
        return found

    def _dataset(self, file: Element) -> None:
        owner = self._owner(file)
        variables = list(dict.fromkeys(self._variables_of(file)))
        uris = [prose(each) for each in file.iter() if local(each) in ("DataFileURI", "URI") and prose(each)]
        titled = child(file, "Citation") is not None
        if not (variables or uris or titled):
            if owner is not None:
                case_count(owner, file)
            return
        prefix = f"{owner.id.removeprefix(f'{self.source.key}/')}/" if owner else ""
        identity = identity_of(file)[1] or f"file{len(self.by_item)}"
        dataset = self._draft("dataset", f"{prefix}{identity}", "/PhysicalInstance", file)
        for cited in children(file, "Citation"):
            citation(dataset, cited, self.graph)
        for uri in dict.fromkeys(uris):
            name = uri.replace("\\", "/").rstrip("/").rpartition("/")[2]
            dataset.add("distributions", Distribution(name or uri, uri if "://" in uri else None))
            if not dataset.values("titles"):
                dataset.text("titles", name or uri)
        case_count(dataset, file)
        if owner is not None:
            dataset.add("part_of", owner.id)
        for variable in variables:
            self.homes.setdefault(variable, []).append(dataset)

    def _variables_of(self, file: Element) -> Iterator[Element]:
        """Variables of a file: of the records its data relationships describe, else of its layout and statistics."""
        for relation in [*self.graph.referred(file, "DataRelationshipReference"), *children(file, "DataRelationship")]:
            for record in [
                *children(relation, "LogicalRecord"),
                *self.graph.referred(relation, "LogicalRecordReference"),
            ]:
                yield from self._in_record(record)
        for layout in self.graph.referred(file, "RecordLayoutReference"):
            for item in children(layout, "DataItem"):
                yield from self._only_variables(item, "VariableReference")
            for scheme in self.graph.referred(layout, "DefaultVariableSchemeReference"):
                yield from children(scheme, "Variable")
        for statistics in descend(file, "StatisticalSummary", "VariableStatistics"):
            yield from self._only_variables(statistics, "VariableReference")

    def _in_record(self, record: Element) -> Iterator[Element]:
        for held in children(record, "VariablesInRecord"):
            yield from self._only_variables(held, "VariableUsedReference")
            for scheme in self.graph.referred(held, "VariableSchemeReference"):
                yield from children(scheme, "Variable")
                yield from self._only_variables(scheme, "VariableReference")

    def _only_variables(self, holder: Element, name: str) -> Iterator[Element]:
        yield from (each for each in self.graph.referred(holder, name) if local(each) == "Variable")

    # -- variables and questions -------------------------------------------------------------------------------

    def _claim_items(self) -> None:
        """Names of instruments go to the study that holds them."""
        for element in self.root.iter():
            if local(element) == "Instrument" and (owner := self._owner(element)) is not None:
                owner.add("instruments", label_of(element))

    def _statistics(self, items: dict[str, list[Element]]) -> None:
        for element in items.get("VariableStatistics", ()):
            for variable in self._only_variables(element, "VariableReference"):
                self.statistics.setdefault(variable, element)
        for group in items.get("VariableGroup", ()):
            for variable in self._only_variables(group, "VariableReference"):
                if label := label_of(group):
                    self.groups.setdefault(variable, []).append(label)

    def _variables(self, items: dict[str, list[Element]]) -> None:
        asked: set[Element] = set()
        for variable in items.get("Variable", ()):
            draft = self._variable(variable)
            asked.update(questions_of(variable, self.graph))
            read_variable(draft, variable, self.graph, self.unread)
            for label in self.groups.get(variable, ()):
                draft.concept("concepts", label)
            if variable in self.statistics:
                read_statistics(draft, self.statistics[variable])
        for question in [each for name in QUESTIONS for each in items.get(name, ())]:
            if question not in asked:
                read_question(self._variable(question), question, self.graph, self.unread)

    def _variable(self, item: Element) -> Draft:
        homes = self.homes.get(item) or [each for each in [self._owner(item)] if each is not None]
        home = homes[0].id if homes else ""
        self.positions[home] = position = self.positions.get(home, 0) + 1
        name = item_name(item)
        own = identity_of(item)[1] or name
        path = f"/{local(item)}[{position}]"
        if not name:
            self.reading.issue(
                "name.missing", self.place + path, own or "", "A variable or question has no name.", "info"
            )
        prefix = f"{home.removeprefix(f'{self.source.key}/')}/" if home else ""
        draft = self._draft("variable", f"{prefix}{own or position}", path)
        draft.add("part_of", *(each.id for each in homes))
        draft.set("position", position)
        return draft

    def _finish(self) -> None:
        unread = self.unread.result()
        heads = [each for each in self.drafts if each.kind != "variable"]
        if unread and heads:
            next((each for each in heads if each.kind == "study"), heads[0]).keep("unread", unread)
        for kind in ("series", "study", "dataset", "variable"):
            for draft in self.drafts:
                if draft.kind == kind:
                    draft.finish()
        if not self.drafts:
            self.reading.issue(
                "record.unknown", self.place, "", "The document holds no study, file or variable.", "error"
            )


def _without_circles(drafts: list[Draft]) -> None:
    """Groups that are part of each other in a circle are parted, with an issue."""
    by_id = {draft.id: draft for draft in drafts}
    for draft in drafts:
        seen: set[str] = set()
        waiting = list(draft.values("part_of"))
        while waiting:
            identity = waiting.pop()
            if identity == draft.id:
                draft.reading.issue(
                    "part_of.circle", draft.path, draft.id, "It is part of itself; the relation was dropped."
                )
                draft.replace("part_of", [])
                break
            if identity not in seen and identity in by_id:
                seen.add(identity)
                waiting += by_id[identity].values("part_of")
