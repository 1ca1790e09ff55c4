"""Reference pages made from the declarations they describe: settings, fields, sources, command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import typer
from pydantic import BaseModel

import reperio
from reperio.cli.console import err, out
from reperio.resource.fields import Resource, fields
from reperio.settings import PREFIX, Settings
from reperio.source import model as source_model

MADE = "<!-- Made by `reperio docs`; edit the declarations, not this page. -->\n\n"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(hidden=True)(docs)


def docs(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when a page is out of date.")
    ] = False,
) -> None:
    """Make the reference pages under docs/reference."""
    pages: dict[str, Callable[[], Iterator[str]]] = {
        **PAGES,
        "command-line.md": partial(_command_line, context.find_root().command),
    }
    directory = Path(reperio.__file__).resolve().parents[2] / "docs" / "reference"
    stale = []
    for name, make in pages.items():
        path, text = directory / name, MADE + "\n".join(make()).rstrip() + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                directory.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if check and stale:
        err.print(f"Out of date: {', '.join(stale)}. Run `reperio docs`.")
        raise typer.Exit(1)
    out.print(f"{len(pages)} reference pages are {'up to date' if check or not stale else 'made'}.")


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield (Settings.__doc__ or "").strip()
    yield "\nEach is an environment variable. Reperio works with none of them set; an unknown `REPERIO_*` is an error.\n"
    yield "| setting | default | meaning |\n|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "unset" if field.default is None else f"`{field.default}`"
        yield f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def _fields() -> Iterator[str]:
    yield "# Fields of a resource\n"
    yield "What Reperio knows of a study, dataset, series or variable. Unknown is absent, never a stand-in value.\n"
    yield "| field | label | type | property | facet | merge | meaning |\n|---|---|---|---|---|---|---|"
    hints = get_type_hints(Resource)
    for name, field in fields().items():
        facet = f"`{field.facet}`" if field.facet else ""
        shape = _shape(hints[name])
        yield f"| `{name}` | {field.label} | {shape} | `{field.iri}` | {facet} | {field.merge} | {field.help} |"


def _shape(hint: Any) -> str:
    if isinstance(hint, type) and not get_args(hint):
        return hint.__name__
    text = str(hint).replace("typing.", "").replace("NoneType", "None")
    for prefix in ("reperio.resource.model.", "reperio.text."):
        text = text.replace(prefix, "")
    if text.startswith("tuple["):
        return f"list of {text[6:].split(',')[0].rsplit('.', 1)[-1]}"
    if text.startswith("Literal["):
        return "one of " + ", ".join(f"`{one}`" for one in get_args(hint))
    return text.replace("|", "or")


def _sources() -> Iterator[str]:
    yield "# Declaring a source\n"
    yield "One YAML file a catalogue, in the directory that `REPERIO_SOURCES` names. Unknown keys are errors.\n"
    for model in (
        source_model.Source, source_model.Files, source_model.OaiPmh, source_model.Credit, source_model.Politeness,
        source_model.Expectations,
    ):  # fmt: skip
        yield from _model(model)


def _model(model: type[BaseModel]) -> Iterator[str]:
    summary, _, attributes = (model.__doc__ or "").partition("Attributes:")
    yield f"## {model.__name__}\n\n{summary.strip()}\n"
    yield "| key | required | default |\n|---|---|---|"
    for name, field in model.model_fields.items():
        default = "" if field.is_required() or field.default is None else f"`{field.default}`"
        yield f"| `{name}` | {'yes' if field.is_required() else ''} | {default} |"
    yield ""
    entry = ""
    for line in attributes.strip().splitlines():
        if entry and line.startswith(" " * 12):
            entry += " " + line.strip()
            continue
        if entry:
            yield f"- {entry}"
        entry = line.strip()
    if entry:
        yield f"- {entry}"
    yield ""


def _command_line(root: Any) -> Iterator[str]:
    yield "# Command line\n"
    yield "Exit codes: 0 all is well; 1 something failed or nothing was found; 2 the call or the settings are wrong.\n"
    yield from _command(root, "reperio")


def _command(command: Any, name: str) -> Iterator[str]:
    commands = getattr(command, "commands", {})
    if name != "reperio":
        yield f"## {name}\n\n{(command.help or '').strip()}\n"
    if not commands:
        for parameter in command.params:
            if getattr(parameter, "hidden", False) or parameter.name == "help":
                continue
            names = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
            if parameter.param_type_name == "argument":
                names = f"`{(parameter.name or '').upper()}`"
            yield f"- {names}: {getattr(parameter, 'help', '') or ''}"
        yield ""
    for inner, sub in commands.items():
        if not sub.hidden:
            yield from _command(sub, f"{name} {inner}")


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "settings.md": _settings,
    "fields.md": _fields,
    "sources.md": _sources,
}
