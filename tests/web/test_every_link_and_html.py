"""A crawl of the sample site: every link of it leads somewhere, and the HTML of every page is sound.

The crawl follows each kind of address (route and names of parameters) a few times, so it is bounded; every link met on a
page is asked for at most that often. `make proof` gives the same pages to the Nu Html Checker.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from homes import WordsEncoder, read_home, sample_home, workshop
from reperio.web.app import create_app

__all__ = ["read_home", "sample_home"]
ROOT = "https://find.example.org"
SEEDS = (
    "/search/", "/search/?query=anxiety+and+household+income+in+great+britain+after+2000", "/search/?query=zzzz+after+2000",
    "/search/explore", "/search/studies", "/search/discover?page=2", "/search/?resource_type=variable&query=sleep",
    "/search/help", "/-/patterns", "/robots.txt", "/search/sitemap.xml", "/api/v1/",
)  # fmt: skip
OF_A_KIND, ON_A_PATH = 2, 24
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
DRAWN = frozenset(["path", "rect", "circle", "line", "polyline", "polygon", "use", "ellipse", "stop"])
PARTS = re.compile(r"/(items|studies|topics|instruments|organisations|sources|facets|assets)/[^/]+")
BYTES_MAX = 60_000
FIRST_BYTE_SECONDS = 0.1


@dataclass
class Crawl:
    """Pages by path, answers by path, links to parts of pages, and from where each was met."""

    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    met_on: dict[str, str] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)


def _kind(path: str) -> tuple[str, ...]:
    parts = urlsplit(path)
    return (PARTS.sub(r"/\1/*", parts.path), *sorted({name for name, _ in parse_qsl(parts.query)}))


@pytest.fixture(scope="module")
def client(sample_home: Path) -> TestClient:
    made = workshop(sample_home, WordsEncoder())
    settings = made.settings.model_copy(update={"public_url": ROOT})
    return TestClient(create_app(settings, made.service()), base_url=ROOT, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def crawl(client: TestClient) -> Crawl:
    found, kinds, todo = Crawl(), Counter[tuple[str, ...]](), deque(SEEDS)
    while todo:
        path = todo.popleft()
        kind = _kind(path)
        if path in found.answers or kinds[kind] >= OF_A_KIND or kinds[kind[:1]] >= ON_A_PATH:
            continue
        kinds.update({kind, kind[:1]})
        answer = client.get(path)
        found.answers[path] = answer.status_code
        if answer.headers.get("content-type", "").startswith("text/html"):
            found.pages[path] = answer.text
            todo.extend(_links(found, path, answer.text))
    return found


def _links(found: Crawl, path: str, text: str) -> list[str]:
    links = []
    for element in html.fromstring(text).iter():
        if not isinstance(element.tag, str) or element.get("method") == "post":
            continue
        for name in ("href", "src", "action"):
            whole = urljoin(ROOT + path, element.get(name, ""))
            if not whole.startswith(("http://", "https://", "mailto:")):
                found.strange.append(f"{path}: {whole}")
            elif element.get(name) and whole.startswith(ROOT + "/"):
                if "#" in whole:
                    found.anchors.add(whole.removeprefix(ROOT))
                links.append(whole.removeprefix(ROOT).partition("#")[0])
                found.met_on.setdefault(links[-1], path)
    return links


class Markup(HTMLParser):
    """Reads a page as its author wrote it: what opens is closed, in order; attributes stand once; ids are one of a kind."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.asked: list[tuple[str, str]] = []
        self.headings: list[int] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self._check(tag, attrs, held)
        if tag not in VOID:
            self._nest(tag)
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs, dict(attrs))
        if tag not in VOID | DRAWN:
            self.faults.append(f"<{tag}/> closes nothing in HTML")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> where {self.open[-3:]} are open, line {self.getpos()[0]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def _nest(self, tag: str) -> None:
        blocks = {"div", "p", "ul", "ol", "table", "section", "h1", "h2", "h3", "h4", "form", "fieldset", "dl", "nav"}
        if tag in blocks and {"p", "span", "bdi", "small", "strong", "em", "code"} & set(self.open):
            self.faults.append(f"<{tag}> inside {self.open[-4:]}, line {self.getpos()[0]}")
        if tag in {"a", "button", "label", "form"} and tag in self.open:
            self.faults.append(f"<{tag}> inside itself, line {self.getpos()[0]}")
        if tag == "li" and self.open[-1] not in {"ul", "ol"}:
            self.faults.append(f"<li> inside {self.open[-1]}, line {self.getpos()[0]}")

    def _check(self, tag: str, attrs: list[tuple[str, str | None]], held: dict[str, str | None]) -> None:
        if len(held) != len(attrs):
            self.faults.append(f"an attribute twice in <{tag}>, line {self.getpos()[0]}")
        if any(name == "style" or name.startswith("on") for name in held):
            self.faults.append(f"inline style or script in <{tag}>")
        if (identity := held.get("id")) is not None:
            self.ids[identity or ""] += 1
        for name in (
            () if "hidden" in held else ("aria-labelledby", "aria-describedby", "aria-controls", "for", "form", "list")
        ):
            self.asked += [(name, one) for one in (held.get(name) or "").split()]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def all_faults(self) -> list[str]:
        """Every fault of the page."""
        steps = [
            (above, below) for above, below in zip(self.headings, self.headings[1:], strict=False) if below > above + 1
        ]
        return [
            *self.faults,
            *(f"left open: {tag}" for tag in self.open),
            *(f"id {one!r} stands {count} times" for one, count in self.ids.items() if count > 1 or not one.strip()),
            *(f"{name} names {one!r}, which is not there" for name, one in self.asked if one not in self.ids),
            *(f"h{below} follows h{above}" for above, below in steps),
            *([] if self.headings.count(1) == 1 else [f"{self.headings.count(1)} first headings"]),
        ]


def faults_of(page: str) -> list[str]:
    """What is wrong with the markup and the fields of a page."""
    markup = Markup()
    markup.feed(page)
    markup.close()
    tree = html.fromstring(page)
    labelled = {label.get("for") for label in tree.iter("label")}
    unnamed = [
        html.tostring(one, encoding="unicode")[:120]
        for one in tree.xpath("//input[not(@type='hidden' or @type='submit')] | //select | //textarea")
        if not (
            one.get("aria-label")
            or one.get("aria-labelledby")
            or one.get("id") in labelled
            or one.xpath("ancestor::label")
        )
    ]
    return [*markup.all_faults(), *(f"without a label: {one}" for one in unnamed)]


def test_the_crawl_saw_the_site(crawl: Crawl) -> None:
    assert len(crawl.pages) > 80
    assert len(crawl.answers) > len(crawl.pages) + 30  # files, feeds, styles


def test_every_link_leads_somewhere(crawl: Crawl) -> None:
    assert {path: (code, crawl.met_on.get(path)) for path, code in crawl.answers.items() if code != 200} == {}
    assert crawl.strange == []


def test_every_link_into_a_page_meets_its_place(crawl: Crawl) -> None:
    inside = [whole.partition("#") for whole in crawl.anchors]
    known = [(path, unquote(place)) for path, _, place in inside if path in crawl.pages and place]
    assert len(known) > 30
    ids = {path: set(html.fromstring(crawl.pages[path]).xpath("//@id")) for path, _ in known}
    assert [f"{path}#{place}" for path, place in known if place not in ids[path]] == []


def test_the_markup_of_every_page_is_sound(crawl: Crawl) -> None:
    found = {path: faults for path, page in crawl.pages.items() if (faults := faults_of(page))}
    assert found == {}


def test_faults_of_markup_are_seen() -> None:
    wrong = "<main><h1>A</h1><h3 id=a>B</h3><p id=a><div></p></div><input name=q><a href=x href=y aria-describedby=z>"
    assert len(faults_of(wrong)) >= 7
    assert faults_of("<main><h1>A</h1><label>Q <input name=q></label><br></main>") == []


def test_every_page_is_small(crawl: Crawl) -> None:
    sizes = {path: len(gzip.compress(page.encode(), 6)) for path, page in crawl.pages.items()}
    assert {path: size for path, size in sizes.items() if size > BYTES_MAX} == {}


@pytest.mark.parametrize("path", ["/search/", "/search/?query=sleep", "/search/studies"])
def test_the_first_byte_comes_soon(client: TestClient, path: str) -> None:
    client.get(path)

    def seconds() -> float:
        started = time.perf_counter()
        assert client.get(path).status_code == 200
        return time.perf_counter() - started

    assert min(seconds() for _ in range(8)) < FIRST_BYTE_SECONDS * (1 if os.environ.get("PROOF") else 3)


def test_the_nu_checker_finds_no_error(crawl: Crawl, tmp_path: Path) -> None:
    jar = os.environ.get("VNU_JAR", "")
    if not (jar and shutil.which("java")):
        pytest.skip("the Nu Html Checker is not here (VNU_JAR, Java): `make proof` runs it")
    for number, page in enumerate(crawl.pages.values()):
        (tmp_path / f"{number}.html").write_text(page, encoding="utf-8")
    done = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--errors-only", *map(str, tmp_path.glob("*.html"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    paths = list(crawl.pages)
    messages = json.loads(done.stderr)["messages"]
    assert [(paths[int(Path(one["url"]).stem)], one["message"], one.get("extract")) for one in messages] == []
