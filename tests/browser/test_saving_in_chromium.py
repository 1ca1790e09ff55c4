"""Comparing, saving, previewing in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.looks import violations
from web.standin import STUDY, VARIABLES

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
FIRST = "growing-up-and-sleeping-well-survey"
LISTED = f"/search/saves?title=Sleep&item={STUDY.uuid}&folder=Cohorts&note=mine&item={VARIABLES[0].uuid}&search=query%3Dsleep"


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_without_javascript_results_are_compared_saved_and_noted(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/search/?query=study")
    page.get_by_label("Select Study of Everyday Life 1", exact=True).check()
    page.get_by_label("Select Study of Everyday Life 2", exact=True).check()
    page.get_by_role("button", name="Compare selected").click()
    expect(page).to_have_url(f"{address}/search/compare?item=study-of-everyday-life-1&item=study-of-everyday-life-2")
    page.get_by_role("link", name="Only differences").click()
    expect(page).to_have_url(
        f"{address}/search/compare?item=study-of-everyday-life-1&item=study-of-everyday-life-2&only=differences"
    )
    page.goto("/search/?query=study")
    page.get_by_label("Select Study of Everyday Life 1", exact=True).check()
    page.get_by_role("button", name="Save selected").click()
    page.get_by_label("Note").fill("Look <b>closer</b>")
    page.get_by_role("combobox", name="Folder").fill("Later")
    page.get_by_role("button", name="Keep changes").click()
    expect(page.get_by_role("heading", name="Later")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("Look <b>closer</b>")
    page.get_by_label("Remove Study of Everyday Life 1").check()
    page.get_by_role("button", name="Keep changes").click()
    expect(page).to_have_url(f"{address}/search/saves")
    context.close()


def test_coming_back_what_was_picked_or_written_is_still_there(page: Page, address: str) -> None:
    page.goto("/search/?query=study")
    pick = page.get_by_label("Select Study of Everyday Life 1", exact=True)
    pick.check()
    page.get_by_role("button", name="Compare selected").click()
    expect(page).to_have_url(f"{address}/search/compare?item=study-of-everyday-life-1")
    page.go_back()
    expect(pick).to_be_checked()
    expect(page.locator("[data-picked]").first).to_have_text("1 selected")
    page.goto("/search/feedback")
    page.get_by_label("In your words").fill("A long report")
    page.get_by_role("link", name="Help").click()
    page.go_back()
    expect(page.get_by_label("In your words")).to_have_value("A long report")


def test_what_is_saved_is_remembered_by_the_browser(page: Page, address: str) -> None:
    page.goto(f"/search/studies/{FIRST}")
    save = page.get_by_role("button", name="Save", exact=True)
    expect(save).to_have_attribute("aria-pressed", "false")
    save.click()
    expect(save).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text="Saved. 1 saved.")).to_be_attached()
    page.get_by_role("link", name="Saves (1)").click()
    expect(page).to_have_url(f"{address}/search/saves?item={STUDY.uuid}")
    expect(page.locator("#mine")).to_contain_text("kept in this browser")
    page.get_by_label("Note").fill("mine")
    page.get_by_role("button", name="Keep changes").click()
    expect(page).to_have_url(f"{address}/search/saves?item={STUDY.uuid}&note=mine")
    page.goto("/search/saves")
    expect(page.get_by_label("Note")).to_have_value("mine")
    page.get_by_label("Remove").check()
    page.get_by_role("button", name="Keep changes").click()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    page.goto("/search/saves")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()


def test_a_list_by_link_does_not_touch_ones_own(page: Page, address: str) -> None:
    page.goto(f"/search/items/{VARIABLES[1].uuid}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(LISTED)
    expect(page.locator("#mine")).to_contain_text("not the one kept in this browser")
    page.get_by_role("combobox", name="Folder").first.fill("Other")
    page.get_by_role("button", name="Keep changes").click()
    assert page.evaluate("localStorage.getItem('reperio-saves')") == f"item={VARIABLES[1].uuid}"
    page.get_by_role("button", name="Add it to yours").click()
    expect(page.locator("#mine")).to_contain_text("kept in this browser")
    expect(page.get_by_text("3 items, 1 search")).to_be_visible()


def test_ticked_results_are_counted_and_bounded(page: Page, address: str) -> None:
    page.goto("/search/?query=study")
    for number in range(7):
        page.get_by_label(f"Select Study of Everyday Life {number}", exact=True).check()
    expect(page.locator("[data-picked]")).to_contain_text("7 selected; six at most can be compared")
    page.get_by_role("button", name="Compare selected").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Six at most can be compared.")).to_be_attached()
    expect(page).to_have_url(f"{address}/search/?query=study")
    page.get_by_role("button", name="Save selected").click()
    expect(page.get_by_role("link", name="Saves (7)")).to_be_visible()
    assert violations(page) == []


def test_a_search_is_saved(page: Page) -> None:
    page.goto("/search/?query=study&source=arch")
    page.get_by_role("button", name="Save this search").click()
    page.goto("/search/saves")
    expect(page.get_by_role("link", name="“study”, Catalogue: Archive of Surveys", exact=True)).to_be_visible()


def test_a_preview_opens_beside_the_list_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/search/?query=study")
    opener = page.get_by_role("button", name="Preview Study of Everyday Life 2", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    beside = page.get_by_role("complementary", name="Preview")
    expect(beside).to_be_visible()
    expect(beside).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close preview")).to_be_focused()
    page.keyboard.press("Escape")
    expect(beside).to_be_hidden()
    expect(opener).to_be_focused()
    page.set_viewport_size({"width": 800, "height": 800})
    expect(opener).to_be_hidden()


def test_an_exported_list_is_imported_through_the_form(page: Page, address: str) -> None:
    page.goto(LISTED)
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON, to import again").click()
    file = download.value.path()
    page.goto("/search/saves")
    page.get_by_label("JSON file of a list").set_input_files(str(file))
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="Sleep", exact=True)).to_be_visible()
    expect(page.get_by_text("2 items, 1 search")).to_be_visible()
