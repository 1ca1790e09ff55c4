"""The gate: signing in and out, and what stands before every page of the operators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.desk import clean
from reperio.errors import NotFoundError
from reperio.log import get_logger
from reperio.web.admin.forms import address_of, from_elsewhere, read_form
from reperio.web.admin.office import Office, office_of
from reperio.web.admin.sessions import NAME_MAX, SESSION_SECONDS, Session
from reperio.web.site import Site, site_of

log = get_logger(__name__)

FOLDER = "admin"
COOKIE = "reperio-operator"
UNKEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "same-origin"}
Form = dict[str, str]


class Visit:
    """A request of somebody who is in: the site, the office, the session, and what a page needs of them."""

    def __init__(self, request: Request, office: Office, session: Session) -> None:
        self.request = request
        self.site: Site = site_of(request)
        self.office = office
        self.session = session

    def link(self, path: str = "") -> str:
        """Address of a page of the operators."""
        return self.site.links.page(f"{FOLDER}/{path}")

    def asked(self, name: str) -> str:
        """A parameter of the address, without null characters."""
        return self.request.query_params.get(name, "").replace("\x00", "")[:500]

    def number(self, name: str) -> int | None:
        """A parameter that is a number; None when it is not there or none."""
        raw = self.asked(name)
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 15 else None

    def page(self, template: str, **context: Any) -> Response:
        """Draw a page."""
        return self.site.page(
            template, headers=dict(UNKEPT), visit=self, mark=self.office.sessions.mark(self.session), **context
        )

    def to(self, path: str) -> Response:
        """Go to a page after a form."""
        return RedirectResponse(self.link(path), status_code=303, headers=dict(UNKEPT))


def opened(request: Request) -> Office:
    """The office.

    Raises:
        NotFoundError: there is none here, or it is switched off.
    """
    office = office_of(request)
    if office is None or not office.settings.admin:
        raise NotFoundError("There is no such page.")
    return office


def session_of(request: Request, office: Office) -> Session | None:
    """Who is in, by the cookie; None when nobody is."""
    session = office.sessions.read(request.cookies.get(_cookie(office), ""))
    return None if session is None or office.desk.ended(session.nonce) else session


def behind(page: Callable[[Visit], Response]) -> Callable[[Request], Response]:
    """A page that only those see who are in; others are asked to sign in."""

    def guarded(request: Request) -> Response:
        office = opened(request)
        session = session_of(request, office)
        if session is None:
            return RedirectResponse(
                site_of(request).links.page(f"{FOLDER}/sign-in"), status_code=303, headers=dict(UNKEPT)
            )
        return page(Visit(request, office, session))

    return guarded


def done_by(act: Callable[[Visit, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """What a form does, when who sends it is in and the form is of their session."""

    async def guarded(request: Request) -> Response:
        form = await read_form(request)
        return await run_sync(_act, request, form, act)

    return guarded


def _act(request: Request, form: Form, act: Callable[[Visit, Form], Response]) -> Response:
    office = opened(request)
    session = session_of(request, office)
    if session is None:
        return RedirectResponse(site_of(request).links.page(f"{FOLDER}/sign-in"), status_code=303, headers=dict(UNKEPT))
    if from_elsewhere(request) or not office.sessions.marked(session, form.get("mark", "")):
        return _refused(request)
    return act(Visit(request, office, session), form)


def _refused(request: Request) -> Response:
    return site_of(request).page(
        "error.html", status=403, headers=dict(UNKEPT), code=403, title="Refused",
        detail="The form was not of this session. Nothing was changed.", hint="Go back, load the page again and repeat it.",
    )  # fmt: skip


# -- in and out ----------------------------------------------------------------------------------------------------


def sign_in_page(request: Request) -> Response:
    """Ask for the token or password."""
    office = opened(request)
    if session_of(request, office):
        return RedirectResponse(site_of(request).links.page(f"{FOLDER}/"), status_code=303, headers=dict(UNKEPT))
    return _ask(request, office)


def _ask(request: Request, office: Office, problem: str = "", status: int = 200, wait: int = 0) -> Response:
    headers = UNKEPT | ({"Retry-After": str(wait)} if wait else {})
    return site_of(request).page(
        "admin_sign_in.html", status=status, headers=headers, problem=problem, stamp=office.sessions.stamp("sign-in"),
        ready=office.keys.ready, password=bool(office.settings.admin_password), name_max=NAME_MAX,
    )  # fmt: skip


async def sign_in(request: Request) -> Response:
    """Let in whoever has the token or password."""
    form = await read_form(request)
    return await run_sync(_sign_in, request, form)


def _sign_in(request: Request, form: Form) -> Response:
    office, address = opened(request), address_of(request)
    if from_elsewhere(request) or office.sessions.age("sign-in", form.get("stamp", "")) is None:
        return _ask(request, office, "That form was too old. Please try once more.", 403)
    if wait := office.signing_in.wait(address):
        return _ask(request, office, f"Too many tries. Wait {-(-wait // 60)} minutes.", 429, wait)
    office.signing_in.note(address)
    name = " ".join(clean(form.get("name", ""), NAME_MAX).split())
    if not office.keys.fits(form.get("secret", "").strip()):
        log.warning("admin.refused")
        return _ask(request, office, "That is not it.", 403)
    if not name or name == "rules":
        return _ask(request, office, "Give your name: it is shown with what you judge.", 400)
    office.signing_in.forgive(address)
    log.info("admin.signed_in", name=name)
    return _let_in(request, office, name)


def _let_in(request: Request, office: Office, name: str) -> Response:
    _, cookie = office.sessions.begin(name)
    folder = site_of(request).links.page(FOLDER)
    response = RedirectResponse(f"{folder}/", status_code=303, headers=dict(UNKEPT))
    response.set_cookie(
        _cookie(office), cookie, max_age=SESSION_SECONDS, path=folder, secure=_secure(office), httponly=True,
        samesite="strict",
    )  # fmt: skip
    return response


def sign_out(visit: Visit, _: Form) -> Response:
    """End the session for good, not only in this browser."""
    visit.office.desk.end(visit.session.nonce, visit.session.until)
    folder = visit.site.links.page(FOLDER)
    response = visit.to("sign-in")
    response.delete_cookie(
        _cookie(visit.office), path=folder, secure=_secure(visit.office), httponly=True, samesite="strict"
    )
    return response


def _secure(office: Office) -> bool:
    return (office.settings.public_url or "").startswith("https://")


def _cookie(office: Office) -> str:
    return f"__Secure-{COOKIE}" if _secure(office) else COOKIE
