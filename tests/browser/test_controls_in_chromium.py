"""Every control of the pages for readers, used as people use it: by pointer, by keyboard, on narrow screens, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import Running, served
from browser.looks import looking, violations
from browser.table import STATES
from reperio.settings import Settings
from reperio.web.app import create_app
from web.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
FOUND = "/search/?query=study"
NEED = "anxiety and household income in Great Britain after 2000"
HIDDEN_FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return '';
  const shown = focused.closest('label') || focused.closest('.box') || focused;
  const boxes = [...shown.getClientRects()].filter(box => box.width && box.height);
  const at = (x, y) => document.elementFromPoint(x, y);
  const seen = boxes.some(box => [[.5, .5], [.05, .5], [.95, .5], [.5, .1], [.5, .9]].some(([across, down]) => {
    const top = at(box.left + box.width * across, box.top + box.height * down);
    return top && (shown.contains(top) || top.contains(shown));
  }));
  return seen ? '' : focused.outerHTML.slice(0, 120);
}"""
"""What has the focus and is wholly covered or out of sight (WCAG 2.4.11); empty when it is seen."""


@pytest.fixture(scope="module")
def reader(browser: Browser, address: Running) -> Iterator[Page]:
    with looking(browser, address) as page:
        yield page


@pytest.fixture
def page(reader: Page) -> Page:
    reader.set_viewport_size({"width": 1280, "height": 800})
    return reader


@pytest.fixture(scope="module")
def searcher(browser: Browser, catalogue: str) -> Iterator[Page]:
    """A reader of the sample, where words are understood."""
    with looking(browser, catalogue) as page:
        yield page


# -- the search page -----------------------------------------------------------------------------------------------


def test_an_order_is_chosen_and_the_way_back_leads_to_the_one_before(page: Page) -> None:
    page.goto(FOUND)
    page.get_by_label("Sort").select_option(label="Title, A to Z")
    page.wait_for_url("**/search/?query=study&sort=title")
    expect(page.get_by_label("Sort")).to_be_focused()
    page.go_back()
    page.wait_for_url("**/search/?query=study")
    expect(page.get_by_label("Sort")).to_have_value("")


def test_pages_of_results_are_walked_by_number_forth_and_back(page: Page) -> None:
    page.goto(FOUND)
    pager = page.get_by_role("navigation", name="Pages of results")
    pager.get_by_role("link", name="Page 2").click()
    page.wait_for_url("**page=2")
    expect(page.locator(".total")).to_contain_text("21 to 40 shown")
    expect(pager.locator("[aria-current]")).to_have_text("Page 2")
    pager.get_by_role("link", name="Previous page").click()
    page.wait_for_url("**/search/?query=study")
    page.go_back()
    page.wait_for_url("**page=2")
    page.go_back()
    page.wait_for_url("**/search/?query=study")
    pager.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2")


def test_a_filter_says_the_new_count_and_keeps_the_place(page: Page) -> None:
    page.goto(FOUND)
    box = page.get_by_label("Archive of Surveys")
    box.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    box.check()
    page.wait_for_url("**source=arch")
    said = page.locator("main > [role=status]#changed")
    expect(said).to_have_text(page.locator(".total").inner_text())
    expect(said).to_contain_text("result")
    assert abs(page.evaluate("scrollY") - before) < 200, "the page jumped"
    page.get_by_role("group", name="Filters in force").get_by_role("link").first.click()
    page.wait_for_url("**/search/?query=study")
    expect(page.locator("#changed")).to_have_count(0)


def test_all_filters_are_cleared_at_once(page: Page) -> None:
    page.goto(f"{FOUND}&source=arch&year_min=1990")
    page.get_by_role("link", name="Clear all filters").click()
    page.wait_for_url("**/search/?query=study")


def test_what_does_not_state_a_value_is_included_by_a_tick(page: Page) -> None:
    page.goto(f"{FOUND}&year_min=1990")
    page.get_by_role("group", name="Years").get_by_label("Also where not stated").check()
    page.wait_for_url("**year_unknown=1")
    expect(page.get_by_role("group", name="Years").get_by_label("Also where not stated")).to_be_focused()


