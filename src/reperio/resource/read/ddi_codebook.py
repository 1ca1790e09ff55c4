"""DDI-Codebook 1.2.2 to 2.6, bare or in OAI-PMH envelopes, in any or no namespace.

A codebook gives a study, its series, a dataset for each `fileDscr` and a variable for each `var`. A codebook that
describes no study (some exporters write the variables only) gives a dataset. Options of the source: `id: record` names
studies by the record's identifier instead of their `IDNo`.
"""

from __future__ import annotations

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Distribution, Kind
from reperio.resource.read.ddi_study import other_material, read_study, records_size
from reperio.resource.read.ddi_text import Unread, prose
from reperio.resource.read.ddi_variable import Groups, read_variable, variable_groups, variable_name
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.reading import Reading
from reperio.resource.read.xml import (
    LANG,
    Element,
    attribute,
    child,
    children,
    descend,
    find_all,
    language_of,
    load_xml,
    local,
)
from reperio.source.model import Source
from reperio.text.html import plain_text
from reperio.text.identifiers import read_identifier

NAME = "ddi_codebook"
PERSISTENT = frozenset({"doi", "urn", "handle", "ark", "url"})
UNWIELDY = PERSISTENT - {"doi"}
"""Schemes of identifiers that make way for a plain number when there is one."""


def read(record: Record, source: Source) -> Reading:
    """Read every codebook in a record."""
    reading = Reading()
    root = load_xml(record.body, reading)
    if root is None:
        return reading
    books = list(find_all(root, "codeBook")) or list(find_all(root, "codebook"))
    errors = () if books else find_all(root, "error")
    for error in errors:
        said = f"{attribute(error, 'code')} {prose(error)}"
        reading.issue("oai.error", "", said, "The server answered an error.", "error")
    if not books:
        level = "info" if any(attribute(head, "status") == "deleted" for head in find_all(root, "header")) else "error"
        reading.issue("ddi_codebook.missing", "", local(root), "There is no codebook in this record.", level)  # type: ignore[arg-type]
    ids = Ids(reading)
    for number, book in enumerate(books, 1):
        place = "/codeBook" if len(books) == 1 else f"/codeBook[{number}]"
        _Codebook(reading, record, source, ids, place, len(books)).read(book)
    return reading


