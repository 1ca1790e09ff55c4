"""p50 and p95 of twenty varied queries through HTTP against a running server.

python bench/speed/latency.py http://127.0.0.1:8765 [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import time

import httpx

QUERIES = (
    "query=anxiety",
    "query=household income",
    "query=birth cohort Scotland anxiety household income",
    "query=smoking during pregnancy",
    "query=NCDS",
    "query=10.5255/UKDA-SN-855318",
    "query=how does income affect educational outcomes",
    "query=What factors influence mental health in teenagers?",
    "query=veroudering en gezondheid",
    'query="body mass index"',
    "query=depresion chilhood",
    "query=road traffic accidents&year_min=2005&year_max=2012",
    "query=health&country_codes=GB&access=open",
    "query=sleep&resource_type=variable",
    "query=blood pressure&resource_type=dataset&sort=newest",
    "query=title:survey -trial",
    "query=psychol*",
    "query=education&topics=Education",
    "query=&country_codes=NL&sort=title",
    "query=zzxqy",
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    rows: dict[str, list[float]] = {query: [] for query in QUERIES}
    totals: dict[str, int] = {}
    with httpx.Client(base_url=given.url, timeout=60) as client:
        for number in range(given.rounds):
            for query in QUERIES:
                started = time.perf_counter()
                answer = client.get(f"/api/v1/search?{query}")
                elapsed = (time.perf_counter() - started) * 1000
                answer.raise_for_status()
                totals[query] = answer.json()["total"]
                if number:  # the first round warms the caches of files and words
                    rows[query].append(elapsed)
    print("| query | total | p50 ms | worst ms |\n|---|---|---|---|")
    for query, times in rows.items():
        print(f"| `{query}` | {totals[query]:,} | {statistics.median(times):.0f} | {max(times):.0f} |")
    every = sorted(one for times in rows.values() for one in times)
    print(
        f"\nall: p50 {every[len(every) // 2]:.0f} ms, p95 {every[int(len(every) * 0.95)]:.0f} ms, {len(every)} requests"
    )


if __name__ == "__main__":
    main()
