"""Commands on what may be one: propose, list, show, accept, split, undo."""

from __future__ import annotations

import getpass
from typing import Annotated

import msgspec
import typer

from reperio.cli.console import out, print_json, progress, table
from reperio.cli.workshop import Home, Json, open_workshop
from reperio.corpus.model import Judgement
from reperio.corpus.score import Score
from reperio.corpus.store import Corpus
from reperio.errors import QueryError, ReperioError
from reperio.resource.fields import Resource

Left = Annotated[str, typer.Argument(help="Id of the one, as `ukds/6614`.", show_default=False)]
Right = Annotated[str, typer.Argument(help="Id of the other.", show_default=False)]
Who = Annotated[str | None, typer.Option("--by", help="Who judges; you when not given.", show_default=False)]
Why = Annotated[str, typer.Option("--why", help="The reason, for those who come after.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Studies that several catalogues describe: what is one, and who says so.", no_args_is_help=True
    )
    for command, name in (
        (propose, "propose"), (list_pairs, "list"), (show, "show"), (accept, "accept"), (split, "split"), (undo, "undo"),
    ):  # fmt: skip
        group.command(name)(command)
    app.add_typer(group, name="review")


def propose(home: Home = None, json: Json = False) -> None:
    """Compare what is new or changed with the rest, merge what is surely one, and queue what may be."""
    corpus = open_workshop(home).corpus
    with progress(json) as told:
        done = corpus.resolve(progress=told)
        changed = corpus.settle()
    if json:
        print_json(done)
        return
    out.print(
        f"{done.profiled:,} profiled, {done.compared:,} pairs compared: {done.accepted:,} accepted, {done.unsure:,} to "
        f"review, {done.refused:,} refused, {done.withdrawn:,} withdrawn. {changed:,} items changed."
    )


def list_pairs(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many pairs.")] = 20,
    after: Annotated[
        int | None, typer.Option("--after", help="Number of the last pair seen.", show_default=False)
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """List pairs that wait for a judgement, the most probable first."""
    corpus = open_workshop(home).corpus
    pairs = corpus.unsure(limit, after)
    if json:
        print_json(pairs)
        return
    rows = table("number#", "probability#", "one", "other", "since")
    for pair in pairs:
        rows.add_row(str(pair.key), f"{pair.probability:.3f}", pair.left, pair.right, pair.at[:10])
    out.print(rows)


def show(left: Left, right: Right, home: Home = None, json: Json = False) -> None:
    """Show two ids side by side, how probable it is that they are one, and why."""
    corpus = open_workshop(home).corpus
    scored = corpus.explain(left, right)
    held = corpus.judgement(left, right)
    if json:
        print_json({"score": scored, "judgement": held})
        return
    _print_sides(corpus.stated(scored.left), corpus.stated(scored.right))
    _print_reasons(scored)
    out.print(_said(held), markup=False)


def accept(left: Left, right: Right, by: Who = None, why: Why = "", home: Home = None, json: Json = False) -> None:
    """Say that two ids are one. They merge at once."""
    corpus = open_workshop(home).corpus
    for identity in (left, right):
        corpus.profile(identity)
    _settle(corpus, [corpus.judge(left, right, "yes", by or _me(), why)], json=json)


def split(
    left: Left,
    right: Annotated[
        str | None,
        typer.Argument(help="Id of the other; all that it was merged with when not given.", show_default=False),
    ] = None,
    by: Who = None,
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Say that two ids are not one, or take an id out of all that it was merged with."""
    corpus = open_workshop(home).corpus
    others = [right] if right else list(corpus.merged_with(left))
    if not others:
        raise QueryError("It is merged with nothing.", id=left)
    _settle(corpus, corpus.split(left, others, by or _me(), why), json=json)


def undo(left: Left, right: Right, by: Who = None, why: Why = "", home: Home = None, json: Json = False) -> None:
    """Take back the last judgement of people on a pair; what was in force before counts again."""
    corpus = open_workshop(home).corpus
    _settle(corpus, [corpus.unjudge(left, right, by or _me(), why)], json=json)


def _settle(corpus: Corpus, judgements: list[Judgement], *, json: bool) -> None:
    changed = corpus.settle()
    if json:
        print_json({"judgements": judgements, "changed": changed})
        return
    for judgement in judgements:
        out.print(_said(judgement), markup=False)
    out.print(f"{changed:,} items changed.")


def _print_sides(left: Resource, right: Resource) -> None:
    rows = table("", left.id, right.id)
    for name in ("kind", "part_of", "titles", "alternate_titles", "identifiers", "temporal", "spatial", "sizes",
                 "creators", "publishers", "abstracts"):  # fmt: skip
        values = _shown(left, name), _shown(right, name)
        if any(values):
            rows.add_row(name.replace("_", " "), *values)
    out.print(rows, markup=False)


def _shown(resource: Resource, name: str) -> str:
    """A field in a few words, safe to print."""
    value = getattr(resource, name)
    if isinstance(value, str):
        return value
    parts = [one if isinstance(one, str) else _words(one) for one in value[:4]]
    return "; ".join(part.replace("[", "(").replace("]", ")")[:200] for part in parts)


def _words(value: msgspec.Struct) -> str:
    held = (getattr(value, name) for name in value.__struct_fields__)
    return " ".join(str(part) for part in held if isinstance(part, str | int | float) and not isinstance(part, bool))


def _print_reasons(scored: Score) -> None:
    rows = table("feature", "level", "weight#", "one", "other", title=f"Probability {scored.probability:.3f}")
    for reason in scored.reasons:
        values = (part.replace("[", "(").replace("]", ")") for part in (reason.left, reason.right))
        rows.add_row(reason.feature, reason.level, f"{reason.weight:+.1f}", *values)
    out.print(rows)


def _said(judgement: Judgement | None) -> str:
    if judgement is None:
        return "Nobody has judged this pair."
    why = f": {judgement.why}" if judgement.why else ""
    return f"{judgement.left} and {judgement.right}: {judgement.verdict}, by {judgement.by}, {judgement.at}{why}"[:1000]


def _me() -> str:
    """The name of whoever is logged in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise ReperioError("Who judges?", hint="Give a name with --by.") from error
