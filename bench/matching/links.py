"""`python bench/matching/links.py [HOME]`: of the links shown as the same question, how many are false.

`links.tsv` holds links that a reader judged by hand: ids, likeness and verdict; no wording is kept. A link counts as right
when both ask the same, whoever answers and whatever the wave (persons, sweeps and years may differ), and as wrong when
they ask something else or when what they ask cannot be told from their wordings. Three draws, each of random wordings of the
catalogue of the development data, with the nearest link in other words that was shown as the same question:

    before   100 links by the rules before words had their veto as `reperio.query.apart` has it
    tuning   100 links by the first form of those rules, from which the last were taken
    fresh    200 links by the rules as they stood then; nothing was changed after they were read

With HOME, an index of the same catalogues, each judged link is also decided anew by the present rules: what they now show
of the right and of the wrong ones; and `--draw N --seed S` prints links to be judged.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import msgspec
import numpy as np

from reperio.corpus.model import Item
from reperio.index.compose import wordings_of
from reperio.index.neighbours import Neighbours
from reperio.jobs import Workshop
from reperio.query.elsewhere import Again
from reperio.query.sameness import compare
from reperio.settings import Settings

HERE = Path(__file__).parent
SOURCES = HERE.parent / "real" / "sources"
DRAWS = ("before", "tuning", "fresh")


class Judged(msgspec.Struct, frozen=True):
    """A link that was judged: its draw, both ids, likeness, whether it is right."""

    draw: str
    variable: str
    linked_to: str
    score: float
    verdict: str


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path, nargs="?")
    options.add_argument("--draw", type=int, default=0)
    options.add_argument("--seed", type=int, default=2027)
    given = options.parse_args()
    links = load()
    print("| draw | links judged | false | false-link rate | 95 % interval |\n|---|---|---|---|---|")
    for draw in DRAWS:
        told = [link.verdict == "wrong" for link in links if link.draw == draw]
        low, high = wilson(sum(told), len(told))
        print(f"| {draw} | {len(told)} | {sum(told)} | {sum(told) / len(told):.1%} | {low:.1%} to {high:.1%} |")
    if given.home is None:
        return 0
    workshop = Workshop(Settings(home=given.home, sources=SOURCES))
    if given.draw:
        for number, (one, other, score) in enumerate(drawn(workshop, given.home, given.draw, given.seed)):
            print(f"{number} [{score:.3f}] {one.id} ~ {other.id}\n   {said(one)}\n   {said(other)}")
        return 0
    decided_anew(workshop, links)
    return 0


def load() -> list[Judged]:
    with (HERE / "links.tsv").open(encoding="utf-8", newline="") as file:
        return [msgspec.convert(row, Judged, strict=False) for row in csv.DictReader(file, delimiter="\t")]


def wilson(wrong: int, total: int) -> tuple[float, float]:
    """The interval of Wilson (1927) of a share, at 95 %."""
    share, z = wrong / total, 1.96
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return middle - half, middle + half


def decided_anew(workshop: Workshop, links: list[Judged]) -> None:
    held = workshop.corpus.items(list({identity for link in links for identity in (link.variable, link.linked_to)}))
    print("\n| draw | right, still shown | wrong, still shown |\n|---|---|---|")
    for draw in DRAWS:
        counts = {"right": [0, 0], "wrong": [0, 0]}
        for link in links:
            if link.draw == draw and link.variable in held and link.linked_to in held:
                counts[link.verdict][1] += 1
                counts[link.verdict][0] += is_close(held[link.variable], held[link.linked_to], link.score)
        print(f"| {draw} | {' | '.join('{} of {}'.format(*counts[verdict]) for verdict in ('right', 'wrong'))} |")


def is_close(one: Item, other: Item, score: float) -> bool:
    compared = compare(one.resource, other.resource)
    return Again(item=other, ancestors=(), score=score, right=None, compared=compared).is_close


def drawn(workshop: Workshop, home: Path, count: int, seed: int) -> Iterator[tuple[Item, Item, float]]:
    """Random wordings with the nearest link in other words that is shown as the same question."""
    neighbours = Neighbours(sorted(home.glob("index/*/meaning/variables"))[-1])
    texts: dict[str, str] = {}
    for item in workshop.corpus.walk(("variable",)):
        for text in wordings_of(item.resource):
            texts.setdefault(text, item.id)
    wordings = sorted(texts)
    found = 0
    for number in np.random.default_rng(seed).permutation(len(wordings)):
        link = shown(workshop, neighbours, wordings[int(number)], texts[wordings[int(number)]])
        if link is not None:
            yield link
            found += 1
        if found == count:
            return


def shown(workshop: Workshop, neighbours: Neighbours, text: str, identity: str) -> tuple[Item, Item, float] | None:
    for near in neighbours.of([text], each=1) or ():
        if near.text == text or not near.ids:
            continue
        held = workshop.corpus.items([identity, near.ids[0]])
        if len(held) < 2 or not is_close(one := held[identity], other := held[near.ids[0]], near.score):
            continue
        if not compare(one.resource, other.resource).same_words:
            return one, other, near.score
    return None


def said(item: Item) -> str:
    return " / ".join(text.value for text in (*item.resource.question[:1], *item.resource.titles[:1]))[:300]


if __name__ == "__main__":
    sys.exit(main())
