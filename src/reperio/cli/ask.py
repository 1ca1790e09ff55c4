"""Commands that ask: search, show, serve."""

from __future__ import annotations

import importlib
import socket
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from reperio.cli.console import err, out, print_json
from reperio.cli.workshop import Home, Json, Sources, open_workshop
from reperio.errors import ConfigError, QueryError
from reperio.index.ask import Snippet
from reperio.jobs import Workshop
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Answer, Query, Result, Scope
from reperio.query.url import FACET_OF_PARAMETER, RANGE_ALIASES, SCOPES, SORTS, from_params
from reperio.resource.fields import fields

NOUNS: dict[Scope, tuple[str, str]] = {
    "all": ("result", "results"),
    "study": ("study", "studies"),
    "dataset": ("dataset", "datasets"),
    "variable": ("variable", "variables"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(search)
    app.command()(show)
    app.command()(serve)


def search(
    text: Annotated[str, typer.Argument(help="What you need, in your own words.")],
    scope: Annotated[str, typer.Option(help=f"What to list: {', '.join(SCOPES)}.")] = "all",
    chosen: Annotated[
        list[str] | None, typer.Option("--filter", "-f", help="name=value, as in the site's addresses; repeatable.")
    ] = None,
    sort: Annotated[str, typer.Option(help=f"Order: {', '.join(SORTS)}.")] = "best",
    page: Annotated[int, typer.Option(min=1, help="Page of the results.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=100, help="Results a page.")] = 10,
    words_only: Annotated[bool, typer.Option("--words-only", help="Do not search by meaning.")] = False,
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Search. Exits with 1 when nothing was found."""
    pairs = [("query", text), ("resource_type", scope), ("sort", sort), ("page", str(page)), ("size", str(size))]
    pairs += [_filter(one) for one in chosen or []]
    query = from_params([*pairs, ("meaning", str(int(not words_only)))])
    answer = open_workshop(home, sources).service().search(query)
    if json:
        print_json(answer)
    else:
        print_answer(answer, query)
    if not answer.total:
        raise typer.Exit(1)


def _filter(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    known = {*FACET_OF_PARAMETER, *RANGE_ALIASES, *(f"{one}_{end}" for one in RANGE_FILTERS for end in ("min", "max")),
             *(f"{one}_unknown" for one in (*KEYWORD_FILTERS, *RANGE_FILTERS)), "within", "like", "plain"}  # fmt: skip
    if not sign or name not in known:
        raise QueryError(
            f"There is no filter {given!r}.", hint=f"Write name=value with one of: {', '.join(sorted(known))}."
        )
    return name, value


def print_answer(answer: Answer, query: Query) -> None:
    """Print a page of results for a person."""
    for chip in answer.understood:
        err.print(f"Understood: {chip.label} (from “{chip.words}”)", markup=False)
    if answer.added:
        err.print(f"Also searched: {', '.join(one.term for one in answer.added)}", markup=False)
    for note in answer.notes:
        err.print(note.text)
    noun = NOUNS[query.scope][answer.total != 1]
    out.print(f"{answer.total:,} {noun} in {answer.took_ms:.0f} ms")
    for place, result in enumerate(answer.results, 1 + (query.page - 1) * query.size):
        _print_result(place, result)
    for miss in answer.near_misses:
        said = f"{miss.held}, asked: {miss.asked}" if miss.held else f"{miss.facet} not stated, asked: {miss.asked}"
        err.print(f"Near miss: {miss.item.resource.title} ({said})", markup=False)


def _print_result(place: int, result: Result) -> None:
    item = result.item
    out.print(f"\n{place}. ", end="")
    out.print(item.resource.title, style="bold")
    above = " > ".join(ancestor.resource.title for ancestor in result.ancestors)
    out.print(f"   {item.kind} {item.id}{' in ' + above if above else ''}", style="dim")
    for snippet in result.snippets:
        if snippet.field not in {"title", "label"}:
            out.print(Text(f"   {snippet.field}: ").append_text(_marked(snippet)))
    for hit in result.variables:
        out.print(f"   · {hit.item.resource.name or ''} {hit.item.resource.title}")


def _marked(snippet: Snippet) -> Text:
    text = Text(snippet.text)
    for start, end in snippet.marks:
        text.stylize("bold yellow", start, end)
    return text


def show(
    key: Annotated[str, typer.Argument(help="Id, uuid or slug of a resource.")],
    home: Home = None,
    sources: Sources = None,
    json: Json = False,
) -> None:
    """Show everything that is known of one resource, and where it comes from."""
    item = open_workshop(home, sources).service().find(key)
    if json:
        print_json(item)
        return
    out.print(item.resource.title, style="bold")
    for name, field in fields().items():
        value = msgspec.to_builtins(getattr(item.resource, name))
        if value not in (None, [], {}, ()) and name not in {"claims", "extra"}:
            out.print(f"{field.label}: {value}", soft_wrap=True)
    for claim in item.resource.claims:
        out.print(f"  {claim.field} ({claim.how}, {claim.source}{claim.path}): {claim.raw[:200]!r}", style="dim")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default=False)] = None,
    home: Home = None,
    sources: Sources = None,
) -> None:
    """Serve the pages and the API."""
    run_server(open_workshop(home, sources, host=host, port=port))


def _tell_first_token(workshop: Workshop, where: str) -> None:
    """At the first start, make the operators' token and show it, this once."""
    if not workshop.settings.admin:
        return
    token = importlib.import_module("reperio.web.admin.keys").Keys(workshop.settings).first()
    if token is not None:
        err.print(f"Token of the pages for operators at {where}, shown only now: {token}", soft_wrap=True)
        err.print("`reperio admin token` makes another.")


def run_server(workshop: Workshop) -> None:
    """Serve until stopped, and say where. A port of 0 takes a free one."""
    settings = workshop.settings
    numbered_6 = ":" in settings.host
    try:
        listening = socket.create_server(
            (settings.host, settings.port), family=socket.AF_INET6 if numbered_6 else socket.AF_INET
        )
    except OSError as error:
        raise ConfigError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
            hint="Another program may use it; choose another with --port or REPERIO_PORT.",
        ) from error
    host = f"[{settings.host}]" if numbered_6 else settings.host
    address = f"http://{host}:{listening.getsockname()[1]}"
    # The two edges do not import one another, so the application is named, not imported.
    app = importlib.import_module("reperio.web.app").create_app(
        settings.model_copy(update={"public_url": settings.public_url or address}), workshop.service(), workshop
    )
    _tell_first_token(workshop, f"{address}{settings.prefix}/admin/")
    out.print(f"Reperio is at {address}{settings.prefix}/  (Ctrl-C stops it)", style="bold")
    try:
        importlib.import_module("reperio.web.serving").serve(app, listening, settings)
    finally:
        app.state.office.close()
