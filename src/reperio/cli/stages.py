"""Commands that move data: harvest, read, index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from reperio.cli.console import out, print_json, progress, table
from reperio.cli.reading_report import tell
from reperio.cli.stopping import stoppable
from reperio.cli.workshop import Home, Json, Keys, Sources, open_workshop
from reperio.corpus.intake import ReadReport
from reperio.index.enrich import Mode
from reperio.jobs import Crew, Workshop
from reperio.record.harvest import HarvestReport

REASONS_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(harvest)
    app.command()(read)
    app.command()(index)


def harvest(
    keys: Keys = None,
    full: Annotated[bool, typer.Option("--full", help="Fetch everything again, not only what changed.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only the sources whose schedule says that it is time.")] = False,
    queue: Annotated[
        bool, typer.Option("--queue", help="Leave it to those who share the work (`reperio work`).")
    ] = False,
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Fetch records from their sources into the archive. Exits with 1 when a source failed or broke its expectations."""
    workshop = open_workshop(home, sources)
    wanted = [key for key in workshop.due(datetime.now(UTC)) if not keys or key in keys] if due else keys or []
    if due and not wanted:
        out.print("No source is due.")
        return
    if queue:
        out.print(f"{Crew(workshop).ask_for_harvest(wanted)} harvests were asked for.")
        return
    reports = run_harvest(workshop, wanted, full=full, quiet=json)
    if json:
        print_json(reports)
    else:
        print_harvests(reports)
    if any(report.outcome == "failed" for report in reports):
        raise typer.Exit(1)


def run_harvest(workshop: Workshop, keys: list[str], *, full: bool = False, quiet: bool = False) -> list[HarvestReport]:
    """Harvest under a progress display."""
    with progress(quiet) as told, stoppable("harvest", told) as step:
        return list(workshop.harvest(keys, full=full, progress=step))


def print_harvests(reports: list[HarvestReport]) -> None:
    """Print what harvesting gave, a line a source."""
    rows = table("source", "outcome", "new#", "changed#", "unchanged#", "deleted#", "seconds#", "remarks")
    for report in reports:
        counts = report.counts
        rows.add_row(
            report.source, report.outcome, f"{counts.new:,}", f"{counts.changed:,}", f"{counts.unchanged:,}",
            f"{counts.deleted:,}", f"{report.seconds:.1f}", report.detail,
        )  # fmt: skip
    out.print(rows)


def read(
    keys: Keys = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Read every record again, not only those that changed.")
    ] = False,
    report: Annotated[
        bool,
        typer.Option(
            "--report", help="Store nothing; tell what is understood, what is not, what is missing, how to mend it."
        ),
    ] = False,
    record: Annotated[
        str | None,
        typer.Option("--record", help="With --report: only the record of this identifier.", show_default=False),
    ] = None,
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Read archived records into the corpus: normalise, merge, note issues. Exits with 1 when an expectation is broken."""
    workshop = open_workshop(home, sources)
    if report or record is not None:
        tell(workshop, keys or [], record, json=json)
        return
    reports = run_read(workshop, keys or [], everything=everything, quiet=json)
    if json:
        print_json(reports)
    else:
        print_reads(reports)
    if any(report.failed_expectations for report in reports):
        raise typer.Exit(1)


def run_read(workshop: Workshop, keys: list[str], *, everything: bool = False, quiet: bool = False) -> list[ReadReport]:
    """Read under a progress display."""
    with progress(quiet) as told, stoppable("read", told) as step:
        return list(workshop.read(keys, everything=everything, progress=step))


def print_reads(reports: list[ReadReport]) -> None:
    """Print what reading gave: a line a source, its issues, and why records gave nothing."""
    rows = table(
        "source", "records#", "series#", "studies#", "datasets#", "variables#", "changed#", "issues#", "seconds#"
    )
    for report in reports:
        held = report.resources
        rows.add_row(
            report.source, f"{report.records:,}",
            *(f"{held.get(kind, 0):,}" for kind in ("series", "study", "dataset", "variable")),
            f"{report.changed:,}", f"{sum(report.issues.values()):,}", f"{report.seconds:.1f}",
        )  # fmt: skip
    out.print(rows)
    for report in reports:
        for sentence in report.failed_expectations:
            out.print(f"{report.source}: {sentence}", markup=False)
        for identifier, reason in report.empty[:REASONS_SHOWN]:
            out.print(f"{report.source} {identifier}: gave nothing ({reason})")
        if len(report.empty) > REASONS_SHOWN:
            out.print(f"{report.source}: {len(report.empty) - REASONS_SHOWN} more gave nothing; `--json` lists them.")


def index(
    full: Annotated[bool, typer.Option("--full", help="Build a new index aside and swap it in.")] = False,
    meaning: Annotated[
        Mode,
        typer.Option(
            help="What to stop at: `full` is all, `static` a quick encoder for now, `none` words; the rest can follow later."
        ),
    ] = "full",
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Bring the index up to the corpus; searching goes on meanwhile."""
    workshop = open_workshop(home, sources)
    with progress(json) as told, stoppable("index", told) as step:
        report = workshop.index(full=full, progress=step, meaning=meaning)
    if json:
        print_json(report)
    else:
        what = "built anew" if report.rebuilt else "brought up to date"
        out.print(
            f"Index {what}: {report.documents.get('catalogue', 0):,} studies and datasets, "
            f"{report.documents.get('variables', 0):,} variables, {report.encoded:,} texts encoded, "
            f"{report.seconds:.1f} s."
        )
        if report.left:
            out.print(f"{report.left:,} texts are left to encode; `reperio index` goes on with them.")
