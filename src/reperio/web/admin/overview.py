"""Sources and their runs, what went wrong in them, and the health of the whole."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
from fastapi.responses import Response

from reperio.corpus.model import Noted, SourceState
from reperio.errors import NotFoundError
from reperio.record.archive import Run
from reperio.source.model import Source
from reperio.web.admin.gate import Form, Visit
from reperio.web.admin.health import checks, versions

RUNS = 20
EXAMPLES = 3
CODES = 40
PAGE = 50


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a source stands.

    Attributes:
        source: its declaration; None when it is declared no more.
        key: its key.
        title: its title, or its key.
        state: what is held of it; None when it was never read.
        last: its last harvest.
        records: records held of it.
        due: whether its schedule says that it is time.
        broken: sentences on what is expected of it and not so.
    """

    source: Source | None
    key: str
    title: str
    state: SourceState | None
    last: Run | None
    records: int
    due: bool
    broken: tuple[str, ...]


def home(visit: Visit) -> Response:
    """What wants attention, and every source with its last run."""
    office = visit.office
    standings = _standings(visit)
    return visit.page(
        "admin_home.html",
        standings=standings,
        troubled=[one for one in standings if one.broken],
        due=[one for one in standings if one.due],
        unsure=office.corpus.count_unsure(),
        reports=office.desk.count("new"),
        missed=len(office.desk.missed(1000)),
        health=checks(office, visit.site),
        **search_state(visit),
    )


def search_state(visit: Visit) -> dict[str, object]:
    """How far the search is behind the corpus, and whether it is being brought up to it."""
    indexer = visit.office.indexer
    return {"behind": visit.site.service.condition().behind, "indexing": indexer.running, "failed": indexer.failed}


def begin_index(visit: Visit, _: Form) -> Response:
    """Bring the index up to the corpus, in the background."""
    visit.office.indexer.begin()
    return visit.to("")


def _standings(visit: Visit) -> list[Standing]:
    workshop = visit.office.workshop
    states = {state.key: state for state in workshop.corpus.states()}
    due = set(workshop.due(datetime.now(UTC)))
    keys = [*workshop.sources, *(key for key in states if key not in workshop.sources)]
    return [_standing(visit, key, states.get(key), due=key in due) for key in keys]


def _standing(visit: Visit, key: str, state: SourceState | None, *, due: bool) -> Standing:
    workshop = visit.office.workshop
    source = workshop.sources.get(key)
    runs = workshop.archive.runs(key, 1)
    records = workshop.archive.count(key)
    last = runs[0] if runs else None
    return Standing(
        source=source, key=key, title=source.title if source else key, state=state, last=last, records=records, due=due,
        broken=tuple(_broken(source, last, records)),
    )  # fmt: skip


def _broken(source: Source | None, last: Run | None, records: int) -> list[str]:
    found = []
    if source is None:
        found.append("It is declared no more; what is held of it is still shown.")
    if last is not None and last.outcome in {"failed", "partial", "interrupted"}:
        found.append(f"The last harvest was {last.outcome}. {last.detail}".strip())
    if source is None or last is None:
        return found
    least, most = source.expect.records_min, source.expect.records_max
    if least is not None and records < least:
        found.append(f"{records:,} records are held, at least {least:,} are expected.")
    if most is not None and records > most:
        found.append(f"{records:,} records are held, at most {most:,} are expected.")
    return found


def source_page(visit: Visit) -> Response:
    """One source: its runs, its expectations, its issues by code with examples."""
    key = visit.request.path_params["key"]
    workshop = visit.office.workshop
    state = next((state for state in workshop.corpus.states() if state.key == key), None)
    if state is None and key not in workshop.sources:
        raise NotFoundError("There is no such source.")
    counts = workshop.corpus.issue_counts(key)
    return visit.page(
        "admin_source.html",
        standing=_standing(visit, key, state, due=key in workshop.due(datetime.now(UTC))),
        runs=workshop.archive.runs(key, RUNS),
        issues=[(code, count, _examples(visit, key, code)) for code, count in list(counts.items())[:CODES]],
        more=max(0, len(counts) - CODES),
        size=workshop.archive.size(key),
    )


def _examples(visit: Visit, key: str, code: str) -> list[Noted]:
    return visit.office.corpus.issues(key, code, EXAMPLES)


def issues_page(visit: Visit) -> Response:
    """Every issue of one code of a source, page after page; without a code, the page of the source tells the codes."""
    key = visit.request.path_params["key"]
    code = visit.asked("code")
    if not code:
        return visit.to(f"sources/{quote(key, safe='')}")
    found = visit.office.corpus.issues(key, code, PAGE + 1, visit.number("after") or 0)
    return visit.page(
        "admin_issues.html", key=key, code=code, issues=found[:PAGE],
        after=found[PAGE - 1].key if len(found) > PAGE else None,
        total=visit.office.corpus.issue_counts(key).get(code, 0),
    )  # fmt: skip


def health_page(visit: Visit) -> Response:
    """Whether everything works, what it takes, and with which versions and settings."""
    held = visit.office.settings
    return visit.page(
        "admin_health.html",
        checks=checks(visit.office, visit.site),
        versions=versions(),
        settings=[(f"REPERIO_{name.upper()}", _set(getattr(held, name))) for name in type(held).model_fields],
    )


def _set(value: object) -> str:
    """A setting in force, as it would be set."""
    if value is None or value == "":
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