class _Codebook:
    """One codebook being read."""

    def __init__(self, reading: Reading, record: Record, source: Source, ids: Ids, place: str, of: int) -> None:
        self.reading = reading
        self.record = record
        self.source = source
        self.ids = ids
        self.place = place
        self.alone = of == 1
        self.unread = Unread()
        self.met = 0

    def draft(self, kind: Kind, local_id: str, path: str) -> Draft:
        return Draft(
            self.reading, self.record, self.source, reader=NAME, kind=kind, local_id=local_id, path=self.place + path
        )

    def read(self, book: Element) -> None:
        studies = list(children(book, "stdyDscr"))
        main_id = self.ids.take(self._identity(book, studies), f"{self.place}/stdyDscr")
        main = self.draft("study" if studies else "dataset", main_id, "")
        for study in studies:
            main.path = f"{self.place}/stdyDscr"
            read_study(main, study, self.unread)
            self._series(main, study)
        if not studies:
            self.reading.issue("study.missing", self.place, "", "The codebook describes no study.", "info")
        for material in descend(book, "otherMat"):
            other_material(main, material)
        self._title(main, book)
        datasets = self._datasets(main, main_id, list(children(book, "fileDscr")))
        at = len(self.reading.resources)
        self._variables(main, book, datasets)
        for each in children(book):
            if local(each) not in ("docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"):
                self.unread.note(local(each), each)
        for dataset in datasets.values():
            dataset.finish()
        for dataset in datasets.values():
            main.add("languages", *dataset.values("languages"))
        if unread := self.unread.result():
            main.keep("unread", unread)
        main.finish()
        self._main_first(at)

    def _main_first(self, at: int) -> None:
        """The study and its datasets are finished last, and stand before their variables."""
        made = self.reading.resources
        first = next(number for number, each in enumerate(made[at:], at) if each.kind != "variable")
        heads = made[first:]
        made[at:] = [heads[-1], *heads[:-1], *made[at:first]]

    def _identity(self, book: Element, studies: list[Element]) -> str:
        numbers = [
            prose(number)
            for study in studies
            for number in descend(study, "citation", "titlStmt", "IDNo")
            if prose(number)
        ]
        if self.source.options.get("id") == "record" and self.alone:
            numbers = []
        plain = [number for number in numbers if " " not in number and _scheme(number) not in PERSISTENT]
        if numbers and plain and _scheme(numbers[0]) in UNWIELDY:
            numbers = plain
        for number in numbers:
            known = read_identifier(number)
            return known.value if known else number
        if identifier := _envelope_identifier(book):
            return identifier
        return self.record.identifier if self.alone else f"{self.record.identifier}/{self.place.strip('/')}"

    def _title(self, main: Draft, book: Element) -> None:
        if main.values("titles"):
            return
        if main.kind == "dataset":
            files = {
                name for var in descend(book, "dataDscr", "var") for name in (attribute(var, "files") or "").split()
            }
            documents = [prose(titl) for titl in descend(book, "docDscr", "citation", "titlStmt", "titl")]
            for name in documents or sorted(files)[:1]:
                main.text("titles", name)
        if not main.values("titles"):
            path = f"{self.place}/stdyDscr/citation/titlStmt/titl"
            self.reading.issue("title.missing", path, "", "There is no title.")

    def _series(self, main: Draft, study: Element) -> None:
        """Series of a study; statements of one address (but for its query) are one series in several languages."""
        groups: dict[str, list[Element]] = {}
        for number, statement in enumerate(descend(study, "citation", "serStmt")):
            if any(prose(name) for name in children(statement, "serName")):
                key = (attribute(statement, "URI") or str(number)).partition("?")[0]
                groups.setdefault(key, []).append(statement)
            else:
                for each in children(statement):
                    self.unread.note(f"stdyDscr/citation/serStmt/{local(each)}", each)
        for statements in groups.values():
            self._one_series(main, statements)

    def _one_series(self, main: Draft, statements: list[Element]) -> None:
        names = [name for statement in statements for name in children(statement, "serName") if prose(name)]
        wanted = attribute(statements[0], "ID") or attribute(names[0], "abbr") or plain_text(prose(names[0]))
        series = self.draft("series", f"series/{fit(wanted)}", "/stdyDscr/citation/serStmt")
        main.add("part_of", series.id)
        if any(each.id == series.id for each in self.reading.resources):
            return
        for name in names:
            series.text("titles", prose(name), language_of(name))
            series.text("alternate_titles", attribute(name, "abbr"))
        for statement in statements:
            series.url(attribute(statement, "URI"))
            for about in children(statement, "serInfo"):
                series.text("abstracts", prose(about), language_of(about))
        series.finish()

    def _datasets(self, main: Draft, main_id: str, files: list[Element]) -> dict[str, Draft]:
        """Datasets by the names that variables call them by, unfinished."""
        found: dict[str, Draft] = {}
        for number, each in enumerate(files, 1):
            names = [
                prose(name) for text in children(each, "fileTxt") for name in children(text, "fileName") if prose(name)
            ]
            key = attribute(each, "ID") or next(
                (attribute(n, "ID") for n in descend(each, "fileTxt", "fileName")), None
            )
            wanted = key or next(iter(names), None) or f"file{number}"
            path = f"/fileDscr[{number}]"
            dataset = self.draft("dataset", self.ids.take(f"{main_id}/{wanted}", self.place + path), path)
            dataset.add("part_of", main.id)
            _read_file(dataset, each, names, self.unread)
            found[key or wanted] = dataset
        return found

    def _variables(self, main: Draft, book: Element, datasets: dict[str, Draft]) -> None:
        positions: dict[str, int] = {}
        for description in children(book, "dataDscr"):
            groups = variable_groups(description)
            for each in children(description):
                if local(each) == "var":
                    self._variable(main, each, groups, datasets, positions)
                elif local(each) != "varGrp":
                    self.unread.note(f"dataDscr/{local(each)}", each)
        if positions:
            self._count(datasets, positions)

    def _variable(
        self, main: Draft, element: Element, groups: dict[str, Groups], datasets: dict[str, Draft],
        positions: dict[str, int],
    ) -> None:  # fmt: skip
        key, name = attribute(element, "ID"), variable_name(element)
        homes = [datasets[file] for file in (attribute(element, "files") or "").split() if file in datasets]
        if not homes and len(datasets) == 1:
            homes = list(datasets.values())
        home = homes[0] if homes else main
        positions[home.id] = positions.get(home.id, 0) + 1
        self.met += 1
        path = f"/dataDscr/var[{self.met}]"
        if not name:
            self.reading.issue("name.missing", self.place + path, "", "The variable has neither name nor ID.")
        prefix = home.id.removeprefix(f"{self.source.key}/")
        wanted = f"{prefix}/{key or name or positions[home.id]}"
        variable = self.draft("variable", self.ids.take(wanted, self.place + path), path)
        variable.add("part_of", *(each.id for each in homes or [main]))
        variable.set("position", positions[home.id])
        read_variable(variable, element, groups.get(key or "", groups.get(name or "", Groups())), self.unread)
        variable.finish()

    def _count(self, datasets: dict[str, Draft], positions: dict[str, int]) -> None:
        """A file that states more or fewer variables than it describes is worth a note."""
        for dataset in datasets.values():
            stated, held = dataset.value("variable_count"), positions.get(dataset.id, 0)
            if stated and held and stated != held:
                message = f"{stated} variables are stated, {held} described."
                self.reading.issue("variables.count", dataset.path, stated, message, "info")


