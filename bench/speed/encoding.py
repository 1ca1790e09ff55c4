"""What encoding costs: texts a second of each encoder on one core, and hours for a catalogue.

    python bench/speed/encoding.py HOME [HOME ...] [--sample 1000] [--into docs/explanation/performance.md]

Homes are indexed (`reperio index --meaning none` is enough), the smallest first; the last gives the sample and the hours.
Rates are of processor time, with one thread, so other work on the machine matters little. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from reperio.index.encoder import Encoder, load_encoder
from reperio.index.library import COLLECTIONS, meaning_path
from reperio.index.meaning import Meaning
from reperio.index.multilingual import is_installed, load_multilingual
from reperio.index.static import load_static
from reperio.index.wordings import MatterEncoder
from reperio.jobs import Workshop
from reperio.settings import Settings

BEGIN, END = "<!-- embedding -->", "<!-- /embedding -->"
QUICK = 20
"""Times the sample that the quick encoder is given."""


class Held(msgspec.Struct, frozen=True):
    """Documents, and distinct texts of each collection."""

    variables: int
    catalogue: int
    wordings: int
    passages: int


def held(home: Path) -> Held:
    """What an index holds that is to be encoded."""
    path, manifest = Workshop(Settings(home=home)).library.current()
    texts = {name: Meaning(meaning_path(path, name), "none").held for name in COLLECTIONS}
    return Held(manifest.counts["variables"], manifest.counts["catalogue"], texts["variables"], texts["catalogue"])


def sample(home: Path, name: str, count: int) -> list[str]:
    """Texts of a collection: the first, which are as good as random."""
    path, _ = Workshop(Settings(home=home)).library.current()
    segment = max(Meaning(meaning_path(path, name), "none").segments, key=lambda one: one.text_count)
    return [segment.texts[number] for number in range(min(count, segment.text_count))]


def rate(encoder: Encoder, texts: list[str]) -> float:
    """Texts a second of one core."""
    encoder.encode(texts[:32])
    started = time.process_time()
    encoder.encode(texts)
    return len(texts) / max(time.process_time() - started, 1e-9)


def report(homes: list[Path], count: int) -> str:
    """The figures as tables."""
    sizes = [held(home) for home in homes]
    lines = ["| variables | distinct wordings | studies and datasets | distinct passages |", "|---|---|---|---|"]
    lines += [f"| {one.variables:,} | {one.wordings:,} | {one.catalogue:,} | {one.passages:,} |" for one in sizes]
    if len(sizes) > 1:
        first, last = sizes[0], sizes[-1]
        grows = math.log(last.wordings / first.wordings) / math.log(last.variables / first.variables)
        lines.append(f"\nDistinct wordings grow with the power {grows:.2f} of the variables.")
    wordings, passages = sample(homes[-1], "variables", QUICK * count), sample(homes[-1], "catalogue", count // 5)
    minilm = load_encoder("minilm", threads=1)
    assert minilm is not None
    cache = homes[-1] / "cache" / "models"
    encoders: list[tuple[str, Encoder, int]] = [
        ("static", load_static(cache, threads=1), QUICK * count),
        ("all-MiniLM-L6-v2", minilm, count),
        ("the same, what a wording says about somebody", MatterEncoder(minilm), count),
    ]
    if is_installed():
        encoders.append(("multilingual-e5-small", load_multilingual(cache, threads=1), count // 2))
    lines += ["\n| encoder | wordings a second of one core | passages | hours of one core for all of the last row |",
              "|---|---|---|---|"]  # fmt: skip
    last = sizes[-1]
    for name, encoder, some in encoders:
        quick, slow = rate(encoder, wordings[:some]), rate(encoder, passages)
        hours = (last.wordings / quick + last.passages / slow) / 3600
        lines.append(f"| {name} | {quick:,.0f} | {slow:,.0f} | {hours:.2f} |")
    lines.append(f"\nA wording has {np.mean([len(text.split()) for text in wordings]):.1f} words on average, "
                 f"a passage {np.mean([len(text.split()) for text in passages]):.0f}.")  # fmt: skip
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("homes", type=Path, nargs="+")
    options.add_argument("--sample", type=int, default=1000)
    options.add_argument("--into", type=Path, help="document whose section is replaced, between its markers")
    given = options.parse_args()
    told = report(given.homes, given.sample)
    print(told)
    if given.into is not None:
        text = given.into.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        given.into.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
