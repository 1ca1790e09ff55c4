"""The design system: every token with its contrast, every component in each state, on one page."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.web.charts.bars import bar_list
from reperio.web.charts.columns import Column, Part, column_chart
from reperio.web.charts.heat import Cell, Row, heat_map
from reperio.web.exploration import Figure
from reperio.web.paging import pages_of
from reperio.web.site import Site, site_of

_DECLARED = re.compile(r"--([\w-]+):\s*([^;]+);")
_HEX = re.compile(r"#[0-9a-f]{6}")
_DARK = "@media (prefers-color-scheme: dark)"

PAIRS = (
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("soft", "paper"), ("soft", "surface"), ("soft", "sunken"),
    ("accent", "paper"), ("accent", "surface"), ("accent", "sunken"), ("accent", "accent-wash"), ("accent-strong", "surface"),
    ("on-accent", "accent"), ("gold", "surface"), ("gold", "paper"), ("mark-ink", "mark"), ("open", "open-wash"),
    ("registered", "registered-wash"), ("controlled", "controlled-wash"), ("closed", "closed-wash"),
)  # fmt: skip
"""Text on its ground: WCAG 2.2 asks for 4.5 to 1 (AA)."""
EDGES = (("line-strong", "surface"), ("line-strong", "paper"), ("gold", "sunken"), ("accent", "sunken"))
"""Borders of controls and the ring of focus on their ground: WCAG 2.2 asks for 3 to 1."""
SCALE = ("t-hero", "t-h1", "t-h2", "t-h3", "t-large", "t-body", "t-small")
SPACES = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")


class Pair(msgspec.Struct, frozen=True):
    """A colour on a ground: their names and values, and the contrast between them."""

    front: str
    ground: str
    front_value: str
    ground_value: str
    ratio: float


class Look(msgspec.Struct, frozen=True):
    """The colours of light or dark, with every pair that meets."""

    name: str
    colours: tuple[tuple[str, str], ...]
    pairs: tuple[Pair, ...]
    edges: tuple[Pair, ...]


def tokens(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """Tokens of the style sheet in light and in dark, by name."""
    light = dict(_DECLARED.findall(css.partition("}")[0]))
    dark = dict(_DECLARED.findall(css.partition(_DARK)[2].partition("}")[0]))
    return light, light | dark


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (`#rrggbb`) as WCAG 2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def looks(css: str) -> tuple[Look, Look]:
    """Light and dark."""
    light, dark = tokens(css)
    return _look("Light", light), _look("Dark", dark)


def _look(name: str, held: dict[str, str]) -> Look:
    colours = tuple((token, value) for token, value in held.items() if _HEX.fullmatch(value))
    return Look(name, colours, _pairs(PAIRS, held), _pairs(EDGES, held))


def _pairs(wanted: tuple[tuple[str, str], ...], held: dict[str, str]) -> tuple[Pair, ...]:
    return tuple(
        Pair(front, ground, held[front], held[ground], round(contrast(held[front], held[ground]), 2))
        for front, ground in wanted
    )


def patterns(request: Request) -> Response:
    """The page."""
    site = site_of(request)
    css = site.assets.named("site.css").body.decode()
    light, _ = tokens(css)
    return site.page(
        "patterns.html",
        headers={"X-Robots-Tag": "noindex, nofollow"},
        looks=looks(css),
        scale=[(name, light[name]) for name in SCALE],
        spaces=[(name, light[name], _rem(light[name])) for name in SPACES],
        faces=[(name, light[name]) for name in ("serif", "sans", "mono")],
        pages=pages_of(240, 5, 20, 1000),
        **_drawings(),
        icons=_icons(site),
    )


def _drawings() -> dict[str, Any]:
    """One of each kind of drawing, of numbers made up."""
    numbers = (("1960s", 120), ("1970s", 260), ("1980s", 410), ("1990s", 390), ("2000s", 640), ("2010s", 580))
    columns = [Column(name, name, count, "#charts", (Part(count, 0, name, "#charts"),)) for name, count in numbers]
    chart = column_chart(columns)
    rows = [
        Row(topic, "#charts", sum(counts), tuple(Cell(count, f"{topic}, {count}", "#charts") for count in counts))
        for topic, counts in (("Sleep", (12, 0, 40)), ("Income", (3, 80, 25)), ("Education", (0, 9, 61)))
    ]
    return {
        "figure": Figure(name="years", title="Years covered", chart=chart, columns=tuple(columns)) if chart else None,
        "heat": heat_map(("0 to 5", "6 to 11", "12 to 18"), rows),
        "bars": bar_list(numbers, str, lambda _: "#charts"),
    }


def _rem(length: str) -> float:
    """A length in CSS pixels of the usual size."""
    return float(length.removesuffix("rem")) * 16


def _icons(site: Site) -> list[str]:
    source, _, _ = site.environment.loader.get_source(site.environment, "icons.svg")  # type: ignore[union-attr]  # it has one
    return re.findall(r'id="i-([\w-]+)"', source)
