"""Every page in every look: accessible, never wider than the screen, nothing refused, nothing asked of others.

Axe-core looks at each page narrow and dark with all that folds unfolded, wide and light, and as it is without our
scripts; widths between, 400 % zoom (which is 320 CSS pixels) and 2560 pixels are probed for what scrolls sideways.
`PROOF=full` (`make proof`) runs axe-core at every width, light and dark, with our scripts and without.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import Running
from browser.looks import TOO_SMALL, TOO_WIDE, Scheme, look, looking, violations
from browser.table import IN_THE_SAMPLE, NOT_PAGES, PAGES, SIGNED_OUT, STATES
from reperio.settings import Settings
from reperio.web.api.routes import ENDPOINTS
from reperio.web.app import create_app
from web.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
FULL = os.environ.get("PROOF") == "full"
WIDTHS = (320, 390, 768, 1280, 2560)
WITH_SCRIPT: tuple[tuple[int, Scheme], ...] = ((1280, "light"), (390, "dark"))
WITHOUT_SCRIPT: tuple[tuple[int, Scheme], ...] = ((768, "light"),)
EVERY_LOOK: tuple[tuple[int, Scheme], ...] = tuple((width, scheme) for width in WIDTHS for scheme in ("light", "dark"))
PUBLIC = {route: states for route, states in PAGES.items() if "/admin/" not in route}
OPERATORS = {route: states for route, states in PAGES.items() if "/admin/" in route and route != SIGNED_OUT}
UNFOLD = "document.querySelectorAll('main details').forEach(one => { one.open = true; })"
KEEPS_SOME = "if (location.protocol !== 'about:') localStorage.setItem('reperio-saves', 'item=a&item=b&item=c')"
SHIFT_MAX = 0.001
"""Sum of the layout shifts of a page while it loads: less than anyone can see; a font that comes in late would be more."""


def test_every_route_of_a_page_is_in_the_table() -> None:
    routes = {
        route.path
        for route in create_app(Settings(), StandIn()).routes
        if "GET" in (getattr(route, "methods", None) or ())
    }
    api = {endpoint.path for endpoint in ENDPOINTS}
    assert routes - api == {*PAGES, *NOT_PAGES, *IN_THE_SAMPLE}, (
        "the table of pages and the routes of the application differ"
    )
    assert len(STATES) == sum(map(len, PAGES.values())), "two states have one name"


@pytest.fixture(scope="module")
def reader(browser: Browser, address: Running) -> Iterator[Page]:
    with looking(browser, address) as page:
        yield page


@pytest.fixture(scope="module")
def plain_reader(browser: Browser, address: Running) -> Iterator[Page]:
    """Someone without JavaScript."""
    with looking(browser, address, script=False) as page:
        yield page


@pytest.fixture(scope="module")
def operator(browser: Browser, address: Running) -> Iterator[Page]:
    with looking(browser, address) as page:
        page.goto(SIGNED_OUT)
        assert violations(page) == [], "sign in"
        page.get_by_label("name").first.fill("Ada")
        page.locator("input[name=secret]").fill(address.token)
        page.locator("main form button").first.click()
        page.wait_for_url("**/search/admin/")
        yield page


@pytest.mark.parametrize("route", IN_THE_SAMPLE)
def test_a_page_of_the_sample_is_accessible_and_fits_every_screen(browser: Browser, catalogue: str, route: str) -> None:
    with looking(browser, catalogue) as page:
        _inspect(page, {route: IN_THE_SAMPLE[route]}, WITH_SCRIPT)


def _inspect(page: Page, states: dict[str, str], looks: tuple[tuple[int, Scheme], ...]) -> None:
    for name, path in states.items():
        page.goto(path)
        faults: list[str] = []
        for width in WIDTHS:
            look(page, width)
            faults += [f"{width}: {found}" for found in page.evaluate(TOO_WIDE)]
            if width == 320:
                faults += [f"too small: {found}" for found in page.evaluate(TOO_SMALL)]
        for width, scheme in EVERY_LOOK if FULL else looks:
            look(page, width, scheme)
            if (width, scheme) == (390, "dark"):
                page.evaluate(UNFOLD)
            faults += [f"{width} {scheme}: {found}" for found in violations(page)]
        faults += [f"refused: {found}" for found in page.evaluate("window.refused")]
        assert not faults, f"{name} ({path}):\n" + "\n".join(faults)


@pytest.mark.parametrize("route", PUBLIC)
def test_a_page_is_accessible_and_fits_every_screen(reader: Page, route: str) -> None:
    _inspect(reader, PUBLIC[route], WITH_SCRIPT)


@pytest.mark.parametrize("route", PUBLIC)
def test_a_page_is_accessible_and_fits_every_screen_without_javascript(plain_reader: Page, route: str) -> None:
    _inspect(plain_reader, PUBLIC[route], WITHOUT_SCRIPT)


@pytest.mark.parametrize("route", OPERATORS)
def test_a_page_of_operators_is_accessible_and_fits_every_screen(operator: Page, route: str) -> None:
    _inspect(operator, OPERATORS[route], WITH_SCRIPT)


@pytest.mark.parametrize(
    "name", ["home", "search", "many", "study", "variable", "compare", "saves", "explore", "topic"]
)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_loads(browser: Browser, address: Running, name: str, width: int) -> None:
    with looking(browser, address, width=width) as page:
        page.add_init_script(KEEPS_SOME)
        page.goto(STATES[name], wait_until="networkidle")
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")
        assert page.evaluate("window.shifts") < SHIFT_MAX, f"{name} at {width}"
