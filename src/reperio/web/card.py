"""The picture of an item that messengers and social networks show: 1200 by 630, drawn here, in fonts that we ship."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw, ImageFont

from reperio.corpus.model import Item
from reperio.errors import ConfigError
from reperio.web import words

WIDTH, HEIGHT = 1200, 630
MARGIN = 72
PAPER, INK, SOFT, ACCENT, GOLD, LINE = "#f7f5f0", "#1b2528", "#4d5a5e", "#0d5c63", "#94540a", "#dcd7cb"
TITLE_SIZES = (68, 58, 50, 44, 38)
TITLE_LINES = 4
TITLE_TOP = 168
TITLE_MAX = 400
FACT_SIZE = 31
FACT_LINES = 2
BELOW = 30
SAYABLE_FROM = 0.7
"""Share of a title that the fonts must have letters for; else the id stands there."""
Face = str
"""A font: the name of one of ours, or the path of one of the operator's."""
OURS: tuple[Face, ...] = ("DejaVuSerif-Bold", "DejaVuSans")
_NOWHERE = "\U0010fffe"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture says: kind, titles (the first that the fonts can write stands there, else the id), facts, whose it is.

    Our fonts write Latin, Greek, Cyrillic, Armenian, Georgian, Arabic and Hebrew. Of Chinese, Japanese, Korean, Indic and
    other scripts they have no letters, and fonts that have weigh tens of megabytes: `fonts` are those that the operator
    adds for them. Without, a title in another language that the record gives stands in, or the id.
    """

    kind: str
    titles: tuple[str, ...]
    id: str
    facts: tuple[str, ...]
    source: str
    site_name: str
    fonts: tuple[Face, ...] = ()


def check_fonts(fonts: Sequence[Path]) -> None:
    """Refuse fonts that cannot be used, before somebody asks for a picture.

    Raises:
        ConfigError: a file is not there, or no font.
    """
    for path in fonts:
        try:
            _font(str(path), FACT_SIZE)
        except OSError as error:
            raise ConfigError(f"{path} cannot be read as a font: {error}.", hint="See REPERIO_CARD_FONTS.") from error


def card_of(item: Item, titles: dict[str, str], site_name: str, fonts: Sequence[Path] = ()) -> Card:
    """What the picture of an item says."""
    resource = item.resource
    said = (
        words.year_span(resource),
        words.countries(resource),
        f"{words.number(resource.sample_size)} in the sample" if resource.sample_size else "",
        words.plural(item.variables, "variable", "variables") if item.variables else "",
        words.plural(resource.waves, "wave", "waves") if resource.waves else "",
        f"Access: {words.ACCESS_NAMES[resource.access].lower()}" if resource.access else "",
    )
    return Card(
        kind=words.KIND_NAMES[item.kind],
        titles=tuple(text.value[:TITLE_MAX] for text in (*resource.titles, *resource.alternate_titles)),
        id=resource.id,
        facts=tuple(fact for fact in said if fact),
        source=", ".join(titles.get(key, key) for key in item.sources),
        site_name=site_name,
        fonts=tuple(map(str, fonts)),
    )


@lru_cache(maxsize=256)
def png(card: Card) -> bytes:
    """The picture."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 20, HEIGHT), fill=ACCENT)
    _draw_mark(draw)
    _draw_brand(draw, card)
    bottom = _draw_title(draw, *_title(card))
    _draw_facts(draw, card.facts, bottom + BELOW)
    draw.line((MARGIN, HEIGHT - 104, WIDTH - MARGIN, HEIGHT - 104), fill=LINE, width=2)
    source = _fitting(_sayable(card.source, "DejaVuSans"), _font("DejaVuSans", 26), WIDTH - 2 * MARGIN)
    draw.text((MARGIN, HEIGHT - 78), source, font=_font("DejaVuSans", 26), fill=SOFT)
    held = io.BytesIO()
    image.quantize(64).save(held, "PNG", optimize=True)
    return held.getvalue()


def _draw_mark(draw: ImageDraw.ImageDraw) -> None:
    """The looking glass over lines of text."""
    left, top = MARGIN, 56
    draw.line((left + 36, top + 36, left + 52, top + 52), fill=ACCENT, width=9)
    draw.ellipse((left, top, left + 44, top + 44), outline=ACCENT, width=7)
    for number, length in enumerate((18, 18, 12)):
        draw.line((left + 13, top + 15 + 7 * number, left + 13 + length, top + 15 + 7 * number), fill=GOLD, width=3)


