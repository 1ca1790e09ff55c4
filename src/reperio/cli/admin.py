"""Commands for whoever runs a site: the token of the pages for operators."""

from __future__ import annotations

import importlib

import typer

from reperio.cli.console import err, out, print_json
from reperio.cli.workshop import Home, Json
from reperio.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The pages for operators.", no_args_is_help=True)
    group.command("token")(token)
    app.add_typer(group, name="admin")


def token(home: Home = None, json: Json = False) -> None:
    """Make a new token for the pages for operators; the old one and every session end."""
    settings = load_settings(home=home)
    # The two edges do not import one another, so the keys are named, not imported.
    made = importlib.import_module("reperio.web.admin.keys").Keys(settings).renew()
    if json:
        print_json({"token": made})
    else:
        out.print(made)
    if settings.admin_password is not None:
        err.print("REPERIO_ADMIN_PASSWORD is set: the password counts, the token does not.")
