"""Commands on thesauri: add, list, remove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reperio.cli.console import out, print_json, table
from reperio.cli.workshop import Home, Json
from reperio.index.thesaurus import add_vocabulary, load_vocabularies, remove_vocabulary
from reperio.settings import load_settings

File = Annotated[
    Path,
    typer.Argument(help="SKOS in RDF/XML, Turtle, N-Triples or JSON-LD; the suffix says which.", show_default=False),
]
Key = Annotated[str, typer.Argument(help="Key of the thesaurus, as `list` shows it.", show_default=False)]
Title = Annotated[str, typer.Option("--title", help="What to call it; else what it calls itself.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Thesauri, whose synonyms searches use and show.", no_args_is_help=True)
    for command, name in ((add, "add"), (list_thesauri, "list"), (remove, "remove")):
        group.command(name)(command)
    app.add_typer(group, name="thesaurus")


def add(file: File, title: Title = "", home: Home = None) -> None:
    """Import a thesaurus; one of the same name is replaced. Searches use it at once, nothing is indexed anew."""
    key, vocabulary = add_vocabulary(load_settings(home=home).thesauri_dir, file, title=title)
    out.print(f"{vocabulary.title}: {len(vocabulary.concepts):,} concepts, kept as {key}.", markup=False)


def list_thesauri(home: Home = None, json: Json = False) -> None:
    """List the thesauri in use; Reperio's own list of synonyms is one of them."""
    held = load_vocabularies(load_settings(home=home).thesauri_dir)
    counts = {
        key: sum(len(concept.preferred) + len(concept.alternative) for concept in vocabulary.concepts)
        for key, vocabulary in held.items()
    }
    if json:
        print_json([
            {"key": key, "title": vocabulary.title, "concepts": len(vocabulary.concepts), "terms": counts[key]}
            for key, vocabulary in held.items()
        ])  # fmt: skip
        return
    rows = table("key", "title", "concepts#", "terms#")
    for key, vocabulary in held.items():
        rows.add_row(key, vocabulary.title, f"{len(vocabulary.concepts):,}", f"{counts[key]:,}")
    out.print(rows)


def remove(key: Key, home: Home = None) -> None:
    """Take a thesaurus out of use."""
    remove_vocabulary(load_settings(home=home).thesauri_dir, key)
    out.print(f"{key} is no longer used.", markup=False)
