"""`python bench/matching/hidden.py HOME`: hide a study, ask for its items; its other waves should come first.

HOME holds an index in which the modules of the International Social Survey Programme are studies of their own, one a year
(`issp/za...`). A module asks much the same every few years and different things in between, so the waves of a module are
sisters and all other studies are not. Items are those of the module itself: what stands in most years (sex, age, country) is
left out. Told: how often a sister comes first, and how many of the first places sisters take.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from reperio.index.compose import wordings_of
from reperio.index.neighbours import Neighbours
from reperio.index.wording_search import WordingSearch
from reperio.index.wordings import CLOSE
from reperio.jobs import Workshop
from reperio.query.questionnaire.rank import rank
from reperio.settings import Settings

MODULES = {
    "role of government": ("za1490", "za1950", "za2900", "za4700", "za6900"),
    "social networks": ("za1620", "za3680", "za6980"),
    "social inequality": ("za1680", "za2310", "za3430", "za5400", "za7600"),
    "family": ("za1700", "za2620", "za3880", "za5900"),
    "work": ("za1840", "za3090", "za4350", "za6770"),
    "religion": ("za2150", "za3190", "za4950", "za7570"),
    "environment": ("za2450", "za3440", "za5500"),
    "national identity": ("za2880", "za3910", "za5950"),
    "citizenship": ("za3950", "za6670"),
}
ITEMS = 30
FIRST = 70
"""Variables of a study among which its items are: those of the module stand before those on respondents."""
COMMON = 6
"""Studies a wording stands in from which it is no item of a module."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    given = options.parse_args()
    workshop = Workshop(Settings(home=given.home))
    encoder = workshop.encoder
    places = sorted(given.home.glob("index/*/meaning/variables"))
    neighbours = Neighbours(places[-1]) if places else None
    if encoder is None or neighbours is None or not neighbours.is_known:
        print("This home has no index with neighbours of questions; nothing was measured.")
        return 0
    search = WordingSearch(neighbours, encoder)
    held = {code: texts_of(workshop, f"issp/{code}") for codes in MODULES.values() for code in codes}
    stands = Counter(text for texts in held.values() for text in texts)
    first = places = wanted = asked = 0
    seconds = 0.0
    print("| hidden | items | first found | score | items close | sisters among the first |\n|---|---|---|---|---|---|")
    for module, codes in MODULES.items():
        for code in codes:
            own = [text for text in held[code][:FIRST] if stands[text] < COMMON]
            items = own[:: max(1, len(own) // ITEMS)][:ITEMS]
            if len(items) < 5:
                continue
            started = time.perf_counter()
            ranked = rank(search.find(items), without=[f"issp/{code}"])
            seconds += time.perf_counter() - started
            sisters = {f"issp/{other}" for other in codes if other != code}
            among = sum(one.root in sisters for one in ranked[: len(sisters)])
            asked, first, places, wanted = (
                asked + 1,
                first + (ranked[0].root in sisters),
                places + among,
                wanted + len(sisters),
            )
            close = sum(one.score >= CLOSE for one in ranked[0].held.values())
            right = "" if ranked[0].root in sisters else " (no sister)"
            print(
                f"| {module} {code} | {len(items)} | {ranked[0].root}{right} | {ranked[0].score:.2f} | {close} | {among} of {len(sisters)} |"
            )
    print(f"\nA sister comes first for {first} of {asked}; sisters take {places} of the {wanted} first places; "
          f"{seconds / max(1, asked):.2f} s a questionnaire of up to {ITEMS} items.")  # fmt: skip
    return 0 if first == asked else 1


def texts_of(workshop: Workshop, identity: str) -> list[str]:
    """The wordings of a study's variables in their order, each once."""
    variables = workshop.corpus.descendants(identity, ("dataset", "variable"))
    texts = (text for item in variables if item.kind == "variable" for text in wordings_of(item.resource)[:1])
    return list(dict.fromkeys(texts))


if __name__ == "__main__":
    sys.exit(main())
