"""A process that stands ready to bring a home up to date, as `reperio work` does.

At each line that it reads it harvests, reads and indexes what changed, by words and, where the index has vectors of the
encoder that stands in, by that; then it writes a line. The home and its sources are those of the environment.
"""

from __future__ import annotations

import sys

from reperio.index.enrich import Mode
from reperio.index.generation import Generations, load_manifest
from reperio.jobs import Workshop
from reperio.log import configure
from reperio.settings import load_settings


def main() -> None:
    """Work until there is no line left."""
    settings = load_settings()
    configure(settings.log_level)  # to standard error: lines of the other stream say that something is done
    workshop = Workshop(settings)
    built_with = load_manifest(Generations(settings.home / "index").current()).model
    mode: Mode = "static" if built_with.startswith("static") else "none"
    for _ in sys.stdin:
        list(workshop.harvest())
        list(workshop.read())
        workshop.index(meaning=mode)
        print("done", flush=True)


if __name__ == "__main__":
    main()
