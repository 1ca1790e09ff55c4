"""How many texts a cluster has vectors of: for each variable those that are distinct within its study, for each dataset its passages.

python bench/scale/texts.py HOME          of an index that is there; read only, half a minute for millions
"""

from __future__ import annotations

import argparse
from pathlib import Path

from reperio.index.library import COLLECTIONS, meaning_path
from reperio.index.meaning import Meaning
from reperio.jobs import Workshop
from reperio.settings import Settings


def main() -> None:
    """Print entries, texts below their roots, and distinct texts of each collection."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    path, _ = Workshop(Settings(home=options.parse_args().home)).library.current()
    print("| | entries | texts, distinct below each root | for each entry | distinct of all |\n|---|---|---|---|---|")
    for name in COLLECTIONS:
        meaning = Meaning(meaning_path(path, name), "none")
        entries = sum(len(segment.ids) for segment in meaning.segments)
        texts = sum(len(segment.below.of(root)) for segment in meaning.segments for root in range(len(segment.roots)))
        print(f"| {name} | {entries:,} | {texts:,} | {texts / max(1, entries):.2f} | {meaning.held:,} |")


if __name__ == "__main__":
    main()
