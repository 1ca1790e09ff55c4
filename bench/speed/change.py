"""Changes some variables of a generated catalogue in place, as its publishers might, to measure what a change costs.

    python bench/speed/change.py DIRECTORY [--variables 1000] [--files 20] [--round 1]

The labels of the first variables of some files get a remark with the number of the round; so every round changes as
many. The files are taken evenly from all codebooks that have enough variables or, with `--large`, from all dictionaries,
which are those of the largest studies: what stands above a changed variable is written again with the words of all its
variables, so a change in a study of 400,000 costs more.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import re
from pathlib import Path

LABEL = "label"
LABELLED = re.compile(r"(<var [^>]*><labl>[^<\[]*)(?: \[revised \d+\])?</labl>")


def main() -> None:
    """Change a catalogue."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=Path)
    options.add_argument("--variables", type=int, default=1000)
    options.add_argument("--files", type=int, default=20)
    options.add_argument("--round", type=int, default=1)
    options.add_argument("--large", action="store_true")
    given = options.parse_args()
    changed = change(given.directory, given.variables, given.files, given.round, large=given.large)
    print(f"{changed} variables are changed.")


def change(directory: Path, variables: int, files: int, number: int, *, large: bool = False) -> int:
    """Change variables in so many files and give how many were changed."""
    each = -(-variables // files)
    pattern, rewrite = ("dictionaries/*/*.csv.gz", _rewrite) if large else ("*/*/*.xml.gz", _rewrite_codebook)
    paths = [path for path in sorted((directory / "files").glob(pattern)) if path.stat().st_size > 20 * each]
    changed = 0
    for path in paths[:: max(1, len(paths) // files)][:files]:
        changed += rewrite(path, min(each, variables - changed), number)
    return changed


def _rewrite_codebook(path: Path, most: int, number: int) -> int:
    text = gzip.decompress(path.read_bytes()).decode()
    head, mark, variables = text.partition("<dataDscr>")
    variables, changed = LABELLED.subn(rf"\g<1> [revised {number}]</labl>", variables, count=most)
    path.write_bytes(gzip.compress((head + mark + variables).encode(), 1, mtime=0))
    return changed


def _rewrite(path: Path, most: int, number: int) -> int:
    rows = list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
    at = rows[0].index(LABEL)
    for row in rows[1 : most + 1]:
        row[at] = f"{row[at].partition(' [revised')[0]} [revised {number}]"
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    path.write_bytes(gzip.compress(file.getvalue().encode(), 1, mtime=0))
    return len(rows[1 : most + 1])


if __name__ == "__main__":
    main()
