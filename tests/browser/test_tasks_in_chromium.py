"""What people come for, done as they would, counted in clicks, keys and pages (typing a phrase counts once)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.looks import looking

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
NEED = "anxiety and household income in Great Britain after 2000"


class Hand:
    """Does things on a page and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    def click(self, what: Locator) -> None:
        """One click or tick."""
        self.acts += 1
        what.click()

    def ask(self, words: str) -> None:
        """Words typed into the search box, and Enter: two acts."""
        self.acts += 2
        box = self.page.get_by_role("searchbox").or_(self.page.get_by_role("combobox")).first
        box.fill(words)
        box.press("Enter")
        self.page.wait_for_url("**query=*")


@pytest.fixture(scope="module")
def reader(browser: Browser, catalogue: str) -> Iterator[Page]:
    with looking(browser, catalogue) as page:
        yield page


@pytest.fixture
def hand(reader: Page) -> Hand:
    reader.goto("/search/")
    return Hand(reader)


def test_studies_of_anxiety_and_household_income_in_britain_after_2000_take_two_acts(hand: Hand) -> None:
    hand.ask(NEED)
    understood = hand.page.get_by_label("Understood from your words")
    expect(understood).to_contain_text("2000")
    expect(understood).to_contain_text("Great Britain")
    expect(hand.page.locator(".hits > li").first).to_be_visible()
    assert hand.acts == 2


def test_the_wording_of_a_question_takes_three_acts(hand: Hand) -> None:
    hand.ask("feeling anxious")
    hand.click(hand.page.locator(".hits .vars .var-title").first)
    expect(hand.page.get_by_role("heading", level=1)).to_be_visible()
    assert "/search/items/" in hand.page.url
    assert hand.acts == 3


def test_two_studies_are_compared_in_five_acts(hand: Hand) -> None:
    hand.ask("anxiety")
    _tick_two(hand)
    hand.click(hand.page.get_by_role("button", name="Compare selected"))
    hand.page.wait_for_url("**/search/compare?item=*&item=*")
    assert hand.page.locator("table thead th[scope=col]").count() >= 2
    assert hand.acts == 5


def test_a_question_is_ready_for_harmony_in_four_acts(hand: Hand) -> None:
    hand.ask("anxiety")
    hand.click(hand.page.locator(".hits .vars .var-title").first)
    hand.click(hand.page.get_by_role("link", name="Send to Harmony"))
    hand.page.wait_for_url("**/search/saves/harmony?*")
    expect(hand.page.locator(".harmony-links a[href*='/import/']").first).to_be_visible()
    assert hand.acts == 4


def test_questions_of_several_studies_are_ready_for_harmony_in_seven_acts(hand: Hand) -> None:
    hand.ask("anxiety")
    hand.click(hand.page.get_by_label("Kind of result").get_by_role("link", name="Variables"))
    hand.page.wait_for_url("**resource_type=variable*")
    _tick_two(hand)
    hand.click(hand.page.get_by_role("button", name="Save selected"))
    hand.click(hand.page.get_by_role("link", name="Saves ("))
    hand.page.wait_for_url("**/search/saves?item=*")
    expect(hand.page.locator("a[href*='/search/saves/harmony?']").first).to_be_visible()
    assert hand.acts == 7


def test_a_study_is_cited_in_four_acts(hand: Hand) -> None:
    hand.ask("anxiety")
    hand.click(hand.page.locator(".hits > li h2 a, .hits > li h3 a").first)
    hand.click(hand.page.locator("summary", has_text="BibTeX"))
    expect(hand.page.get_by_text("@misc{").first).to_be_visible()
    assert hand.acts == 4


def _tick_two(hand: Hand) -> None:
    boxes: Callable[[int], Locator] = hand.page.locator(".hits input[type=checkbox]").nth
    for place in (0, 1):
        hand.click(boxes(place))
