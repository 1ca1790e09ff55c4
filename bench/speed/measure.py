"""Measures the speed of Reperio at several sizes beside other engines, freezes the figures, writes the tables.

    python bench/speed/measure.py [--scales 100k,1m] [--homes DIRECTORY] [--peers ENVIRONMENT] [--tables]

Every scale is a directory `DIRECTORY/SCALE` with a generated catalogue, harvested, read and indexed (`build.py`): `home`,
`sources`, `files`. What is measured is written to `bench/speed/frozen/serving-SCALE.json`; the tables in
`docs/explanation/performance.md` are made of these files (`--tables` only makes them). With `--change` 1,000 records
of the catalogue are changed and indexed while questions go on; without, the homes are only read. `--peers` names a virtual
environment with `requirements-peers.txt`; without, no other engine is measured, and what was measured of them before stays,
beside the figures of Reperio from that same run. About 15 minutes a million variables on two
cores with peers, 5 without.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tables import write_tables

HERE = Path(__file__).resolve().parent
FROZEN = HERE / "frozen"
ENGINES = ("sqlite", "lancedb", "qdrant")
PEERS_UP_TO = 1_500_000
"""Variables up to which peers are measured: beyond, their builds take hours (see the page)."""
ONE_PEER = 4 * 3600


def main() -> None:
    """Measure what is there."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--scales", default="100k,1m")
    options.add_argument("--homes", type=Path, default=Path("build/speed"))
    options.add_argument("--peers", type=Path)
    options.add_argument("--questions", type=int, default=240)
    options.add_argument("--change", action="store_true")
    options.add_argument("--tables", action="store_true")
    given = options.parse_args()
    if not given.tables:
        for scale in given.scales.split(","):
            _measure(given.homes / scale, scale, given)
    write_tables(FROZEN)


def _measure(directory: Path, scale: str, given: argparse.Namespace) -> None:
    if not (directory / "home").is_dir():
        sys.exit(f"There is no home at {directory / 'home'}: `python bench/speed/build.py` makes it.")
    started = time.monotonic()
    _say(f"{scale}: inside one process")
    measured: dict[str, Any] = {
        "scale": scale,
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {_cores()} cores, {_memory_gb()} GB",
        "inside": _json(HERE / "inside.py", directory / "home", "--questions", given.questions),
    }
    _say(f"{scale}: over HTTP")
    change = ["--change", directory] if given.change else []
    measured["http"] = _json(HERE / "over_http.py", directory / "home", *change)
    frozen = FROZEN / f"serving-{scale}.json"
    if given.peers and measured["inside"]["variables"] <= PEERS_UP_TO:
        engines = _peers(directory, given.peers)
        measured["peers"] = {"engines": engines, "own": measured["inside"], "memory": measured["http"]["memory"]}
    elif frozen.is_file() and (before := json.loads(frozen.read_text(encoding="utf-8")).get("peers")):
        measured["peers"] = before
    FROZEN.mkdir(exist_ok=True)
    frozen.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _say(f"{scale}: measured in {time.monotonic() - started:.0f} s")


def _peers(directory: Path, environment: Path) -> list[dict[str, Any]]:
    files = Path(tempfile.mkdtemp(prefix="peers-", dir=directory))
    found = []
    try:
        _say("what the other engines load is written")
        exported = subprocess.run(
            [sys.executable, HERE / "export.py", directory / "home", files], check=True, capture_output=True, text=True
        )
        _say(exported.stdout.strip())
        for engine in ENGINES:
            _say(f"{engine} builds and answers")
            command = [environment / "bin" / "python", HERE / "peers.py", files, engine]
            try:
                answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=ONE_PEER)
                found.append(json.loads(answer.stdout.strip().splitlines()[-1]))
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                lines = str(getattr(error, "stderr", "") or error).strip().splitlines()
                found.append({"engine": engine, "failed": lines[-1][:200] if lines else "no answer"})
            shutil.rmtree(files / engine, ignore_errors=True)
    finally:
        shutil.rmtree(files, ignore_errors=True)
    return found


def _json(script: Path, *arguments: object) -> Any:
    command = [sys.executable, script, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _memory_gb() -> int:
    line = Path("/proc/meminfo").read_text(encoding="ascii").split("\n", 1)[0]
    return round(int(line.split()[1]) / 1024**2)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
