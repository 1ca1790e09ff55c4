"""How soon the first byte of each kind of page comes, and how large it is: asked of a running site, written into the docs.

    python bench/web/first_byte.py [ADDRESS] [--rounds 5]

ADDRESS is http://127.0.0.1:8765/search by default (`reperio serve` over the catalogue to be told of). Takes a minute.
Each page is asked once to warm up, then `rounds` times, never with an ETag, so all of it is made each time.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import http.client
import json
import os
import re
import time
import urllib.request
from urllib.parse import quote, urlsplit

from tables import write

QUESTIONS = (
    "sleep", "depression in teenagers", "anxiety and household income", "birth cohort", "SDQ", "loneliness after 2010",
    "air pollution", "twins", "income", "school exclusion", "ethnic group", "UK survey, ages 10 to 16",
    "smoking during pregnancy", "veroudering en gezondheid", "body mass index", "mental health", "physical activity",
    "household", "employment status", "voting intention", "attitudes towards immigration", "alcohol",
    "child development", "cognitive function", "housing tenure", "religion", "GHQ-12", "cancer", "education",
    "labour force survey", "crime victimisation", "climate change", "diet and nutrition", "trust in government",
    "parenting", "blood pressure", "time use", "depresion chilhood", "title:survey -trial", "zzxqy",
)  # fmt: skip
LETTERS = ("a", "de", "sle", "house", "anxiety a", "gh", "s", "longitudinal st", "b_", "in", "e", "mental he")
"""What has been typed when completions are asked."""
HEAD = (
    "Page", "Addresses", "First byte, median (ms)", "95th percentile (ms)", "HTML, largest (KB, compressed)",
    "Elements, most",
)  # fmt: skip
FILTERS = ("topic", "keyword", "creator", "country")
ELEMENT = re.compile(rb"<[a-zA-Z]")


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
        "All values of a filter": [f"{root}/facets/{name}/list?query={quote(QUESTIONS[0])}" for name in FILTERS],
        "Suggestions": [f"{root.rsplit('/', 1)[0]}/api/v1/suggest?prefix={quote(text)}" for text in LETTERS],
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
    took, largest, most = [], 0, 0
    for address in addresses:
        _ask(address)
        for _ in range(rounds):
            seconds, packed, body = _ask(address)
            took.append(seconds * 1000)
            largest, most = max(largest, packed), max(most, _elements(body))
    took.sort()
    late = took[min(len(took) - 1, int(len(took) * 0.95))]
    times = (f"{took[len(took) // 2]:.0f}", f"{late:.0f}")
    return [name, len(addresses), *times, f"{largest / 1000:.1f}", f"{most:,}" if most else ""]


def _elements(body: bytes) -> int:
    """Elements of a page; none in what is no HTML."""
    return len(ELEMENT.findall(body)) if body.lstrip().startswith(b"<") else 0


def _ask(address: str) -> tuple[float, int, bytes]:
    """Seconds until the first byte, bytes of the compressed answer, and the answer."""
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
    if answer.getheader("Content-Encoding") == "gzip":
        return seconds, len(body), gzip.decompress(body)
    return seconds, len(gzip.compress(body)), body


if __name__ == "__main__":
    main()
