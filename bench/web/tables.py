"""Tables that measurements write into the document they belong to, between two comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "website.md"


def write(name: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, said: str) -> str:
    """Put a table, and a line on when and where it was made, between `<!-- name -->` and `<!-- /name -->`; gives it."""
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
    text = DOCUMENT.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not place.search(text):
        raise SystemExit(f"{DOCUMENT} has no place named {name}.")
    made = f"{table}\n\n{said}\n"
    DOCUMENT.write_text(place.sub(lambda found: f"{found[1]}{made}{found[2]}", text), encoding="utf-8")
    return made