def test_a_range_has_a_button_and_bars_that_set_it(page: Page) -> None:
    page.goto(FOUND)
    years = page.get_by_role("group", name="Years")
    years.get_by_role("spinbutton", name="To").fill("2001")
    years.get_by_role("button", name="Set years").click()
    page.wait_for_url("**/search/?query=study&year_max=2001")
    page.goto(FOUND)
    bar = page.locator("svg.histogram a").first
    address = str(bar.get_attribute("href"))
    bar.click()
    page.wait_for_url(f"**{address}")
    assert re.search(r"_(min|max)=", address)


def test_kinds_are_tabs_and_results_are_drawn(page: Page) -> None:
    page.goto(FOUND)
    page.get_by_label("Kind of result").get_by_role("link", name="Datasets").click()
    page.wait_for_url("**resource_type=dataset")
    page.get_by_role("link", name="Draw these results").click()
    page.wait_for_url("**/search/explore?**query=study**")


def test_filters_stay_open_on_a_narrow_screen_and_lead_to_the_results(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(FOUND)
    page.locator("#filters > summary").click()
    page.get_by_label("Archive of Surveys").check()
    page.wait_for_url("**source=arch")
    expect(page.get_by_label("Archive of Surveys")).to_be_focused()
    expect(page.get_by_label("Archive of Surveys")).to_be_visible()
    page.get_by_role("link", name="To the results").click()
    expect(page.locator("#results")).to_be_focused()
    expect(page.locator(".total")).to_be_in_viewport()


def test_why_a_result_is_here_is_unfolded(page: Page) -> None:
    page.goto("/search/?query=sleep")
    why = page.locator("details.why").first
    why.locator("summary").click()
    expect(why.locator(".share").first).to_contain_text("%")


def test_what_was_understood_can_be_used_as_words_or_edited(searcher: Page) -> None:
    searcher.goto("/search/")
    searcher.get_by_role("combobox").fill(NEED)
    searcher.get_by_role("combobox").press("Enter")
    understood = searcher.get_by_label("Understood from your words")
    expect(understood.locator(".read")).to_have_count(2)
    understood.get_by_role("link", name="use as words").first.click()
    expect(understood.locator(".read")).to_have_count(1)
    assert "plain=" in searcher.url
    searcher.go_back()
    expect(understood.locator(".read")).to_have_count(2)
    understood.get_by_role("link", name=re.compile("^edit as a filter")).first.click()
    expect(searcher.get_by_label("Filters in force")).to_be_visible()
    expect(understood.locator(".read")).to_have_count(1)
    assert "country_codes=GB" in searcher.url


# -- pages of items, lists, drawings -------------------------------------------------------------------------------


def test_an_item_leads_to_its_parts(page: Page) -> None:
    page.goto(STATES["study"])
    parts = page.get_by_role("navigation", name="On this page")
    links = parts.get_by_role("link")
    assert links.count() >= 6
    for place in range(links.count()):
        target = str(links.nth(place).get_attribute("href"))
        assert page.locator(target).count() == 1, target
    parts.get_by_role("link", name="Cite").click()
    expect(page.locator("#cite")).to_be_in_viewport()
    page.go_back()
    page.wait_for_url(f"**{STATES['study']}")


def test_folds_open_by_keyboard(page: Page) -> None:
    page.goto(STATES["study"])
    fold = page.locator("summary", has_text="Every value and the words it was read from")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Provenance of each value")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Provenance of each value")).to_be_hidden()


def test_browsing_goes_by_letter_and_by_page(page: Page) -> None:
    page.goto(STATES["browse"])
    page.get_by_role("navigation", name=re.compile("letter|A to Z", re.I)).get_by_role("link").last.click()
    expect(page.locator(".az > li").first).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("/search/studies$"))


