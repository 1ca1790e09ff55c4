"""Looking at pages: contexts that note every fault, and probes that are quick enough for every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

Scheme = Literal["light", "dark"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PATIENCE_MS = 90_000
"""How long a page may take on a machine that is busy with other work; one that is not takes no longer for it."""
WATCH = """
  window.shifts = 0;
  window.refused = [];
  document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective + ' ' + e.blockedURI));
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const held = e => e && (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX) || held(e.parentElement));
  return [...document.querySelectorAll('body *')]
    .filter(e => !held(e.parentElement) && e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
    .map(e => e.outerHTML.slice(0, 90)).slice(0, 3).concat('scrolls sideways');
}"""
TOO_SMALL = """() => [...document.querySelectorAll('button, input, select, textarea, summary, nav a, .chip, .plain-button')]
  .filter(e => e.checkVisibility() && !['checkbox', 'radio'].includes(e.type))
  .filter(e => { const b = e.getBoundingClientRect(); return b.height < 24 || b.width < 24; })
  .map(e => e.outerHTML.slice(0, 90)).slice(0, 5)"""


@dataclass
class Faults:
    """What went wrong while pages were open: requests to others, errors, refused loads, failed loads."""

    address: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note everything a page does from now on."""
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", self._console)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        held_back = "ERR_FAILED" in message.text  # scripts that a test itself withholds
        missing = "404" in message.text and "nothing-here" in message.location.get("url", "")
        if message.type in {"error", "warning"} and not held_back and not missing:
            self.errors.append(f"{message.location.get('url')}: {message.text}")

    def assert_none(self) -> None:
        """Nothing went wrong."""
        assert not self.outside, f"requests to others: {self.outside}"
        assert not self.errors, self.errors


@contextmanager
def looking(browser: Browser, address: str, *, script: bool = True, width: int = 1280) -> Iterator[Page]:
    """A page of a fresh context that fails at its end when anything went wrong meanwhile.

    Without `script` our own scripts are withheld: the page is what a reader without JavaScript has, while probes, which
    need it, still run.
    """
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCH)
    if not script:
        context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    faults = Faults(address)
    faults.watch(page)
    yield page
    faults.assert_none()
    context.close()


def look(page: Page, width: int, scheme: Scheme = "light") -> None:
    """Give a page a width and a scheme of colours."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each rule, with its first place."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]} ({len(one['nodes'])}) {one['nodes'][0]['failureSummary'][:200]}"
        for one in found
    ]
