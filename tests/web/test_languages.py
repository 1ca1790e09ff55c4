"""The pages in another language: complete, chosen as people ask, marked as what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes
from lxml import html

import reperio.web
from reperio.query.model import Chosen, Demand, Drop, NearMiss, Note, Query, Span
from reperio.settings import Settings
from reperio.web import catalogue, words
from reperio.web.app import create_app
from reperio.web.assets import Assets
from reperio.web.charts.buckets import buckets_of, span_text
from reperio.web.facets import Labels
from reperio.web.language import LANGUAGES, SOURCE, Speech, day, gettext, inline, number, other, plural, speaking
from reperio.web.links import Links
from reperio.web.negotiation import COOKIE, preferred
from reperio.web.templating import build_environment
from reperio.web.understood import told, told_drop, told_miss
from web.standin import StandIn

OTHERS = [language for language in LANGUAGES if language != SOURCE]
GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
PAGES = (
    "/search/", "/search/?query=sleep", "/search/?query=nothing+has+these+words", "/search/studies", "/search/explore",
    "/search/explore?query=sleep", "/search/compare", "/search/saves", "/search/sources", "/search/topics",
    "/search/instruments", "/search/organisations", "/search/topics/sleep", "/search/sources/arch",
    "/search/sources/arch/quality", "/search/facets/country", "/search/about", "/search/help", "/search/privacy",
    "/search/accessibility", "/search/studies/growing-up-and-sleeping-well-survey",
    "/search/items/growing-up-and-sleeping-well-survey/variables", "/search/there-is-no-such-page",
)  # fmt: skip
ENGLISH_ONLY = ("admin_", "patterns", "api.")
"""Templates whose words are in English for everybody: they are for operators and programmers."""
NOT_OURS = (
    "ancestor-or-self::*[self::bdi or self::code or self::pre or self::q or self::script or self::style or @lang]"
)


@pytest.fixture
def german(service: StandIn) -> Iterator[TestClient]:
    app = create_app(Settings(public_url="https://find.example.org"), service)
    with TestClient(app, base_url="https://find.example.org", headers=GERMAN) as client:
        client.follow_redirects = False
        yield client


# -- catalogues ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_every_text_there_is(language: str) -> None:
    held = catalogue.path_of(language).read_bytes()
    assert catalogue.updated(language) == held, "texts have changed: run `make texts`, then translate what is new"


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_complete(language: str) -> None:
    read = catalogue.read(language)
    assert len(read) > 900
    assert catalogue.unfinished(language) == []
    assert not [message.id for message in read if message.id and message.fuzzy]


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_places_and_tags_of_their_texts(language: str) -> None:
    for message in catalogue.read(language):
        if not message.id:
            continue
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in said:
            assert _marks(text) in [_marks(one) for one in texts], message.id


def _marks(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|%%|\{\w+\}|</?\w+[^>]*>", text))


def test_an_unfinished_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(locale="de")
    catalog.add("Not yet said")
    monkeypatch.setattr(catalogue, "read", lambda _: catalog)
    assert catalogue.unfinished("de") == ["Not yet said"]
    assert catalogue.main(["--check"]) == 1


def test_templates_hold_no_words_that_are_not_marked() -> None:
    folder = Path(reperio.web.__file__).parent / "templates"
    paths = [path for path in sorted(folder.glob("*.html")) if not path.name.startswith(ENGLISH_ONLY)]
    assert len(paths) > 30
    environment = build_environment(Settings(), Links(Settings()), Assets({}))
    for path in paths:
        tree = environment.parse(path.read_text(encoding="utf-8"))
        bare = "".join(
            node.data if isinstance(node, nodes.TemplateData) else "§"
            for node in tree.find_all((nodes.TemplateData, nodes.Name))
        )
        shown = re.sub(r"<(script|svg|code)\b.*?</\1>|<[^>]*>|&\w+;|GHQ-12", " ", bare, flags=re.S)
        assert not re.findall(r"[a-z]{3,} [a-z]{3,}", shown), path.name


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_german_page_speaks_german(german: TestClient, path: str) -> None:
    answer = german.get(path)
    tree = html.fromstring(answer.content)
    assert tree.get("lang") == "de"
    assert answer.headers["content-language"] == "de"
    foreign = _english()
    said = [
        text.strip()
        for text in tree.xpath(f"//body//text()[not({NOT_OURS.replace('@lang', '(@lang and not(self::html))')})]")
    ]
    said += [text.strip() for text in tree.xpath("//body//@aria-label | //body//@title | //body//@placeholder")]
    assert len(said) > 20
    assert not [text for text in said if " ".join(text.split()) in foreign]


def _english() -> set[str]:
    """English texts of more than two words, as they would stand on a page."""
    found = set()
    for message in catalogue.read("de"):
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        found |= {text for text in texts if len(text.split()) > 2 and "%(" not in text and text != message.string}
    assert len(found) > 200
    return found


def test_an_english_page_stays_as_it_is(client: TestClient) -> None:
    answer = client.get("/search/", headers={"accept-language": "fr, en;q=0.4"})
    assert html.fromstring(answer.content).get("lang") == "en"
    assert "Find the data behind your question" in answer.text


def test_english_words_of_a_record_are_marked_on_a_german_page(german: TestClient, client: TestClient) -> None:
    path = "/search/studies/growing-up-and-sleeping-well-survey"
    marked = html.fromstring(german.get(path).content).xpath("//main//*[@lang='en']")
    assert any("A yearly survey" in one.text_content() for one in marked)
    assert not html.fromstring(client.get(path).content).xpath("//main//*[@lang='en']")


def test_every_page_leads_to_itself_in_other_languages(client: TestClient) -> None:
    tree = html.fromstring(client.get("/search/?query=sleep").content)
    assert tree.xpath("//footer//a[@hreflang='de']/@href") == ["/search/?query=sleep&lang=de"]
    assert tree.xpath("//footer//a[@aria-current]/@hreflang") == ["en"]
    found = tree.xpath("//link[@rel='alternate'][@hreflang='de']/@href")
    assert found == ["https://find.example.org/search/?query=sleep&lang=de"]


def test_a_language_chosen_is_kept(client: TestClient) -> None:
    answer = client.get("/search/studies?lang=de")
    assert html.fromstring(answer.content).get("lang") == "de"
    assert "lang=" not in " ".join(html.fromstring(answer.content).xpath("//main//@href"))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=de;")
    assert {"Secure", "SameSite=Lax", "HttpOnly"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "private, no-cache"
    later = client.get("/search/studies")
    assert html.fromstring(later.content).get("lang") == "de"
    assert "set-cookie" not in later.headers


@pytest.mark.parametrize("path", ["/search/studies?lang=xx", "/search/studies?lang=", "/search/studies"])
def test_no_cookie_without_a_choice(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_what_is_kept_by_others_depends_on_the_language(client: TestClient) -> None:
    english = client.get("/search/about")
    german = client.get("/search/about", headers=GERMAN)
    assert english.headers["etag"] != german.headers["etag"]
    for answer in (english, german):
        assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))
    had = {"if-none-match": english.headers["etag"]}
    assert client.get("/search/about", headers=had).status_code == 304
    assert client.get("/search/about", headers=GERMAN | had).status_code == 200


def test_machines_are_answered_in_english(german: TestClient) -> None:
    api = german.get("/api/v1/search?query=sleep")
    assert "Accept-Language" not in api.headers.get("vary", "")
    assert german.get("/api/v1/items/nothing").json()["title"] == "Not found"
    exported = german.get("/search/export.csv?query=sleep")
    assert exported.status_code == 200
    assert "Studie," not in exported.text


def test_a_site_may_offer_one_language_or_another_first(service: StandIn) -> None:
    app = create_app(Settings(public_url="https://find.example.org", languages=("de",)), service)
    with TestClient(app, base_url="https://find.example.org") as client:
        tree = html.fromstring(client.get("/search/?lang=en", headers={"accept-language": "en"}).content)
    assert tree.get("lang") == "de"
    assert not tree.xpath("//a[@hreflang]")


def test_scripts_say_nothing_of_their_own(client: TestClient) -> None:
    folder = Path(reperio.web.__file__).parent / "static"
    scripts = [folder / name for name in ("site.js", "saves.js", "preview.js", "facets.js")]
    keys = set()
    for script in scripts:
        source = re.sub(r"^\s*//.*$", "", script.read_text(encoding="utf-8"), flags=re.M)
        keys |= set(re.findall(r"\b(?:said|say|word)\(\s*\"(\w+)\"", source))
        assert not re.findall(r"(?:textContent = |announce\()[\"`][A-Z][a-z]", source), script.name
    texts = html.fromstring(client.get("/search/").content).xpath("//body/@data-texts")[0]
    assert len(keys) > 8
    assert all(f'"{key}"' in texts for key in keys)


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"), ("de", "de"), ("de-CH, en;q=0.9", "de"), ("fr, de;q=0.2, en;q=0.1", "de"), ("en, de", "en"),
        ("de;q=0, en;q=0.1", "en"), ("*", "en"), ("fr", "en"), ("de;q=x", "en"), ("de;q=0.5;level=1", "en"),
    ],
)  # fmt: skip
def test_the_language_preferred(accepted: str, expected: str) -> None:
    assert preferred(accepted, ("en", "de")) == expected


@given(st.text(max_size=200))
def test_no_header_breaks_the_choice(accepted: str) -> None:
    assert preferred(accepted, ("en", "de")) in {"en", "de"}


def test_numbers_days_and_plurals() -> None:
    assert (number(1234567), number(2.5), day("2026-03-09T10:00:00Z")) == ("1,234,567", "2.5", "2026-03-09")
    assert plural(1, "study", "studies") == "1 study"
    with speaking("de"):
        assert (number(1234567), number(2.5), day("2026-03-09T10:00:00Z")) == ("1.234.567", "2,5", "09.03.2026")
        assert (plural(1, "study", "studies"), plural(2000, "study", "studies")) == ("1 Studie", "2.000 Studien")
        assert (day(None), day("2026-99-99"), day("2026")) == ("", "2026-99-99", "2026")
        assert (words.country("NO"), words.language("cy")) == ("Norwegen", "Walisisch")
        assert inline("Studien") == "Studien"
        assert (other("en-GB"), other("de"), other(None)) == ("en-GB", "", "")
        assert buckets_of("year")[-1].label.endswith("er")
        assert span_text(Span("age", 10.0, 16.99)) == "10 bis unter 17"
    assert inline("Studies") == "studies"
    assert gettext("Studies") == "Studies"


def test_the_address_of_another_language() -> None:
    assert Speech(path="/a").in_other("de") == "/a?lang=de"
    assert Speech(path="/a", query="b=c").in_other("de") == "/a?b=c&lang=de"


def test_what_the_query_says_is_said_in_german(service: StandIn) -> None:
    labels = Labels({})
    form = "No record has all %(count)s words; these have at least %(needed)s words, without %(missing)s, or are near in meaning."
    note = Note("relaxed", "English", None, form, {"count": 3, "needed": 2, "missing": ("a", "b")})
    demand = Demand("country", (Chosen("country", ("NO", "GB")),))
    drop = Drop(kind="constraint", label="country: Norway", query=Query(), total=1, demand=demand)
    item = service.find("growing-up-and-sleeping-well-survey")
    size = Demand("sample_size", (), (Span("sample_size", 5000.0, None),))
    miss = NearMiss(item=item, facet="sample_size", asked="At least 5,000", held="3,100", demands=(size, demand))
    assert (told(note), told_drop(drop, labels)) == ("English", "country: Norway")
    assert told_miss(miss, labels).startswith("Sample of 3,100; asked: At least 5,000")
    with speaking("de"):
        assert told(note).endswith("ohne „a“ oder „b“, oder sind in der Bedeutung nah.")
        assert told_drop(drop, labels) == "Länder: Norwegen oder Vereinigtes Königreich"
        assert told_miss(miss, labels).startswith(
            "Stichprobe 3.100; gefragt: Stichprobengröße: ab 5000; auch nicht: Länder:"
        )


@pytest.mark.parametrize(
    ("years", "shown"), [(1.0, "1 year"), (1.5, "1.5 years"), (46.5, "46.5 years"), (2, "2 years")]
)
def test_fractions_of_years_are_shown(years: float, shown: str) -> None:
    assert words.plural_years(years) == shown
