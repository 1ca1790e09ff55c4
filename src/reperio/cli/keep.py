"""Commands that keep what is held: backup, restore, move."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reperio.cli.console import err, out, print_json, progress
from reperio.cli.workshop import Home, Json, Sources, open_workshop
from reperio.desk import FILE, Desk, metadata
from reperio.jobs import Workshop
from reperio.jobs.backup import make_backup
from reperio.jobs.move import move as move_all
from reperio.jobs.move import shown
from reperio.jobs.restore import restore as restore_all


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)
    app.command()(move)


def backup(
    file: Annotated[
        Path,
        typer.Argument(
            help="File to make; in a directory that is there, one named after the time.", show_default=False
        ),
    ],
    index: Annotated[bool, typer.Option("--index", help="With the index in use, so that none is to be built.")] = False,
    cache: Annotated[
        bool, typer.Option("--cache", help="With the vectors of texts, so that none are to be made.")
    ] = False,
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Save records, corpus, judgements, feedback, sources and settings into one file, while everything goes on."""
    workshop = open_workshop(home, sources)
    if file.is_dir():
        file /= f"reperio-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"
    _tidy_desk(workshop)
    with progress(json) as told:
        made = make_backup(workshop, file, desk=metadata, index=index, cache=cache, progress=told)
    if json:
        print_json({"file": made.path, "size": made.size, "sha256": made.digest, "manifest": made.manifest})
        return
    out.print(f"{file}: {made.size:,} bytes, {len(made.manifest.members):,} files.")
    out.print(f"SHA-256 {made.digest}")
    err.print("Passwords, tokens and the address of the database are not in it. Keep the SHA-256 somewhere else.")


def restore(
    file: Annotated[Path, typer.Argument(help="File that `reperio backup` made.", show_default=False)],
    sha256: Annotated[str, typer.Option("--sha256", help="Refuse the file unless it has this SHA-256.")] = "",
    keep_sources: Annotated[
        bool, typer.Option("--keep-sources", help="Leave the declarations of sources that are there.")
    ] = False,
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Restore a backup into an empty home directory. What is damaged, cut short or changed is refused."""
    workshop = open_workshop(home, sources)
    settings = workshop.settings
    with progress(json) as told:
        manifest = restore_all(
            file, settings.home, settings.sources, digest=sha256, keep_sources=keep_sources, progress=told
        )
    if json:
        print_json(manifest)
        return
    held = ", ".join(f"{number:,} {kind}" for kind, number in manifest.counts.items())
    out.print(f"Restored what Reperio {manifest.version} held on {manifest.made}: {held}.")
    if settings.database is not None:
        err.print("REPERIO_DATABASE is set: `reperio move` copies what was restored there.")
    err.print("Next: `reperio index`, then `reperio admin token` and `reperio serve`.")


def move(
    to: Annotated[str, typer.Option("--to", help="URL of the database to copy to, empty so far.", show_default=False)],
    home: Home = None,
    json: Json = False,
) -> None:
    """Copy archive, corpus and desk to another database and compare every row; the one in use stays as it is."""
    workshop = open_workshop(home)
    _tidy_desk(workshop)
    with progress(json) as told:
        sums = move_all(workshop.settings.database_url, to, workshop.settings.home, metadata, told)
    if json:
        print_json({name: one.rows for name, one in sums.items()})
        return
    out.print(f"{sum(one.rows for one in sums.values()):,} rows of {len(sums)} tables were copied and are the same.")
    err.print(f"Set REPERIO_DATABASE to {shown(to)} (with its password), then `reperio index --full`.")


def _tidy_desk(workshop: Workshop) -> None:
    """Bring the desk's tables up to date."""
    if (workshop.settings.home / FILE).is_file():
        desk = Desk(workshop.settings.home, workshop.settings.missed_days)
        desk.count()
        desk.close()