def test_a_list_of_topics_is_searched_and_ordered(page: Page) -> None:
    page.goto(STATES["topics"])
    box = page.locator("main form input[type=search]")
    box.fill("health")
    box.press("Enter")
    page.wait_for_url("**find=health**")
    expect(page.locator(".total")).to_contain_text("of")
    page.get_by_role("link", name="Show all").click()
    page.wait_for_url(re.compile(r"/topics(\?order=\w+)?$"))


def test_a_drawing_has_its_table(page: Page) -> None:
    page.goto("/search/explore")
    fold = page.locator("summary", has_text="Years as a table")
    fold.click()
    expect(fold.locator("xpath=..").get_by_role("table")).to_be_visible()


def test_comparing_adds_takes_away_and_lines_up(page: Page) -> None:
    page.goto(STATES["compare one"])
    page.get_by_label("Add a study or dataset").fill("Study of Everyday Life 3")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Add Study of Everyday Life 3", exact=True).click()
    expect(page.locator("thead th[scope=col]")).to_have_count(2)
    page.get_by_role("link", name=re.compile("^Remove")).last.click()
    expect(page.locator("thead th[scope=col]")).to_have_count(1)
    page.goto(STATES["compare"])
    page.get_by_label("Topic of the variables").fill("worry")
    page.get_by_role("button", name="Line up").click()
    page.wait_for_url("**about=worry**")


def test_the_language_is_changed_and_stays(browser: Browser, address: Running) -> None:
    with looking(browser, address) as page:
        page.goto(FOUND)
        page.get_by_role("link", name="Deutsch").click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("button", name="Suchen")).to_be_visible()
        page.locator(".hits h2 a").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        assert violations(page) == []
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_house_gives_the_pages_its_name_logo_and_colours_in_one_style_sheet(browser: Browser, tmp_path: Path) -> None:
    css, logo = tmp_path / "house.css", tmp_path / "house.svg"
    css.write_text(":root { --accent: #5b2a86; --accent-strong: #3d1a5c; --accent-wash: #f0e8f7; --serif: monospace; }")
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>')
    house = {"site_name": "Harbour Finder", "brand_css": css, "brand_logo": logo, "home": tmp_path, "public_url": None}
    app = create_app(Settings().model_copy(update=house), StandIn())
    with served(app) as at, looking(browser, at) as page:
        page.goto("/search/")
        expect(page.get_by_role("link", name="Harbour Finder", exact=True)).to_be_visible()
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.box-go')).backgroundColor") == "rgb(91, 42, 134)"
        )
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily") == "monospace"
        assert page.evaluate("document.querySelector('.mark-logo').naturalWidth") > 0
        assert violations(page) == []


# -- what holds everywhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 256)])
@pytest.mark.parametrize("name", ["home", "search", "study", "compare", "saves", "explore"])
def test_the_focus_is_never_hidden(page: Page, name: str, width: int, height: int) -> None:
    """320 by 256 is what 400 % zoom leaves of 1280 by 1024."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(STATES[name])
    hidden = []
    for _step in range(70):
        page.keyboard.press("Tab")
        hidden.append(page.evaluate(HIDDEN_FOCUS))
    assert not any(hidden), [one for one in hidden if one][:3]


@pytest.mark.parametrize("name", ["search", "many", "study", "compare differences", "explore", "topic", "values"])
def test_the_way_back_leads_back_from_every_page(page: Page, name: str) -> None:
    page.goto("/search/help")
    page.goto(STATES[name])
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")
    page.go_back()
    expect(page).to_have_url(re.compile("/search/help$"))


@pytest.mark.parametrize("name", ["home", "search", "study", "compare", "saves", "explore"])
def test_a_page_reads_in_high_contrast_and_forced_colours_and_without_motion(page: Page, name: str) -> None:
    page.goto(STATES[name])
    page.emulate_media(contrast="more", reduced_motion="reduce")
    faults = violations(page)
    page.emulate_media(contrast="no-preference", forced_colors="active", reduced_motion="reduce")
    faults += [found for found in violations(page) if not found.startswith("color-contrast")]
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0.01)"
        ".map(e => e.outerHTML.slice(0, 80)).slice(0, 3)"
    )
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    assert faults + moving == []
