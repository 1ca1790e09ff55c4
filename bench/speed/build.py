"""Builds generated catalogues of several sizes stage by stage, and freezes what each stage cost.

    python bench/speed/build.py --scales 10000 100000 1000000 5200000 --place DIRECTORY

Each stage (harvest, read, index by words; then a change of 1,000 variables harvested, read and indexed) runs in a
process of its own, on one core but for the engine's threads. Wall and CPU seconds, peak memory and bytes on disk go
into `bench/speed/frozen/build.json`, the tables between the marks `build` in `docs/explanation/performance.md`. What was built
stays in DIRECTORY/<variables> for other measures. 5.2 million variables take some 20 GB-minutes of disk and, alone on two cores,
half an hour.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from change import change
from generate import QUESTIONS, generate

from reperio.jobs import Workshop
from reperio.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "bench" / "speed" / "frozen" / "build.json"
PAGE = ROOT / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- build -->", "<!-- /build -->"
STAGES = ("harvest", "read", "index")
CHANGED = 1_000
TICK = 0.5
Measured = dict[str, Any]


def main() -> None:
    """Build and measure; with `--stage`, one stage in this process."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--scales", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--place", type=Path, required=True)
    options.add_argument("--questions", type=Path, default=QUESTIONS)
    options.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.stage:
        print(json.dumps(run_stage(given.place, given.stage)))
        return
    found: Measured = {"machine": machine(), "scales": frozen()}
    for variables in sorted(given.scales):
        found["scales"][str(variables)] = build(given.place / str(variables), variables, given.questions)
        found["scales"] = dict(sorted(found["scales"].items(), key=lambda one: int(one[0])))
        freeze(found)
    print(tables(found))


def frozen() -> Measured:
    """What was measured before, by number of variables: sizes measured now take its place."""
    held: Measured = json.loads(FROZEN.read_text(encoding="utf-8"))["scales"] if FROZEN.exists() else {}
    return held


def machine() -> Measured:
    """What it runs on."""
    model = next((line.split(":")[1] for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return {
        "processor": model.strip(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory) / 1e6, 1),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def build(directory: Path, variables: int, questions: Path) -> Measured:
    """Make one catalogue, build it, change it, and give what each stage cost."""
    shutil.rmtree(directory, ignore_errors=True)
    generate(directory, variables, 1, questions)
    found: Measured = {"load": round(os.getloadavg()[0], 2)}
    for stage in STAGES:
        found[stage] = in_its_own_process(directory, stage)
    found["disk_mb"] = sizes(directory)
    changed = change(directory, min(CHANGED, variables // 20), 20, 1)
    found["changed"] = {"variables": changed}
    for stage in STAGES:
        found["changed"][stage] = in_its_own_process(directory, stage)
    (directory / "READY").touch()
    return found


def in_its_own_process(directory: Path, stage: str) -> Measured:
    """Run a stage and give what it measured."""
    command = [sys.executable, __file__, "--place", str(directory), "--stage", stage]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    print(f"{directory.name} {stage}: {measured}", file=sys.stderr, flush=True)
    return measured


def run_stage(directory: Path, stage: str) -> Measured:
    """Run one stage here and measure it, the start of the process left out."""
    made = Workshop(
        load_settings(home=directory / "home", sources=directory / "sources", model="none", log_level="error")
    )
    assert made.sources
    peak = Peak()
    wall, processor = time.perf_counter(), time.process_time()
    if stage == "harvest":
        list(made.harvest())
    elif stage == "read":
        list(made.read())
    else:
        made.index()
    return {
        "wall": round(time.perf_counter() - wall, 2),
        "cpu": round(time.process_time() - processor, 2),
        "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "own_mb": peak.stop(),
    }


class Peak:
    """Watches the memory of this process that is its own, not pages of files that the system may drop."""

    def __init__(self) -> None:
        self._most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(TICK):
            own = next((line for line in _lines("/proc/self/smaps_rollup") if line.startswith("Anonymous:")), ": 0 kB")
            self._most = max(self._most, int(own.split()[1]) // 1024)

    def stop(self) -> int:
        """Give the most there was, in MB."""
        self._done.set()
        self._thread.join()
        return self._most


def sizes(directory: Path) -> dict[str, float]:
    """MB on disk."""
    home = directory / "home"
    return {
        "files": _size(directory / "files"),
        "database": round(sum(path.stat().st_size for path in home.glob("reperio.sqlite*")) / 1e6, 1),
        "index": _size(home / "index"),
    }


def _size(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


# -- telling ---------------------------------------------------------------------------------------------------


def freeze(found: Measured) -> None:
    """Write the figures, and the tables into the page."""
    FROZEN.parent.mkdir(parents=True, exist_ok=True)
    FROZEN.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Performance\n"
    if BEGIN not in text:
        text += f"\n## Building\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{tables(found)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def tables(found: Measured) -> str:
    """The figures as Markdown."""
    on = found["machine"]
    scales: dict[str, Measured] = found["scales"]
    rows = [
        f"Measured on {on['cores']} cores ({on['processor']}), {on['memory_gb']} GB, Python {on['python']}, with a load of "
        f"{on['load_before']} at the beginning, by `python bench/speed/build.py --scales {' '.join(scales)} --place DIRECTORY`.",
        "",
        "| variables | stage | wall s | CPU s | CPU µs a variable | own memory MB | resident MB | growth of CPU |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for stage in STAGES:
        for before, variables in zip([None, *scales], scales, strict=False):
            rows.append(_row(stage, scales, before, variables))
    rows += [
        "",
        "| variables | files MB | database MB | index MB | change of | harvest s | read s | index s | visible after s | growth of CPU |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for before, variables in zip([None, *scales], scales, strict=False):
        rows.append(_changed_row(scales, before, variables))
    return "\n".join(rows)


def _row(stage: str, scales: dict[str, Measured], before: str | None, variables: str) -> str:
    cost = scales[variables][stage]
    growth = _exponent(scales, before, variables, lambda one: one[stage]["cpu"])
    each = cost["cpu"] / int(variables) * 1e6
    return (
        f"| {int(variables):,} | {stage} | {cost['wall']:,.1f} | {cost['cpu']:,.1f} | {each:,.0f} "
        f"| {cost['own_mb']:,} | {cost['resident_mb']:,} | {growth} |"
    )


def _changed_row(scales: dict[str, Measured], before: str | None, variables: str) -> str:
    one = scales[variables]
    disk, changed = one["disk_mb"], one["changed"]
    walls = [changed[stage]["wall"] for stage in STAGES]
    growth = _exponent(scales, before, variables, lambda it: sum(it["changed"][stage]["cpu"] for stage in STAGES))
    return (
        f"| {int(variables):,} | {disk['files']:,.0f} | {disk['database']:,.0f} | {disk['index']:,.0f} | {changed['variables']:,} "
        f"| {' | '.join(f'{wall:.2f}' for wall in walls)} | {sum(walls):.2f} | {growth} |"
    )


def _exponent(scales: dict[str, Measured], before: str | None, variables: str, cost: Any) -> str:
    """The power of the size by which a cost grew since the scale before: 1 is in proportion."""
    if before is None:
        return ""
    ratio = cost(scales[variables]) / max(cost(scales[before]), 0.01)
    return f"{math.log(max(ratio, 0.01)) / math.log(int(variables) / int(before)):.2f}"


if __name__ == "__main__":
    main()
