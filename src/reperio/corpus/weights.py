"""Weights of the score, learned on development pairs and frozen.

`python bench/duplicates/fit.py` makes this table: logistic regression by levels with a normal prior around weights set
by hand (so that a level seldom or never met in the development pairs keeps a sensible weight), on the training half of
the pairs of `bench/duplicates`. A weight is the change of the log-odds that two things are one when a feature meets at
that level; a feature at level `none` changes nothing.
"""

from __future__ import annotations

BIAS = -5.45
WEIGHTS: dict[str, dict[str, float]] = {
    "identifier": {
        "doi": 11.00,
        "version": 10.00,
        "other doi": -2.50,
        "id": 11.00,
        "number": 3.00,
        "link": 3.00,
        "name": 2.50,
    },
    "title": {
        "same long": 8.35,
        "same study": 5.95,
        "same name": 5.61,
        "same": 1.22,
        "same short": 1.29,
        "nearly": 5.69,
        "alias": 5.12,
        "acronym": 4.77,
        "prefix": 4.78,
        "part": -3.00,
        "subtitle": 2.50,
        "made acronym": 5.94,
        "longer": 0.00,
        "contrast": -6.26,
        "overlap": -3.63,
        "different": -4.30,
    },
    "acronym": {"same": 2.71, "own name": 2.13, "initials": 0.93, "fits": 0.26, "differ": -1.61},
    "number": {"same": 0.00, "one": -3.00, "one wave": -6.00, "differ": -8.00},
    "edition": {"same": 0.23, "default": 0.26, "one": -6.00, "differ": -7.00},
    "title year": {"same": 0.70, "fits": 0.00, "one": -2.00, "differ": -8.00},
    "years": {"same": 0.96, "start": 2.42, "near": 0.00, "overlap": -3.13, "apart": -4.20},
    "place": {"same": 0.96, "within": 0.00, "overlap": 0.00, "apart": -4.00},
    "people": {"shared": 2.19, "similar": 1.71, "elsewhere": -0.07, "differ": -2.25, "namesake": -2.02},
    "size": {"same": 2.08, "near": 0.45, "far": -1.04},
    "design": {"shared": 1.17, "differ": -0.31},
    "description": {"same": 3.95, "similar": 2.37, "mentions": 0.18, "different": 0.00},
    "kind": {"series": 3.07, "studies": 2.35, "same": 0.00, "top": 1.30, "level": -4.00, "one source": -8.00},
}

ACCEPT = 0.95
"""At and above this probability two things are taken to be one."""
REVIEW = 0.10
"""At and above this probability (and below `ACCEPT`) a pair is put before people."""
