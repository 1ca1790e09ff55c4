"""The first things one does on a page, in a real browser: filters, ranges, suggestions, copying, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
STUDY = "/search/studies/growing-up-and-sleeping-well-survey"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    yield page
    context.close()


def test_without_javascript_a_filter_is_chosen_and_applied(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/search/?query=study")
    page.get_by_label("Archive of Surveys").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(f"{address}/search/?query=study&source=arch")
    expect(page.get_by_label("Filters in force")).to_contain_text("Archive of Surveys")
    context.close()


def test_with_javascript_a_filter_takes_effect_at_once_and_keeps_the_focus(page: Page, address: str) -> None:
    page.goto("/search/?query=study")
    page.get_by_label("Archive of Surveys").check()
    expect(page).to_have_url(f"{address}/search/?query=study&source=arch")
    expect(page.get_by_label("Archive of Surveys")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(f"{address}/search/?query=study")
    expect(page.get_by_label("Archive of Surveys")).not_to_be_checked()


def test_a_range_is_set_by_typing(page: Page, address: str) -> None:
    page.goto("/search/?query=study")
    years = page.get_by_role("group", name="Years")
    years.get_by_role("spinbutton", name="From").fill("1990")
    years.get_by_role("spinbutton", name="From").press("Enter")
    expect(page).to_have_url(f"{address}/search/?query=study&year_min=1990")


def test_a_drawing_is_walked_and_followed_by_keyboard(page: Page, address: str) -> None:
    page.goto("/search/explore")
    mark = page.get_by_role("link", name="1990s, access: open").first
    mark.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/search/?access=open&year_min=1990&year_max=1999")


def test_suggestions_are_used_by_keyboard(page: Page, address: str) -> None:
    page.goto("/search/")
    box = page.get_by_role("combobox")
    box.press_sequentially("grow")
    expect(page.get_by_role("option")).to_have_count(2)
    assert violations(page) == []
    box.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page).to_have_url(f"{address}/search/?query=Growing+Up+and+Sleeping+Well+Survey")


def test_escape_closes_the_suggestions(page: Page) -> None:
    page.goto("/search/")
    box = page.get_by_role("combobox")
    box.press_sequentially("grow")
    expect(page.get_by_role("option")).to_have_count(2)
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_the_first_tab_leads_to_the_content(page: Page) -> None:
    page.goto(STUDY)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_every_control_can_be_reached_by_keyboard_and_shows_it(page: Page) -> None:
    page.goto("/search/?query=sleep&source=arch")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                """() => {
                  const element = document.activeElement, box = element.closest('.box') || element;
                  const style = getComputedStyle(box);
                  const shown = style.outlineStyle !== 'none' || getComputedStyle(element).outlineStyle !== 'none';
                  return [element.tagName, shown].join(' ');
                }"""
            )
        )
    assert {"A true", "INPUT true", "SUMMARY true"} <= seen
    assert not [one for one in seen if one.endswith("false") and not one.startswith(("BODY", "HTML"))]


def test_a_citation_is_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(STUDY)
    page.locator("summary", has_text="BibTeX").click()
    page.get_by_role("button", name="Copy BibTeX").click()
    expect(page.get_by_role("button", name="Copied BibTeX")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{")
    context.close()
