"""Pictures of items: of the right size, readable, and the same for whoever asks."""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from PIL import Image, ImageFont

from reperio.errors import ConfigError
from reperio.web import card as card_module
from reperio.web.card import Card, card_of, png, wrapped
from web.standin import ITEMS, VARIABLES

CARD = Card(kind="Study", titles=("A Study",), id="arch/1", facts=("1998–now",), source="Archive", site_name="Reperio")
STUDY = "/search/studies/growing-up-and-sleeping-well-survey"


def drawn(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


@pytest.mark.parametrize("item", [*(item.slug for item in ITEMS[:5]), VARIABLES[0].uuid])
def test_every_item_has_a_picture(client: TestClient, item: str) -> None:
    response = client.get(f"/search/items/{item}/card.png")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert "max-age=86400" in response.headers["cache-control"]
    assert drawn(response.content).size == (1200, 630)
    assert len(response.content) < 60_000


def test_a_page_names_its_picture_and_says_what_it_shows(client: TestClient) -> None:
    root = html.document_fromstring(client.get(STUDY).text)
    said = {meta.get("property") or meta.get("name"): meta.get("content") for meta in root.xpath("//meta[@content]")}
    assert said["og:image"] == said["twitter:image"]
    assert said["og:image"].startswith("https://find.example.org/search/items/")
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:image:alt"] == "Study: Growing Up and Sleeping Well Survey"
    assert client.get(said["og:image"]).status_code == 200


def test_other_keys_and_unknown_ones(client: TestClient) -> None:
    moved = client.get("/search/items/old-slug/card.png")
    assert (moved.status_code, moved.headers["location"].rsplit("/", 1)[1]) == (308, "card.png")
    assert client.get("/search/items/nothing/card.png").status_code == 404
    assert client.get("/search/items/withdrawn/card.png").status_code == 410


def test_a_picture_says_what_is_known() -> None:
    card = card_of(ITEMS[0], {"arch": "Archive of Surveys"}, "Reperio")
    assert card.facts[0] == "1998–now"
    assert "12,456 in the sample" in card.facts
    assert card.source == "Archive of Surveys, cohorts"


def test_different_items_look_different_and_the_same_alike() -> None:
    other = Card(kind="Study", titles=("Another",), id="arch/2", facts=(), source="Archive", site_name="Reperio")
    assert png(CARD) != png(other)
    png.cache_clear()
    assert png(CARD) == png(CARD)


def titled(*titles: str) -> bytes:
    return png(Card(kind="Study", titles=titles, id="arch/1", facts=(), source="", site_name="R"))


JAPANESE, CHINESE, HINDI = "\u65e5\u672c\u306e\u8abf\u67fb", "\u8abf\u67fb", "\u0938\u0930\u094d\u0935\u0947"


def test_a_title_in_a_script_that_the_fonts_lack_gives_way_to_another_title_or_the_id() -> None:
    assert titled(JAPANESE) == titled(CHINESE) == titled(HINDI) == titled("arch/1") == titled()
    assert titled(JAPANESE, "Survey of Japan") == titled("Survey of Japan") != titled("arch/1")


@pytest.mark.parametrize(
    "title",
    [
        "\u0388\u03c1\u03b5\u03c5\u03bd\u03b1 \u03c5\u03b3\u03b5\u03af\u03b1\u03c2",  # Greek
        "\u041e\u043f\u0440\u043e\u0441",  # Cyrillic
        "\u0645\u0633\u062d \u0635\u062d\u064a",  # Arabic
        "\u05e1\u05e7\u05e8 \u05d1\u05e8\u05d9\u05d0\u05d5\u05ea",  # Hebrew
        "\u10d9\u10d5\u10da\u10d4\u10d5\u10d0",  # Georgian
        "\u0540\u0561\u0580\u0581\u0578\u0582\u0574",  # Armenian
    ],
)
def test_a_title_in_a_script_that_the_fonts_have_is_written(title: str) -> None:
    assert titled(title) != titled("arch/1")
    assert titled(title, "Another") != titled("Another")


@given(st.text(max_size=300), st.lists(st.text(max_size=60), max_size=5), st.text(max_size=200))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_drawn(title: str, facts: list[str], source: str) -> None:
    card = Card(kind="Study", titles=(title,), id="a/1", facts=tuple(facts), source=source, site_name="Reperio")
    assert drawn(png(card)).size == (1200, 630)


@given(st.text(st.characters(codec="ascii"), max_size=200), st.integers(40, 400))
@settings(max_examples=50, deadline=None)
def test_no_line_is_wider_than_allowed(text: str, width: int) -> None:
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    lines = wrapped(text, font, width)
    assert all(font.getlength(line) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


SERIF, SANS = (Path(str(files("reperio.web").joinpath("fonts", f"{face}.ttf"))) for face in card_module.OURS)
ARABIC = "\u0627\u0644\u0645\u0633\u062d"


def test_a_font_of_the_operator_writes_what_ours_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the serif alone, which has no Arabic letters, the sans stands in for a font of the operator."""
    monkeypatch.setattr(card_module, "OURS", ("DejaVuSerif-Bold",))
    monkeypatch.setattr(
        card_module,
        "_font",
        lambda face, size: ImageFont.truetype(SANS if face in {"DejaVuSans", str(SANS)} else SERIF, size),
    )

    def picture(*fonts: str) -> bytes:
        png.cache_clear()
        card_module._has.cache_clear()
        return png(Card(kind="Study", titles=(ARABIC,), id="arch/1", facts=(), source="", site_name="R", fonts=fonts))

    assert picture() == titled("arch/1") == picture(str(SERIF))
    assert picture(str(SERIF), str(SANS)) != picture()


def test_fonts_that_cannot_be_read_are_refused_at_the_start(tmp_path: Path) -> None:
    false = tmp_path / "false.ttf"
    false.write_text("no font")
    card_module.check_fonts([SANS])
    for path in (false, tmp_path / "absent.ttf"):
        with pytest.raises(ConfigError, match="cannot be read as a font"):
            card_module.check_fonts([path])
