"""The demo: the sample catalogue, harvested, read, indexed and served by one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import reperio
from reperio.cli.ask import run_server
from reperio.cli.console import out, progress
from reperio.cli.stages import print_harvests, print_reads, run_harvest, run_read
from reperio.cli.workshop import open_workshop
from reperio.errors import ConfigError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.", show_default=False)] = None,
    home: Annotated[Path, typer.Option("--home", help="Where the demo keeps its data.")] = Path("var/demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve after loading.")] = True,
) -> None:
    """Load the sample catalogue, index it and serve it. The second time only what changed is done."""
    sample = Path(reperio.__file__).resolve().parents[2] / "sample" / "sources"
    if not sample.is_dir():
        raise ConfigError("The sample catalogue is not here.", hint="Run the demo from a checkout of the repository.")
    workshop = open_workshop(home, sample, host=host, port=port, log_level="warning")
    print_harvests(run_harvest(workshop, []))
    print_reads(run_read(workshop, []))
    with progress() as told:
        report = workshop.index(progress=told)
    out.print(
        f"{report.documents.get('catalogue', 0):,} studies and datasets and "
        f"{report.documents.get('variables', 0):,} variables are ready."
    )
    if serve:
        run_server(workshop)
