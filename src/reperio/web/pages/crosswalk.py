"""A crosswalk of chosen variables: constructs by studies, edited in the address, taken away as a table or a program."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
import numpy as np
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from numpy.typing import NDArray

from reperio.corpus.model import Item
from reperio.errors import GoneError, MovedError, NotFoundError
from reperio.query.crosswalk import wording
from reperio.query.crosswalk_table import (
    OWN_ROW,
    VARIABLES_MAX,
    Chosen,
    Entry,
    Line,
    Rows,
    Table,
    make_table,
    placed,
    recodes,
)
from reperio.resource.write.recode import Language, Step, template
from reperio.web import writers
from reperio.web.asked import pairs_of
from reperio.web.basket import KEY_MAX, pasted
from reperio.web.export.answer import ending_of
from reperio.web.export.spreadsheets import Sheet, Value
from reperio.web.export.tables import answer_tables
from reperio.web.harmony import Asked, instruments_of
from reperio.web.site import Site, site_of

LABEL_MAX = 160
LABELS_MAX = VARIABLES_MAX
PROGRAMS: dict[str, Language] = {"R": "R", "do": "do", "py": "py"}
NAMES = {"R": "R", "do": "Stata", "py": "Python"}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an address says: labels of the rows, variables with their rows, the target study, a variable to add."""

    labels: tuple[str, ...] = ()
    variables: tuple[tuple[str, int | None], ...] = ()
    target: str = ""
    add: str = ""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A crosswalk, its address in pairs, and what of the address is not here."""

    table: Table
    pairs: tuple[tuple[str, str], ...]
    gone: tuple[str, ...] = ()


def read_wanted(pairs: Sequence[tuple[str, str]]) -> Wanted:
    """What an address or the form says. `v` is a variable, with `~` and the number of its row; a `to` after it moves it."""
    labels: list[str] = []
    variables: list[tuple[str, int | None]] = []
    target = add = ""
    for name, value in pairs:
        if name == "label" and len(labels) < LABELS_MAX:
            labels.append(" ".join(value.split())[:LABEL_MAX])
        elif name == "v" and len(variables) < VARIABLES_MAX * 2:
            key, _, row = value.partition("~")
            variables.append((pasted(key)[:KEY_MAX], _row(row)))
        elif name == "to" and variables and value == "remove":
            variables.pop()
        elif name == "to" and variables:
            variables[-1] = (variables[-1][0], OWN_ROW if value == "new" else _row(value))
        elif name == "target":
            target = value[:KEY_MAX]
        elif name == "add":
            add = value.strip()[:2000]
    unique = {key: row for key, row in variables if key}
    return Wanted(labels=tuple(labels), variables=tuple(unique.items())[:VARIABLES_MAX], target=target, add=add)


def _row(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else None


def crosswalk(request: Request) -> Response:
    """The crosswalk as a page that can be edited."""
    site = site_of(request)
    pairs = pairs_of(request)
    drawn = draw(site, read_wanted(pairs))
    if not drawn.gone and pairs != list(drawn.pairs):
        return RedirectResponse(address(site, drawn.pairs), status_code=302)
    return site.page(
        "crosswalk.html",
        table=drawn.table,
        gone=drawn.gone,
        said=drawn.pairs,
        files=[(ending, address(site, drawn.pairs, f".{ending}")) for ending in ("csv", "xlsx", "json", *PROGRAMS)],
        harmony=address(site, drawn.pairs, ".harmony"),
        names=NAMES,
        most=VARIABLES_MAX,
        wording=wording,
    )


def address(site: Site, pairs: Sequence[tuple[str, str]], part: str = "") -> str:
    """Address of a crosswalk, or of a file of it."""
    path = site.links.page(f"crosswalk{part}")
    return f"{path}?{urlencode(list(pairs))}" if pairs else path


def draw(site: Site, wanted: Wanted) -> Drawn:
    """The crosswalk that an address asks for."""
    picked: dict[str, tuple[Item, int | None]] = {}
    gone: list[str] = []
    asked = [*wanted.variables, *((pasted(key)[:KEY_MAX], None) for key in wanted.add.split())]
    for key, row in asked[:VARIABLES_MAX]:
        item = _variable(site, key)
        if item is None:
            gone.append(key)
        else:
            picked.setdefault(item.id, (item, row))
    above = site.service.lines(item for item, _ in picked.values())
    chosen = [Chosen(item, tuple(above[item.id]), row) for item, row in picked.values()]
    by_meaning = _rows(site) if chosen else None
    found, labels = placed(chosen, wanted.labels, by_meaning)
    target = next((one.study.id for one in found if wanted.target and wanted.target == one.study.uuid), "")
    table = make_table(found, labels, by_meaning, target)
    pairs = [("label", label) for label in labels] + [("v", f"{one.item.uuid}~{one.row}") for one in found]
    if target and table.studies:
        pairs.append(("target", table.studies[0].uuid))
    return Drawn(table=table, pairs=tuple(pairs), gone=tuple(gone))


def _rows(site: Site) -> Rows | None:
    """Gives wordings as rows; None where meaning is not at hand."""
    if site.service.likeness(["a"]) is None:
        return None

    def rows(texts: Sequence[str]) -> NDArray[np.float32]:
        found = site.service.likeness(texts)
        return np.zeros((len(texts), 1), np.float32) if found is None else found

    return rows


def _variable(site: Site, key: str) -> Item | None:
    try:
        item = site.service.find(key)
    except MovedError as moved:
        item = site.service.find(moved.target)
    except (NotFoundError, GoneError):
        return None
    return item if item.kind == "variable" else None


# -- files ---------------------------------------------------------------------------------------------------------


def crosswalk_file(request: Request) -> Response:
    """The crosswalk as a table, for Harmony, or as a program that recodes."""
    site = site_of(request)
    drawn = draw(site, read_wanted(pairs_of(request)))
    ending = str(request.path_params["ending"])
    if ending in PROGRAMS:
        about = f"From {site.settings.site_name}: {site.links.absolute(address(site, drawn.pairs))[:2000]}"
        return _download(
            template(PROGRAMS[ending], recodes(drawn.table), about), f"recode.{ending}", "text/plain; charset=utf-8"
        )
    if ending == "harmony":
        asked = [Asked(item=one.chosen.item, ancestors=one.chosen.ancestors) for _, one in drawn.table.entries]
        made = instruments_of(asked, site.settings.site_name, site.links, site.source_map())
        return _download(
            msgspec.json.format(msgspec.json.encode(made), indent=2).decode(),
            "crosswalk.harmony.json",
            "application/json",
        )
    return answer_tables(_sheets(site, drawn.table), ending_of(ending), "crosswalk")


def _download(body: str, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
    return Response(body.encode("utf-8", "replace"), media_type=media_type, headers=headers)


def _sheets(site: Site, table: Table) -> list[Sheet]:
    headings = ("construct", *(study.resource.title for study in table.studies))
    matrix = [
        (line.label, *("; ".join(_named(entry) for entry in cell) for cell in line.cells)) for line in table.lines
    ]
    long = [_long(site, line, entry) for line, entry in table.entries]
    steps = [
        _recoded(line, entry, step)
        for line, entry in table.entries
        if entry.compared
        for step in entry.compared.scales.steps
    ]
    return [
        Sheet("Crosswalk", headings, matrix),
        Sheet("Variables", LONG, long),
        Sheet("Recodes", ("construct", "study", "variable", "code", "label", "to_code", "to_label", "by"), steps),
    ]


def _recoded(line: Line, entry: Entry, step: Step) -> tuple[Value, ...]:
    chosen = entry.chosen
    own = (line.label, chosen.study.resource.title, chosen.item.resource.name)
    return (*own, step.code, step.label, step.to_code, step.to_label, step.how)


LONG = (
    "construct", "study", "dataset", "wave", "variable", "wording", "response_options", "is_target", "likeness", "same_words",
    "direction", "time_asked_about", "response_scale", "reason", "url", "credit",
)  # fmt: skip


def _named(entry: Entry) -> str:
    resource = entry.chosen.item.resource
    return f"{resource.name}: {wording(resource)}" if resource.name else wording(resource)


def _long(site: Site, line: Line, entry: Entry) -> tuple[Value, ...]:
    item, compared = entry.chosen.item, entry.compared
    resource = item.resource
    options = " | ".join(f"{one.code} = {one.label}" if one.code else one.label for one in resource.categories)
    credit = " ".join(said.text for said in writers.credit_lines(item, site.source_map()))
    held = entry.chosen.ancestors[-1].resource.title if entry.chosen.ancestors else ""
    told: tuple[Value, ...] = ("",) * 5
    if compared:
        told = (
            "yes" if compared.same_words else "no",
            compared.polarity.verdict,
            compared.period.verdict,
            compared.scales.verdict,
            " ".join((compared.polarity.reason, compared.period.reason, compared.scales.reason)),
        )
    return (
        line.label, entry.chosen.study.resource.title, held, resource.wave, resource.name, wording(resource), options,
        "yes" if entry.is_target else "no", entry.score, *told, site.links.absolute(site.links.item(item)), credit,
    )  # fmt: skip
