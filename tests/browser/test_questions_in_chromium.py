"""Questionnaires and crosswalks in a real browser: accessible, within the width, working without our script."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from web.standin import VARIABLES

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
CROSS = urlencode([("label", "Worry"), ("v", f"{VARIABLES[0].uuid}~0"), ("v", f"{VARIABLES[1].uuid}~0")])


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_questions_are_accessible_and_fit(browser: Browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    for path in (f"/search/items/{VARIABLES[0].uuid}", f"/search/crosswalk?{CROSS}", "/search/questionnaire"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.get_by_label("Items, one a line").fill(
        "How often have you felt anxious or worried in the past two weeks?\nOwns a caravan"
    )
    page.get_by_role("button", name="Find studies").click()
    expect(page.get_by_role("heading", name="Studies by the items they hold")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not errors
    context.close()


def test_a_questionnaire_leads_to_a_crosswalk_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search/questionnaire")
    page.get_by_label("Items, one a line").fill("How often have you felt anxious or worried in the past two weeks?")
    page.get_by_role("button", name="Find studies").click()
    page.get_by_role("button", name="Crosswalk of what is ticked").click()
    expect(page.get_by_role("heading", name="Crosswalk")).to_be_visible()
    expect(page.get_by_label("Name of construct 1")).to_have_value(
        "How often have you felt anxious or worried in the past two weeks?"
    )
    context.close()
