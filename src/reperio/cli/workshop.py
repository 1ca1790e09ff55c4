"""The workshop a command works in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reperio.jobs import Workshop
from reperio.log import configure
from reperio.settings import load_settings

Home = Annotated[
    Path | None, typer.Option("--home", help="Directory of corpus, archive and indexes.", show_default=False)
]
Sources = Annotated[
    Path | None, typer.Option("--sources", help="Directory of source declarations.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Keys = Annotated[list[str] | None, typer.Argument(help="Keys of sources; all when none is given.", show_default=False)]


def open_workshop(home: Path | None = None, sources: Path | None = None, **more: Any) -> Workshop:
    """Build the workshop of the settings in force, options first."""
    settings = load_settings(home=home, sources=sources, **more)
    configure(settings.log_level, settings.log_format)
    return Workshop(settings)
