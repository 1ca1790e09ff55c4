"""`make bench-matching [CATALOGUE=home] [WRITE=1]`: every measure of how questions are matched, one after the other.

Runs `score.py` (2 minutes), `links.py` (at once), `languages.py` (3 minutes) and, with the home of a catalogue that holds
the modules of the ISSP, `hidden.py` (5 minutes); two quiet cores are meant. With `--write` each table is put into
`docs/explanation/how-ranking-works.md`, between its markers. What fails keeps its old table and is told at the end.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "explanation" / "how-ranking-works.md"
MEASURES = {"score": False, "links": False, "languages": False, "hidden": True}
"""Measures, and whether they need a catalogue."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("catalogue", type=Path, nargs="?")
    options.add_argument("--write", action="store_true")
    options.add_argument("--only", choices=tuple(MEASURES), nargs="*", default=tuple(MEASURES))
    given = options.parse_args()
    failed = []
    for name, needs in MEASURES.items():
        if name not in given.only:
            continue
        if needs and given.catalogue is None:
            print(f"\n{name}: give CATALOGUE, the home of a catalogue, to measure it.")
            continue
        print(f"\n## {name}\n", flush=True)
        with_home = [str(given.catalogue)] if given.catalogue and name in {"links", "languages", "hidden"} else []
        done = subprocess.run(
            [sys.executable, str(HERE / f"{name}.py"), *with_home], stdout=subprocess.PIPE, text=True, check=False
        )
        print(done.stdout, flush=True)
        if done.returncode:
            failed.append(name)
        if given.write and "|---" in done.stdout:
            put(name, done.stdout)
    if failed:
        print(f"Below its bar or broken: {', '.join(failed)}.")
    return 1 if failed else 0


def put(name: str, text: str) -> None:
    """Put a table between its markers."""
    lines = [line for line in text.splitlines() if line.strip()]
    kept = "\n".join(line if line.startswith("|") else f"\n{line}\n" for line in lines).strip()
    kept = re.sub(r"\n{3,}", "\n\n", kept)
    marked = re.compile(rf"(<!-- bench-matching:{name} -->\n).*?(<!-- end -->)", re.DOTALL)
    document = DOCUMENT.read_text("utf-8")
    if not marked.search(document):
        raise SystemExit(f"{DOCUMENT.name} has no place for {name}.")
    DOCUMENT.write_text(marked.sub(lambda found: f"{found[1]}\n{kept}\n\n{found[2]}", document), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
