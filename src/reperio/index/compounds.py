"""Words that are written both joined and apart in descriptions of research data, and words too common to demand."""

from __future__ import annotations

from typing import Final

_WRITTEN_APART = (
    "ante natal", "base line", "bio bank", "bio marker", "birth weight", "body weight", "care giver", "case load",
    "check list", "child birth", "child care", "co habitation", "co morbidity", "co twin", "cross sectional",
    "data base", "data set", "down stream", "e mail", "field work", "follow up", "geo data", "grand child",
    "grand parent", "health care", "home work", "inter generational", "life course", "life span", "life style",
    "life time", "meta data", "micro data", "mid life", "multi morbidity", "neuro imaging", "non response", "on line",
    "over weight", "peri natal", "post code", "post graduate", "post natal", "pre natal", "pre school",
    "psycho social", "self esteem", "self harm", "self report", "smart phone", "socio demographic", "socio economic",
    "step parent", "time point", "time series", "under graduate", "under weight", "web site", "well being",
    "work force", "work place",
)  # fmt: skip

COMPOUNDS: Final = {entry.replace(" ", ""): tuple(entry.split()) for entry in _WRITTEN_APART}
"""Parts of a compound, by the joined word."""

_COMMON = """
a about across among amongst an and are as at be been between but by can could did do does during for from had has
have how i if in into is it its may me my no nor not of on or our regarding shall should so some such than that the
their them then there these they this those through to toward towards us via was we were what when where which while
who whom whose why will with within would you your
"""

STOP_WORDS: Final = frozenset(_COMMON.split())
"""English words so common that a document without them is not excluded."""
