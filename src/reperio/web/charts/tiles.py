"""A map of the world in which every country is a square of one size, put about where it lies.

A square says as much of Malta as of Russia, needs no outline of anybody's borders, and can be read at a glance. The
arrangement is our own: rows from north to south, columns from west to east.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from reperio.text.places import country_name
from reperio.web.language import language

LAYOUT = """
.. .. .. GL .. .. .. .. .. IS .. .. .. NO SE FI .. .. .. .. .. .. .. .. .. .. .. .. .. ..
.. CA .. .. .. .. .. .. .. .. FO .. .. DK .. EE .. RU .. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. IE GB .. NL DE .. LV .. .. .. .. .. .. .. .. .. .. .. .. .. ..
.. US .. .. BM .. .. .. .. .. JE BE LU CZ PL LT BY .. .. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. FR CH LI AT SK UA MD .. .. .. KZ .. .. MN .. .. .. .. .. ..
.. MX .. CU BS .. .. .. .. AD MC IT SI HU RO .. .. .. GE .. UZ KG .. .. .. .. .. .. .. ..
.. GT BZ JM HT DO PR .. PT ES .. SM HR RS BG .. .. .. AM AZ TM TJ .. CN KP .. JP .. .. ..
.. SV HN .. .. KN AG .. .. GI .. VA BA XK MK .. TR .. SY .. IR .. .. .. KR .. .. .. .. ..
.. .. NI .. VC DM LC .. .. .. .. .. ME AL GR .. CY LB IQ .. AF PK NP BT .. .. .. .. .. ..
.. .. CR PA GD BB TT .. .. .. .. MT .. .. .. .. IL JO KW BH .. IN BD MM LA HK TW .. .. ..
.. .. .. CO VE GY SR .. .. MA DZ TN LY EG .. .. PS SA QA AE .. .. .. TH VN MO .. .. .. ..
.. .. .. EC BR GF .. .. EH MR ML NE TD SD ER .. .. YE OM .. .. LK .. KH .. PH .. PW FM MH
.. .. .. PE BO .. CV .. SN GN BF TG BJ NG SS ET DJ .. .. .. MV .. .. MY .. BN .. NR KI ..
.. .. .. CL PY .. .. GM GW SL CI GH GQ CM CF UG KE SO .. .. .. .. .. SG ID TL PG SB TV ..
.. .. .. AR UY .. .. .. .. LR .. ST GA CG CD RW TZ SC .. .. .. .. .. .. .. AU .. VU FJ WS
.. .. .. FK .. .. .. .. .. .. .. .. AO ZM BI MW KM .. .. .. .. .. .. .. .. .. .. NC TO ..
.. .. .. .. .. .. .. .. .. .. .. .. NA BW ZW MZ MG MU .. .. .. .. .. .. .. .. NZ .. .. ..
.. .. .. .. .. .. .. .. .. .. .. .. .. ZA LS SZ RE .. .. .. .. .. .. .. .. .. .. .. .. ..
"""
PITCH = 22
SIDE = 20
CORNER = 3
LEVELS = 6


class Tile(msgspec.Struct, frozen=True):
    """A country on the map: its code and name, its square, how many, how dark (0 none to 6 most), the search."""

    code: str
    name: str
    x: int
    y: int
    count: int
    level: int
    url: str
    chosen: bool = False


class TileMap(msgspec.Struct, frozen=True):
    """The map: its tiles in reading order, and the countries with results that have no square."""

    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]
    elsewhere: tuple[Tile, ...]

    @property
    def bounds(self) -> str:
        """The part of the world that is drawn, as a view box."""
        return f"0 0 {self.width} {self.height}"

    @property
    def ground(self) -> str:
        """The squares of all countries as one path, to be drawn with a stroke of `2 * CORNER` that rounds them."""
        return _ground()


@cache
def places() -> dict[str, tuple[int, int]]:
    """Column and row of every country of the layout."""
    rows = [line.split() for line in LAYOUT.strip().splitlines()]
    return {code: (x, y) for y, row in enumerate(rows) for x, code in enumerate(row) if code != ".."}


@cache
def _ground() -> str:
    inner = SIDE - 2 * CORNER
    return "".join(
        f"M{x * PITCH + CORNER} {y * PITCH + CORNER}h{inner}v{inner}h-{inner}z" for x, y in places().values()
    )


@cache
def _extent() -> tuple[int, int]:
    """Width and height of the map."""
    columns, rows = zip(*places().values(), strict=True)
    return (1 + max(columns)) * PITCH, (1 + max(rows)) * PITCH


def small_map(
    counts: Mapping[str, int], url: Callable[[str], str], chosen: frozenset[str] = frozenset()
) -> TileMap | None:
    """The map with the tiles of countries that have any, to lie on the `ground`; None when no country has any."""
    highest = max(counts.values(), default=0)
    if not highest:
        return None
    tiles = tuple(
        _tile(code, place, counts[code], highest, url, code in chosen)
        for code, place in places().items()
        if counts.get(code)
    )
    return TileMap(*_extent(), SIDE, tiles, ())


def tile_map(
    counts: Mapping[str, int], url: Callable[[str], str], chosen: frozenset[str] = frozenset()
) -> TileMap | None:
    """The map of counts by country code; None when no country has any."""
    highest = max(counts.values(), default=0)
    if not highest:
        return None
    tiles = [_tile(code, places().get(code, (0, 0)), counts.get(code, 0), highest, url, code in chosen) for code in
             (*places(), *sorted(code for code in counts if code not in places()))]  # fmt: skip
    here = tuple(tile for tile in tiles if tile.code in places())
    elsewhere = tuple(tile for tile in tiles if tile.code not in places() and tile.count)
    return TileMap(*_extent(), SIDE, here, elsewhere)


def _tile(code: str, place: tuple[int, int], count: int, highest: int, url: Callable[[str], str], chosen: bool) -> Tile:
    name = country_name(code, language())
    return Tile(
        code, name, place[0] * PITCH, place[1] * PITCH, count, level(count, highest), url(code) if count else "", chosen
    )


def level(count: int, highest: int) -> int:
    """How dark a count is, from 0 (none) to 6, by its logarithm: one is always seen, the most is darkest."""
    if count <= 0:
        return 0
    if highest <= 1:
        return LEVELS
    return 1 + round((LEVELS - 1) * math.log(count) / math.log(highest))
