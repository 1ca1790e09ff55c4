"""Makes a catalogue of the original's size and skew, as files that Reperio harvests and reads like anybody's.

    python bench/speed/generate.py DIRECTORY --variables 5200000 [--seed 1] [--questions FOLDER] [--changed 1000]

What it writes below DIRECTORY: `sources/*.yml` (declarations) and `files/` (what they harvest):

- Three archives (`north`, `west`, `east`) describe studies in **DDI-Codebook** XML, one codebook a study: that is what
  data archives publish (CESSDA, UKDS, GESIS, ICPSR) and the costliest common format to read. Studies with fewer than
  4,000 variables list them there.
- Larger studies list theirs as **CSV data dictionaries**, a file a dataset (`dictionaries`), as cohorts do; the
  declaration says which dataset of an archive a file belongs to.

Sizes are those of the original at 5.2 million variables (6,656 studies, 19,570 datasets, the largest dataset 31,177,
the largest study 400,000) and in proportion elsewhere. Words are real labels, wordings and answers of the development
data, read where they lie (`--questions`); where those are absent, words of the sample. Blocks of questions are drawn by
Zipf's law; each wave of a study asks most of what the one before asked. Some studies are described by two archives.
The same seed gives the same bytes. `--changed N` writes N further or changed variables of it, in place, in the dictionaries of
the study with most of them, to measure what a change costs.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from generate_files import Files
from generate_plan import Study, plan
from generate_words import Pool, load_pool

QUESTIONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "variables"
KEPT = 0.75
"""Share of the blocks of a wave that the next one asks again."""
SPOKEN_OTHERWISE = 0.3
"""Share of the blocks whose labels name the respondent, the age or the wave: texts of their own."""
RESPONDENTS = ("mother", "father", "partner", "child", "teacher", "interviewer")

Block = tuple[int, str]
"""A block of the pool, and what its labels have in addition."""


def main() -> None:
    """Write a catalogue."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=Path)
    options.add_argument("--variables", type=int, default=5_200_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--questions", type=Path, default=QUESTIONS)
    given = options.parse_args()
    started = time.process_time()
    made = generate(given.directory, given.variables, given.seed, given.questions)
    print(f"{made} variables in {time.process_time() - started:.0f} s of CPU.")


def generate(directory: Path, variables: int, seed: int, questions: Path) -> int:
    """Write a catalogue and give its number of variables."""
    pool = load_pool(questions, random.Random(seed))
    if not pool.real:
        print(f"No real questions at {questions}: words of the sample take their place.")
    files = Files(directory, pool)
    for study in plan(variables, random.Random(seed + 1)):
        chance = random.Random(seed * 1_000_003 + study.number)
        files.write(study, blocks(study, pool, chance), chance)
    files.declare()
    return files.variables


def blocks(study: Study, pool: Pool, chance: random.Random) -> list[list[Block]]:
    """What each dataset of a study asks: of a wave, most of what the one before did."""
    asked: list[list[Block]] = []
    for dataset in study.datasets:
        mine: list[Block] = []
        held = 0
        if dataset.wave > 1:
            for block in asked[-1]:
                if held < dataset.variables and chance.random() < KEPT:
                    mine.append(block)
                    held += len(pool.blocks[block[0]])
        while held < dataset.variables:
            number = pool.draw(chance)
            mine.append((number, _addition(chance)))
            held += len(pool.blocks[number])
        asked.append(mine)
    return asked


def _addition(chance: random.Random) -> str:
    if chance.random() >= SPOKEN_OTHERWISE:
        return ""
    kind = chance.random()
    if kind < 0.4:
        return f" ({chance.choice(RESPONDENTS)})"
    if kind < 0.7:
        return f", at age {chance.randint(1, 90)}"
    return f", wave {chance.randint(1, 12)}"


if __name__ == "__main__":
    main()
