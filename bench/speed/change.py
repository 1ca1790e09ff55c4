"""Changes some variables of a generated catalogue in place, as its publishers might, to measure what a change costs.

    python bench/speed/change.py DIRECTORY [--variables 1000] [--files 20] [--round 1]

The labels of the first variables of some dictionaries get a remark with the number of the round; so every round
changes as many. The dictionaries are taken evenly from all that have enough variables, the largest study's among them.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
from pathlib import Path

LABEL = "label"


def main() -> None:
    """Change a catalogue."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=Path)
    options.add_argument("--variables", type=int, default=1000)
    options.add_argument("--files", type=int, default=20)
    options.add_argument("--round", type=int, default=1)
    given = options.parse_args()
    print(f"{change(given.directory, given.variables, given.files, given.round)} variables are changed.")


def change(directory: Path, variables: int, files: int, number: int) -> int:
    """Change variables in so many dictionaries and give how many were changed."""
    each = -(-variables // files)
    paths = sorted((directory / "files" / "dictionaries").glob("*/*.csv.gz"))
    large = [path for path in paths if path.stat().st_size > 20 * each]
    chosen = large[:: max(1, len(large) // files)][:files]
    changed = 0
    for path in chosen:
        changed += _rewrite(path, min(each, variables - changed), number)
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
