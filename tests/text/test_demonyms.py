"""Lands told by an adjective, and names of lands in other scripts."""

from __future__ import annotations

import pytest

from reperio.text.demonyms import lands_of_people
from reperio.text.places import read_places


@pytest.mark.parametrize(
    ("text", "lands"),
    [
        ("all people at a Scottish NHS hospital", ["Scotland"]),
        ("the Dutch population", ["Netherlands"]),
        ("English local authorities and Welsh councils' schools", ["England", "Wales"]),
        ("Turkish migrant households", []),
        ("French lessons in primary schools", []),
        ("of us residents", []),
    ],
)
def test_lands_of_people(text: str, lands: list[str]) -> None:
    assert lands_of_people(text) == lands


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Attendances at Scottish hospitals", ["GB-SCT"]),
        ("Isles of Scotland", ["GB-SCT"]),
        ("Turkish migrants in the Netherlands", ["NL"]),
        ("日本; 대한민국; 臺灣; ประเทศไทย; भारत", ["JP", "KR", "TW", "TH", "IN"]),
        ("\u200fمصر\u200e", ["EG"]),
        ("Ísland", ["IS"]),
        ("Island", [None]),
        ("Dutch painting", [None]),
    ],
)
def test_places(text: str, codes: list[str | None]) -> None:
    assert [place.subdivision or place.country for place in read_places(text)] == codes
