"""How soon the first byte of each kind of page comes, and how large it is: asked of a running site, written into the docs.

    python bench/web/first_byte.py [ADDRESS] [--rounds 5]

ADDRESS is http://127.0.0.1:8765/search by default (`reperio serve` over the catalogue to be told of). Takes half a minute.
Each page is asked once to warm up, then `rounds` times, never with an ETag, so all of it is made each time.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import http.client
import json
import os
import time
import urllib.request
from urllib.parse import quote, urlsplit

from tables import write

QUESTIONS = (
    "sleep", "depression in teenagers", "anxiety and household income", "birth cohort", "SDQ", "loneliness after 2010",
    "air pollution", "twins", "income", "school exclusion", "ethnic group", "UK survey, ages 10 to 16",
)  # fmt: skip
HEAD = ("Page", "Addresses", "First byte, median (ms)", "95th percentile (ms)", "HTML, largest (KB, compressed)")


def main() -> None:
    """Ask, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8765/search")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    root = asked.address.rstrip("/")
    kinds = {
        "Home": [f"{root}/"],
        "Results": [f"{root}/?query={quote(text)}" for text in QUESTIONS],
        "Study": _items(root, "study"),
        "Dataset": _items(root, "dataset"),
        "Variable": _items(root, "variable"),
        "Browse": [f"{root}/studies"],
        "Explore": [f"{root}/explore"],
    }
    rows = [_row(name, addresses, asked.rounds) for name, addresses in kinds.items()]
    today, load = datetime.datetime.now(datetime.UTC).date(), os.getloadavg()[0]
    said = f"Taken on {today} over {_held(root)}, {os.cpu_count()} cores, load {load:.1f} (`bench/web/first_byte.py`)."
    print(write("first-byte", HEAD, rows, said=said))


def _items(root: str, kind: str) -> list[str]:
    found = []
    for text in QUESTIONS[:4]:
        asked = f"query={quote(text)}&resource_type={kind}&size=3"
        with urllib.request.urlopen(f"{root.rsplit('/', 1)[0]}/api/v1/search?{asked}") as answer:
            found += [urlsplit(str(one["item"]["url"])).path for one in json.load(answer)["results"]]
    parts = urlsplit(root)
    return [f"{parts.scheme}://{parts.netloc}{path}" for path in dict.fromkeys(found)]


def _held(root: str) -> str:
    with urllib.request.urlopen(f"{root.rsplit('/', 1)[0]}/api/v1/version") as answer:
        counts = json.load(answer).get("counts", {})
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items()) or "the catalogue served"


def _row(name: str, addresses: list[str], rounds: int) -> list[object]:
    took, largest = [], 0
    for address in addresses:
        _ask(address)
        for _ in range(rounds):
            seconds, size = _ask(address)
            took.append(seconds * 1000)
            largest = max(largest, size)
    took.sort()
    late = took[min(len(took) - 1, int(len(took) * 0.95))]
    return [name, len(addresses), f"{took[len(took) // 2]:.0f}", f"{late:.0f}", f"{largest / 1000:.1f}"]


def _ask(address: str) -> tuple[float, int]:
    """Seconds until the first byte, and bytes of the compressed page."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.connect()
    begun = time.perf_counter()
    connection.request("GET", f"{parts.path}?{parts.query}".rstrip("?"), headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    seconds = time.perf_counter() - begun
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}.")
    return seconds, len(body) if answer.getheader("Content-Encoding") == "gzip" else len(gzip.compress(body))


if __name__ == "__main__":
    main()
