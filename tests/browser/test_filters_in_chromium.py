"""Filters with many values in a real browser: opened in place with our scripts, on a page of their own without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.looks import TOO_SMALL, TOO_WIDE, look, looking, violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
FOUND = "/search/?query=study"


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[Page]:
    with looking(browser, address) as page:
        yield page


@pytest.fixture
def page(reader: Page) -> Page:
    reader.set_viewport_size({"width": 1280, "height": 800})
    reader.goto(FOUND)
    return reader


def opened(page: Page) -> Locator:
    """The list of all keywords, opened by keyboard."""
    page.locator("summary", has_text="Keywords").first.click()
    page.get_by_role("link", name="Show all 30 keywords").focus()
    page.keyboard.press("Enter")
    whole = page.locator(".whole")
    expect(whole).to_be_visible()
    return whole


def test_all_values_open_in_place_and_the_focus_is_in_their_search(page: Page) -> None:
    whole = opened(page)
    find = page.get_by_role("searchbox", name="Search inside keywords")
    expect(find).to_be_focused()
    expect(find).to_have_accessible_description("30 values")
    expect(whole.get_by_role("checkbox")).to_have_count(30)
    expect(page.get_by_role("link", name="Show all 30 keywords")).to_be_hidden()
    expect(page.locator("input[value='keyword 0']")).to_have_count(1)
    assert violations(page) == []


def test_typing_narrows_the_list_and_says_how_many_are_left(page: Page) -> None:
    whole = opened(page)
    page.keyboard.type("word 29")
    expect(whole.get_by_role("checkbox")).to_have_count(1)
    expect(whole.get_by_role("status")).to_have_text("1 value")
    page.get_by_role("searchbox", name="Search inside keywords").fill("")
    expect(whole.get_by_role("checkbox")).to_have_count(30)


def test_several_are_ticked_then_applied_at_once(page: Page, address: str) -> None:
    whole = opened(page)
    page.keyboard.type("word 29")
    expect(whole.get_by_role("checkbox")).to_have_count(1)
    whole.get_by_label("keyword 29").check()
    page.get_by_role("searchbox", name="Search inside keywords").fill("word 27")
    expect(whole.get_by_label("keyword 27")).to_be_visible()
    expect(whole.get_by_label("keyword 29"), "what is ticked stays").to_be_checked()
    whole.get_by_label("keyword 27").check()
    assert page.url == address + FOUND, "ticking here does not send"
    whole.get_by_role("button", name="Apply").click()
    page.wait_for_url(lambda url: "keywords=keyword+27" in url and "keywords=keyword+29" in url)
    facet = page.get_by_role("group", name="Keywords")
    expect(facet.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(facet.get_by_label("keyword 27")).to_be_focused()
    expect(page.locator("#changed")).to_contain_text("result")
    page.go_back()
    page.wait_for_url(f"**{FOUND}")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_what_is_taken_out_stays_out_whatever_is_sought(page: Page) -> None:
    page.goto(f"{FOUND}&keywords=keyword+29")
    page.get_by_role("link", name="Show all 30 keywords").click()
    whole = page.locator(".whole")
    whole.get_by_label("keyword 29").uncheck()
    page.get_by_role("searchbox", name="Search inside keywords").fill("word 2")
    expect(whole.get_by_role("checkbox")).to_have_count(12)
    expect(whole.get_by_label("keyword 29")).not_to_be_checked()
    whole.get_by_role("button", name="Apply").click()
    page.wait_for_url(f"**{FOUND}")
    expect(page.get_by_role("group", name="Keywords").get_by_role("checkbox").first).to_be_focused()


@pytest.mark.parametrize("way", ["escape", "cancel"])
def test_it_closes_as_it_was_and_gives_the_focus_back(page: Page, way: str) -> None:
    whole = opened(page)
    whole.get_by_label("keyword 20").check()
    if way == "escape":
        page.keyboard.press("Escape")
    else:
        whole.get_by_role("button", name="Cancel").click()
    expect(whole).to_have_count(0)
    expect(page.get_by_role("link", name="Show all 30 keywords")).to_be_focused()
    expect(page.get_by_role("group", name="Keywords").locator("li input")).to_have_count(7)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_escape_first_clears_what_is_sought(page: Page) -> None:
    whole = opened(page)
    page.keyboard.type("word")
    page.keyboard.press("Escape")
    expect(whole).to_be_visible()


def test_where_it_cannot_be_fetched_the_page_of_all_values_opens(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/facets/*/list*", lambda route: route.abort())
    page.goto(FOUND)
    page.locator("summary", has_text="Keywords").first.click()
    page.get_by_role("link", name="Show all 30 keywords").click()
    page.wait_for_url("**/search/facets/keyword?query=study")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (2560, "light")])
def test_the_open_list_fits_and_is_accessible(page: Page, width: int, scheme: str) -> None:
    look(page, width, "dark" if scheme == "dark" else "light")
    page.goto(FOUND)
    if width < 900:
        page.locator("#filters > summary").click()
    opened(page)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
    assert violations(page) == []
    look(page, 1280)


def test_without_javascript_a_page_has_all_values_and_leads_back(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(FOUND)
    page.locator("summary", has_text="Keywords").first.click()
    page.get_by_role("link", name="Show all 30 keywords").click()
    page.wait_for_url("**/search/facets/keyword?query=study")
    page.get_by_role("searchbox", name="Search in this list").fill("word 29")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_role("link", name="keyword 29").click()
    page.wait_for_url("**/search/?query=study&keywords=keyword+29")
    expect(page.get_by_label("Filters in force")).to_contain_text("keyword 29")
    page.get_by_role("link", name="Show all 30 keywords").click()
    expect(page.locator("li", has_text="keyword 29")).to_contain_text("choose it again to take it out")
    page.get_by_role("link", name="Back to the search").click()
    page.wait_for_url("**/search/?query=study&keywords=keyword+29")
    context.close()
