"""Score home, search and item of a running site with Lighthouse (npm registry), and write the table into the docs.

    python bench/web/lighthouse.py [ADDRESS] [--runs 3]

ADDRESS is http://127.0.0.1:8000/search by default (`make demo` in another terminal). Needs npm, Node and Chromium; takes
some two minutes on a quiet machine. Of several runs the one with the median performance counts. Pages of results say
`noindex` on purpose, so the audit that asks the opposite is left out for them. Names of audits that are not passed, and
what moves, blocks or comes late, are printed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from tables import write

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
HEAD = ("Page", "Performance", "Accessibility", "Best practices", "SEO", "Largest paint", "Blocked", "Shift")
CHROME = "--headless=new --no-sandbox --disable-gpu"


def main() -> None:
    """Install, score, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000/search")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    base = asked.address.rstrip("/")
    pages = (("Home", f"{base}/", ""), ("Search", f"{base}/?query=sleep", "is-crawlable"), ("Item", _item(base), ""))
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", made, "lighthouse"], check=True
        )
        rows = [
            _row(name, [_run(Path(made), url, left_out) for _ in range(asked.runs)]) for name, url, left_out in pages
        ]
    load = os.getloadavg()[0]
    said = (
        f"Taken on {datetime.datetime.now(datetime.UTC).date()} over {asked.runs} runs each, with {os.cpu_count()} cores and a load of "
        f"{load:.1f} (`make lighthouse`). Scores of performance fall when the machine does other work."
    )
    print(write("lighthouse", HEAD, rows, said=said))


def _item(base: str) -> str:
    root = base.rsplit("/", 1)[0]
    with urllib.request.urlopen(f"{root}/api/v1/search?query=sleep&resource_type=study&size=1") as answer:
        return str(json.load(answer)["results"][0]["item"]["url"])


def _run(made: Path, url: str, left_out: str) -> dict[str, Any]:
    answer = made / "answer.json"
    command = [str(made / "node_modules/.bin/lighthouse"), url, "--quiet", "--output=json", f"--output-path={answer}"]
    extra = [f"--chrome-flags={CHROME}", *([f"--skip-audits={left_out}"] if left_out else [])]
    chrome = {"CHROME_PATH": os.environ.get("CHROME_PATH", "/usr/bin/chromium")}
    subprocess.run([*command, *extra], check=True, env=os.environ | chrome)
    held: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return held


def _row(name: str, runs: list[dict[str, Any]]) -> list[object]:
    scores = [run["categories"]["performance"]["score"] for run in runs]
    middle = min(runs, key=lambda run: abs(run["categories"]["performance"]["score"] - statistics.median(scores)))
    for key, audit in middle["audits"].items():
        if audit.get("score") is not None and audit["score"] < 0.9:
            print(name, key, audit.get("displayValue", ""), audit["title"], sep="  ")
    figures = {key: middle["audits"][key].get("displayValue", "").replace("\xa0", " ") for key in FIGURES}
    points = [round(100 * middle["categories"][key]["score"]) for key in CATEGORIES]
    return [name, *points, *list(figures.values())[1:]]


if __name__ == "__main__":
    main()
