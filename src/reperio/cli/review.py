"""Commands on what may be one: propose, list, show, accept, split, undo, history."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from reperio.cli.console import out, print_json, progress, table
from reperio.cli.workshop import Home, Json, open_workshop
from reperio.corpus.model import Judgement
from reperio.corpus.reviewing import Review
from reperio.corpus.score import Score
from reperio.errors import ReperioError

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
        (history, "history"),
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
    review = corpus.review(left, right)
    if json:
        print_json(
            {"score": review.score, "facts": review.facts, "judgement": review.judgement, "merged": review.merged}
        )
        return
    _print_sides(review)
    _print_reasons(review.score)
    out.print("They are one item now." if review.merged else "They are two items now.")
    out.print(_said(review.judgement), markup=False)


def history(
    left: Annotated[
        str | None, typer.Argument(help="Id of the one; everything when not given.", show_default=False)
    ] = None,
    right: Annotated[str | None, typer.Argument(help="Id of the other.", show_default=False)] = None,
    people: Annotated[bool, typer.Option("--people", help="Leave out what the rules said.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many judgements.")] = 50,
    before: Annotated[
        int | None, typer.Option("--before", help="Number of the last judgement seen.", show_default=False)
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Tell who judged what, when and why, the last first."""
    entries = open_workshop(home).corpus.history(left, right, by_people=people, limit=limit, before=before)
    if json:
        print_json(entries)
        return
    rows = table("number#", "verdict", "one", "other", "by", "when", "why")
    for entry in entries:
        said = entry.judgement
        verdict = said.verdict if entry.in_force else f"({said.verdict})"
        rows.add_row(
            str(entry.key), verdict, said.left, said.right, _safe(said.by), said.at[:16], _safe(said.why)[:200]
        )
    out.print(rows)


def accept(left: Left, right: Right, by: Who = None, why: Why = "", home: Home = None, json: Json = False) -> None:
    """Say that two ids are one. They merge at once."""
    _tell([open_workshop(home).corpus.decide(left, right, "same", by or _me(), why)], json=json)


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
    who = by or _me()
    judged = [corpus.decide(left, right, "different", who, why)] if right else corpus.part(left, who, why)
    _tell(judged, json=json)


def undo(left: Left, right: Right, by: Who = None, why: Why = "", home: Home = None, json: Json = False) -> None:
    """Take back the last judgement of people on a pair; what was in force before counts again."""
    _tell([open_workshop(home).corpus.undo(left, right, by or _me(), why)], json=json)


def _tell(judgements: list[Judgement], *, json: bool) -> None:
    if json:
        print_json({"judgements": judgements})
        return
    for judgement in judgements:
        out.print(_said(judgement), markup=False)
    out.print("Items follow now; searching does after the next `reperio index`.", markup=False)


def _print_sides(review: Review) -> None:
    rows = table("", review.left.id, review.right.id)
    for fact in review.facts:
        mark = " =" if fact.agree else ""
        rows.add_row(fact.label + mark, *(_safe("; ".join(values))[:600] for values in (fact.left, fact.right)))
    out.print(rows, markup=False)


def _safe(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


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
