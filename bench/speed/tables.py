"""The tables of `docs/explanation/performance.md`, made of the frozen figures and of nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "performance.md"
BARS = {
    "search": 50, "search, three filters": 100, "autocomplete": 20, "largest list by position, any page": 20,
    "largest list by name, any page": 20, "largest list by label, any page": 20, "largest list, searched": 20,
    "search inside the largest study": 150,
}  # fmt: skip
"""Milliseconds that the 95th percentile is to stay under, at any size."""
FIRST_BYTE, COLD_SECONDS, SERVING_MB, RECALL, VISIBLE_SECONDS = 100, 3, 3000, 0.95, 5
Frozen = dict[str, Any]


def write_tables(frozen: Path, page: Path = PAGE) -> None:
    """Put the tables between their markers."""
    text = page.read_text(encoding="utf-8")
    for name, table in made(frozen).items():
        text = replaced(text, name, table)
    page.write_text(text, encoding="utf-8")


def made(frozen: Path) -> dict[str, str]:
    """The tables by the names of their markers."""
    sizes = [json.loads(path.read_text(encoding="utf-8")) for path in frozen.glob("serving-*.json")]
    sizes.sort(key=lambda one: int(one["inside"]["variables"]))
    return {
        "serving": "\n".join(_serving(sizes)),
        "http": "\n".join(_http(sizes)),
        "growth": "\n".join(_growth(sizes)),
        "peers": "\n".join(_peers(sizes)),
    }


def replaced(text: str, name: str, table: str) -> str:
    """A page with a table between `<!-- name -->` and `<!-- /name -->`."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{table}\n{end}{rest.partition(end)[2]}"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _title(one: Frozen) -> str:
    return f"{one['inside']['variables']:,} variables"


def _cell(times: Frozen | None, bar: float | None = None) -> str:
    if times is None:
        return ""
    missed = " **over**" if bar is not None and times["p95"] >= bar else ""
    return f"{times['p50']:.1f} / {times['p95']:.1f}{missed} [{times['cpu50']:.1f} / {times['cpu95']:.1f}]"


def _serving(sizes: list[Frozen]) -> Iterator[str]:
    names = list(dict.fromkeys(name for one in sizes for name in one["inside"]["times"]))
    rows: list[list[object]] = [
        [name, f"< {BARS[name]} ms" if name in BARS else "",
         *(_cell(one["inside"]["times"].get(name), BARS.get(name)) for one in sizes)]
        for name in names
    ]  # fmt: skip
    rows.append(["recall at 10 of near texts", f">= {RECALL}", *(_or_none(one["inside"]["recall"]) for one in sizes)])
    rows.append(["studies and datasets", "", *(f"{one['inside']['catalogue']:,}" for one in sizes)])
    rows.append(
        [
            "largest list, largest study",
            "",
            *(f"{one['inside']['largest_list']:,}, {one['inside']['largest_study']:,}" for one in sizes),
        ]
    )
    rows.append(["encoder", "", *(one["inside"]["model"] for one in sizes)])
    rows.append(
        [
            "index, corpus on disk, MB",
            "",
            *(f"{one['inside']['index_mb']:,}, {one['inside']['corpus_mb']:,}" for one in sizes),
        ]
    )
    yield from _table(
        ["inside one process, warm: p50 / p95 ms [of the processor]", "bar for p95", *map(_title, sizes)], rows
    )


def _or_none(value: object) -> object:
    return "not measured" if value is None else value


