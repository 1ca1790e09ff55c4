"""Feedback: a problem with a record, whether results were useful, or anything else; kept here, without an account."""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.desk import LINE_MAX, TEXT_MAX, Kind, Report
from reperio.errors import GoneError, MovedError, NotFoundError, QueryError
from reperio.query.model import Query
from reperio.query.url import to_params
from reperio.web.admin.forms import address_of, from_elsewhere, read_form
from reperio.web.admin.office import Office, office_of
from reperio.web.asked import read_query
from reperio.web.language import N_, number
from reperio.web.language import gettext as _
from reperio.web.site import Site, site_of

REASONS: dict[Kind, tuple[tuple[str, str], ...]] = {
    "record": (
        ("wrong", N_("Something stated is wrong")),
        ("missing", N_("Something is missing")),
        ("apart", N_("Several studies are shown as one")),
        ("twice", N_("The same study is shown twice")),
        ("link", N_("A link does not work")),
        ("other", N_("Something else")),
    ),
    "search": (
        ("missing", N_("What I know is there was not found")),
        ("order", N_("The best results are too far down")),
        ("foreign", N_("Results have nothing to do with my search")),
        ("understood", N_("My words were misunderstood")),
        ("other", N_("Something else")),
    ),
    "site": (
        ("access", N_("I cannot use something (accessibility)")),
        ("broken", N_("Something does not work")),
        ("source", N_("A catalogue should be added")),
        ("other", N_("Something else")),
    ),
}
QUICK_SECONDS = 2
"""A form that comes back sooner was not filled in by a person."""
TRAP = "website"
"""A field that people do not see and robots fill in."""
UNKEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What feedback is about: its kind, subject as kept, title for people, address."""

    kind: Kind = "site"
    subject: str = ""
    title: str = ""
    url: str = ""


def feedback(request: Request) -> Response:
    """The form, about a record (`item`), a search (`search`) or the site."""
    site, office = site_of(request), _office(request)
    params = request.query_params
    about = _about(site, params.get("item", ""), params.get("search", ""))
    if params.get("sent"):
        return _page(site, office, about, {}, sent=True)
    return _page(site, office, about, {"useful": params.get("useful", "")})


async def send(request: Request) -> Response:
    """Keep what was sent."""
    form = await read_form(request)
    return await run_sync(_send, request, form)


def _send(request: Request, form: dict[str, str]) -> Response:
    site, office = site_of(request), _office(request)
    about = _about(site, form.get("item", ""), form.get("search", ""))
    address = address_of(request)
    problem, status = _problem(request, office, form, about.kind)
    if not problem and (wait := office.reporting.wait(address)):
        problem, status = (
            _("Too much at once from where you are. Wait %(minutes)s minutes.") % {"minutes": -(-wait // 60)},
            429,
        )
    if problem:
        return _page(site, office, about, form, problem=problem, status=status)
    office.reporting.note(address)
    if not form.get(TRAP):  # a robot is told the same as everybody
        office.desk.report(_report(site, about, form))
    return RedirectResponse(_again(site, about), status_code=303, headers=dict(UNKEPT))


def _problem(request: Request, office: Office, form: dict[str, str], kind: Kind) -> tuple[str, int]:
    age = office.sessions.age("feedback", form.get("stamp", ""))
    if from_elsewhere(request) or age is None or age < QUICK_SECONDS:
        return _("The form was too old or came too fast. Nothing is lost: please send it once more."), 403
    if len(form.get("text", "")) > TEXT_MAX or len(form.get("contact", "")) > LINE_MAX:
        return _("Please write at most %(most)s characters.") % {"most": number(TEXT_MAX)}, 400
    if form.get("reason", "") not in {"", *(reason[0] for reason in REASONS[kind])}:
        return _("Please choose one of the reasons."), 400
    if not any(form.get(name, "").strip() for name in ("text", "reason")) and form.get("useful") not in {"yes", "no"}:
        return _("Please choose what it is, or write a few words."), 400
    return "", 200


def _report(site: Site, about: About, form: dict[str, str]) -> Report:
    useful = form.get("useful", "")
    return Report(
        kind=about.kind, subject=about.subject, title=about.title, reason=form.get("reason", ""),
        useful=useful if about.kind == "search" and useful in {"yes", "no"} else "", text=form.get("text", ""),
        contact=form.get("contact", ""), generation=site.service.status().generation,
    )  # fmt: skip


def _page(
    site: Site,
    office: Office,
    about: About,
    form: dict[str, str],
    *,
    problem: str = "",
    status: int = 200,
    sent: bool = False,
) -> Response:
    return site.page(
        "feedback.html", status=status, headers=dict(UNKEPT), about=about, form=form, problem=problem, sent=sent,
        reasons=REASONS[about.kind], stamp=office.sessions.stamp("feedback"), trap=TRAP, text_max=TEXT_MAX, line_max=LINE_MAX,
    )  # fmt: skip


def _office(request: Request) -> Office:
    office = office_of(request)
    if office is None or not office.settings.feedback:
        raise NotFoundError("There is no such page.")
    return office


def _about(site: Site, key: str, search: str) -> About:
    """What is meant; what is not here any more is about the site."""
    if key:
        item = _found(site, key[:500].replace("\x00", ""))
        if item is not None:
            return About(kind="record", subject=item.uuid, title=item.resource.title, url=site.links.item(item))
    if search:
        query = _query(site, search)
        if query is not None:
            return About(
                kind="search", subject=site.links.search_text(query), title=query.text, url=site.links.search(query)
            )
    return About()


def _found(site: Site, key: str) -> Item | None:
    try:
        return site.service.find(key)
    except MovedError as moved:
        return site.service.find(moved.target)
    except (NotFoundError, GoneError):
        return None


def _query(site: Site, search: str) -> Query | None:
    try:
        query = read_query(parse_qsl(search[:TEXT_MAX].replace("\x00", ""), max_num_fields=100), site.settings)
    except (QueryError, ValueError):
        return None
    return query if to_params(query) else None


def _again(site: Site, about: About) -> str:
    asked = {
        "item": about.subject if about.kind == "record" else "",
        "search": about.subject if about.kind == "search" else "",
    }
    return site.links.feedback(**asked, sent="1")