def _draw_brand(draw: ImageDraw.ImageDraw, card: Card) -> None:
    kind = _font("DejaVuSans", 28)
    room = WIDTH - MARGIN - kind.getlength(card.kind)
    draw.text((room, 66), card.kind, font=kind, fill=SOFT)
    name = _font("DejaVuSerif-Bold", 36)
    said = _fitting(_sayable(card.site_name, "DejaVuSerif-Bold"), name, room - MARGIN - 120)
    draw.text((MARGIN + 70, 58), said, font=name, fill=INK)


def _title(card: Card) -> tuple[str, Face]:
    """What stands largest, and the font for it: the first title that some font can write, else the id."""
    for title in (*card.titles, card.id):
        for face in (*OURS, *card.fonts):
            if _sayable(title, face) == _plain(title) != "":
                return title, face
        for face in (*OURS, *card.fonts):
            if len(_sayable(title, face)) >= len(_plain(title)) * SAYABLE_FROM > 0:
                return title, face
    return card.id, "DejaVuSans"


def _draw_title(draw: ImageDraw.ImageDraw, title: str, face: Face) -> float:
    """Draw the title as large as it fits; gives where it ends."""
    said = _sayable(title, face)
    top = float(TITLE_TOP)
    for size in TITLE_SIZES:
        lines = wrapped(said, _font(face, size), WIDTH - 2 * MARGIN)
        if len(lines) <= TITLE_LINES - (size > 55):
            break
    font = _font(face, size)
    if len(lines) > TITLE_LINES:
        rest = " ".join(lines[TITLE_LINES - 1 :])
        lines = [*lines[: TITLE_LINES - 1], _fitting(f"{rest} …", font, WIDTH - 2 * MARGIN)]
    for line in lines:
        draw.text((MARGIN, top), line, font=font, fill=INK)
        top += size * 1.22
    return top


def _draw_facts(draw: ImageDraw.ImageDraw, facts: Sequence[str], top: float) -> None:
    font = _font("DejaVuSans", FACT_SIZE)
    for line in _in_lines([_sayable(fact, "DejaVuSans") for fact in facts], font)[:FACT_LINES]:
        if top + FACT_SIZE < HEIGHT - 116:
            draw.text((MARGIN, top), line, font=font, fill=ACCENT)
        top += FACT_SIZE * 1.4


def _in_lines(facts: Sequence[str], font: ImageFont.FreeTypeFont) -> list[str]:
    """Facts in lines, none broken where it fits a line."""
    lines: list[str] = []
    for fact in facts:
        longer = f"{lines[-1]} · {fact}" if lines else fact
        if lines and font.getlength(longer) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(_fitting(fact, font, WIDTH - 2 * MARGIN))
    return lines


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The text in lines no wider than `width`; words wider than a line are broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        lines += [line] if line else []
        *whole, line = _broken(word, font, width)
        lines += whole
    return [*lines, line] if line else lines


def _broken(word: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and font.getlength(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than `width`."""
    cut = text
    while cut and font.getlength(cut if cut == text else f"{cut}…") > width:
        cut = cut[: -max(1, len(cut) // 20)].rstrip()
    return text if cut == text else f"{cut.rstrip(' …')}…"


def _plain(text: str) -> str:
    """The text on one line, without what has no look of its own."""
    seen = ("".join(c for c in word if not unicodedata.category(c).startswith("C")) for word in text.split())
    return " ".join(word for word in seen if word)


def _sayable(text: str, face: Face) -> str:
    """As much of the text as a font has letters for."""
    return " ".join("".join(c if _has(face, c) else " " for c in _plain(text)).split())


@lru_cache(maxsize=20_000)
def _has(face: Face, character: str) -> bool:
    font = _font(face, 20)
    return character == " " or bytes(font.getmask(character)) != bytes(font.getmask(_NOWHERE))


@cache
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    if face not in OURS:
        return ImageFont.truetype(face, size)
    body = files("reperio.web").joinpath("fonts", f"{face}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(body), size)
