"""The commands, gathered."""

from __future__ import annotations

from typing import Annotated

import typer

from reperio import __version__
from reperio.cli import admin, ask, demo, docs, keep, manage, review, stages, thesaurus, work

app = typer.Typer(
    name="reperio",
    help="Find the studies, datasets and single survey questions that meet a research need.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reperio {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Settings are environment variables REPERIO_...; `reperio settings` lists them."""


for module in (manage, stages, work, review, thesaurus, ask, keep, admin, demo, docs):
    module.register(app)