def _read_file(dataset: Draft, element: Element, names: list[str], unread: Unread) -> None:
    types: list[str] = []
    for each in descend(element, "fileTxt"):
        for part in children(each):
            _read_file_part(dataset, part, names, types, unread)
    for each in children(element):
        if local(each) != "fileTxt":
            unread.note(f"fileDscr/{local(each)}", each)
    if uri := attribute(element, "URI"):
        media = next((kind for kind in types if "/" in kind), None)
        dataset.add("distributions", Distribution(names[0] if names else uri, uri, media))


def _read_file_part(dataset: Draft, part: Element, names: list[str], types: list[str], unread: Unread) -> None:
    name, text = local(part), prose(part)
    if name == "fileName":
        dataset.text("titles" if text in names[:1] else "alternate_titles", text, language_of(part))
        if tagged := part.get(LANG):  # the CESSDA Metadata Model states the language of the data so
            dataset.language(tagged, "/fileTxt/fileName/@xml:lang")
    elif name == "fileCont":
        dataset.text("abstracts", text, language_of(part))
    elif name == "fileType":
        types.append(plain_text(text))
        dataset.keep("file_type", plain_text(text) or None)
    elif name == "dimensns":
        _dimensions(dataset, part)
    elif name == "format":
        dataset.keep("file_format", plain_text(text) or None)
    elif name != "fileStrc":
        unread.note(f"fileDscr/fileTxt/{name}", part)


def _dimensions(dataset: Draft, element: Element) -> None:
    for each in children(element):
        name, raw = local(each), prose(each)
        if name == "caseQnty" and raw:
            size = records_size(raw)
            dataset.add("sizes", size)
            dataset.claim("sizes", raw, "/fileTxt/dimensns/caseQnty", size)
        elif name == "varQnty":
            dataset.count("variable_count", raw, "/fileTxt/dimensns/varQnty")


def _scheme(number: str) -> str:
    known = read_identifier(number)
    return known.scheme if known else ""


def _envelope_identifier(book: Element) -> str | None:
    """Identifier in the OAI-PMH header of the record that a codebook stands in."""
    node: Element | None = book
    while node is not None:
        if local(node) == "record":
            header = child(node, "header")
            return next((prose(each) for each in children(header, "identifier") if prose(each)), None)
        node = node.getparent()
    return None
