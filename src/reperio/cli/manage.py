"""Commands that set up and inspect: init, source, settings, status."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from reperio.cli.console import err, out, print_json, table
from reperio.cli.work import print_work
from reperio.cli.workshop import Home, Json, Keys, Sources, open_workshop
from reperio.database.work import Queue
from reperio.errors import NotReadyError
from reperio.resource.quality.tally import Standing
from reperio.settings import PREFIX, Settings, load_settings

EXAMPLE = """\
# One catalogue. `reperio source check` tells what is wrong; docs/reference/sources.md what there is.
key: example
title: Example archive
url: https://example.org/
description: Records exported by the example archive.
credit:
  text: "Metadata from the Example archive."
  licence: CC-BY-4.0
  licence_url: https://creativecommons.org/licenses/by/4.0/
harvest:
  protocol: files
  path: ../records/*.xml
reader: ddi_codebook
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(init)
    app.command()(settings)
    app.command()(status)
    group = typer.Typer(help="The declared catalogues.", no_args_is_help=True)
    group.command("list")(source_list)
    group.command("check")(source_check)
    app.add_typer(group, name="source")


def init(
    directory: Annotated[Path, typer.Argument(help="Where to begin.", show_default=True)] = Path(),
) -> None:
    """Begin an installation: directories for sources, records and data, and an example source."""
    for name in ("sources", "records", "var"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    example = directory / "sources" / "example.yml"
    if not example.exists():
        example.write_text(EXAMPLE, encoding="utf-8")
        out.print(f"Wrote {example}. Put records into {directory / 'records'}, edit the source, then:")
    else:
        out.print(f"{example} is there already and was left alone. Next:")
    out.print("  reperio harvest && reperio read && reperio index && reperio serve")


def settings(json: Json = False) -> None:
    """List the settings: name, value in force, meaning."""
    held = load_settings()
    if json:
        print_json({f"{PREFIX}{name.upper()}": str(getattr(held, name)) for name in Settings.model_fields})
        return
    rows = table("setting", "value", "meaning")
    for name, field in Settings.model_fields.items():
        rows.add_row(f"{PREFIX}{name.upper()}", str(getattr(held, name)), field.description)
    out.print(rows)


def source_list(home: Home = None, sources: Sources = None, json: Json = False) -> None:
    """List the sources and what is held of each."""
    workshop = open_workshop(home, sources)
    states = {state.key: state for state in workshop.corpus.states()}
    if json:
        print_json([
            {"source": source.model_dump(mode="json"), "state": states.get(source.key)} for source in workshop.sources.values()
        ])  # fmt: skip
        return
    rows = table("key", "title", "protocol", "reader", "records#", "studies#", "datasets#", "variables#", "last read")
    for source in workshop.sources.values():
        state = states.get(source.key)
        counts = state.counts if state else {}
        rows.add_row(
            source.key, source.title, source.harvest.protocol, source.reader or "recognised",
            str(workshop.archive.count(source.key)),
            *(f"{counts.get(kind, 0):,}" for kind in ("study", "dataset", "variable")),
            state.read[:16] if state and state.read else "never",
        )  # fmt: skip
    out.print(rows)


def source_check(keys: Keys = None, home: Home = None, sources: Sources = None, json: Json = False) -> None:
    """Check the declarations; the first mistake is told with its file and line, and exits with 2."""
    workshop = open_workshop(home, sources)
    checked = workshop.chosen(keys or [])
    if json:
        print_json([source.model_dump(mode="json") for source in checked])
    else:
        out.print(f"{len(checked)} sources are well declared: {', '.join(source.key for source in checked)}.")


def status(home: Home = None, sources: Sources = None, json: Json = False) -> None:
    """Say what is held, indexed and ready. Exits with 1 when there is nothing to search."""
    workshop = open_workshop(home, sources)
    counts = workshop.corpus.counts()
    ready, problem = True, ""
    try:
        names = (one.name if one else "" for one in (workshop.encoder, workshop.second, workshop.stand_in))
        index = workshop.library.open(*names)
        indexed, name = index.backend.stats().documents, index.name
    except NotReadyError as error:
        ready, problem, indexed, name = False, str(error), {}, ""
    if json:
        print_json({"ready": ready, "corpus": counts, "index": indexed, "generation": name, "problem": problem,
                    "issues": workshop.corpus.issue_counts(), "quality": workshop.corpus.standings(),
                    "work": Queue(workshop.engine).state()})  # fmt: skip
    else:
        rows = table("", "corpus#", "index#")
        for kind in ("series", "study", "dataset", "variable"):
            rows.add_row(kind, f"{counts.get(kind, 0):,}", "")
        for collection, number in indexed.items():
            rows.add_row(collection, "", f"{number:,}")
        out.print(rows)
        _print_standings(workshop.corpus.standings())
        out.print(f"Index: {name}" if ready else "")
        print_work(Queue(workshop.engine).state())
    if not ready:
        err.print(problem)
        raise typer.Exit(1)


def _print_standings(standings: Mapping[str, Standing]) -> None:
    """Quality by source, a line each, with what would mend most."""
    if not standings:
        return
    rows = table("source", "quality#", "of", "what would mend most")
    for key, standing in sorted(standings.items()):
        gaps = ", ".join(f"{gap.label.lower()} ({gap.share:.0%})" for gap in standing.gaps[:3])
        rows.add_row(key, str(standing.score), f"{standing.number:,}", gaps)
    out.print(rows)