def _http(sizes: list[Frozen]) -> Iterator[str]:
    pages = dict.fromkeys(page for one in sizes for page in one["http"]["first_bytes"])
    rows: list[list[object]] = [
        [f"first byte, {name}", f"< {FIRST_BYTE} ms",
         *(_cell(one["http"]["first_bytes"].get(name), FIRST_BYTE) for one in sizes)]
        for name in pages
    ]  # fmt: skip
    for at, load in enumerate(sizes[0]["http"]["load"] if sizes else []):
        of_each = [one["http"]["load"][at] for one in sizes]
        rows.append(
            [
                f"{load['clients']} clients, answers a second",
                "",
                *(f"{one['a_second']} ({_cell(one['times'])})" for one in of_each),
            ]
        )
    rows.append(["cold start to first search, s", f"< {COLD_SECONDS}", *(one["http"]["cold_seconds"] for one in sizes)])
    rows.append(["memory of its own, pages of files, MB", f"< {SERVING_MB:,} in all",
                 *(f"{one['http']['memory']['private']:,}, {one['http']['memory']['files']:,}" for one in sizes)])  # fmt: skip
    rows.append(
        [
            "page of results, KB whole, as sent",
            "",
            *(f"{one['http']['whole_kb']}, {one['http']['compressed_kb']}" for one in sizes),
        ]
    )
    rows.append(
        [
            f"{1000:,} changed records found after, s (all done)",
            f"< {VISIBLE_SECONDS}",
            *(_change(one["http"].get("change")) for one in sizes),
        ]
    )
    yield from _table(["`reperio serve` over HTTP: p50 / p95 ms [of the processor]", "bar", *map(_title, sizes)], rows)


def _change(change: Frozen | None) -> str:
    if not change:
        return "not measured"
    return f"{change['visible_seconds']} ({change['finished_seconds']}); meanwhile {_cell(change['meanwhile'])}, {change['failed']} failed"


def _growth(sizes: list[Frozen]) -> Iterator[str]:
    """By which power of the number of variables each median grows: 0 not at all, 1 in proportion."""
    if len(sizes) < 2:
        yield "Two sizes are needed."
        return
    rows = []
    for name in sizes[0]["inside"]["times"]:
        points = [
            (one["inside"]["variables"], one["inside"]["times"][name])
            for one in sizes
            if name in one["inside"]["times"]
        ]
        rows.append(
            [
                name,
                *(f"{_exponent([(count, times[part]) for count, times in points]):.2f}" for part in ("cpu50", "cpu95")),
            ]
        )
    rows.append(
        [
            "index on disk",
            f"{_exponent([(one['inside']['variables'], one['inside']['index_mb']) for one in sizes]):.2f}",
            "",
        ]
    )
    yield from _table(["grows with the number of variables by the power", "median", "95th percentile"], rows)


def _exponent(points: list[tuple[float, float]]) -> float:
    """Slope of the line through the logarithms (least squares)."""
    logs = [(math.log(count), math.log(max(value, 0.01))) for count, value in points]
    mean_x, mean_y = (sum(one[side] for one in logs) / len(logs) for side in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread if spread else 0.0


def _peers(sizes: list[Frozen]) -> Iterator[str]:
    rows: list[list[object]] = []
    for one in sizes:
        if not (peers := one.get("peers")):
            continue
        inside, held = peers["own"], peers["memory"]
        own, narrowed = inside["times"]["search"], inside["times"].get("search, three filters")
        rows.append([_title(one), "Reperio (whole answers, 23 facets)", "see below", f"{inside['index_mb']:,}",
                     f"{held['private']:,} / {held['resident']:,}", _cell(own), "1", _cell(narrowed), "nothing"])  # fmt: skip
        rows += [[_title(one), *_peer(peer, own)] for peer in peers["engines"]]
    if not rows:
        yield "Not measured yet."
        return
    yield from _table(
        ["size", "engine", "build, s", "disk, MB", "memory of its own / resident, MB", "search", "times Reperio's p50 (processor)",
         "search, filtered", "by hand"],
        rows,
    )  # fmt: skip


def _peer(peer: Frozen, own: Frozen) -> list[object]:
    if "failed" in peer:
        return [peer["engine"], f"failed: {peer['failed']}", *[""] * 6]
    times = peer["times"]
    ratio = times["search"]["cpu50"] / own["cpu50"] if own["cpu50"] else 0.0
    return [peer["engine"], f"{peer['build_seconds']:,}", f"{peer['disk_mb']:,}", f"{peer['private_mb']:,} / {peer['resident_mb']:,}",
            _cell(times["search"]), f"{ratio:.1f}", _cell(times["search, two filters"]), peer["by_hand"]]  # fmt: skip
