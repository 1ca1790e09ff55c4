"""Weights of the score, learned on development pairs and frozen.

`python bench/duplicates/fit.py` makes this table: logistic regression by levels with a normal prior around weights set
by hand (so that a level seldom or never met in the development pairs keeps a sensible weight), on the training half of
the pairs of `bench/duplicates`. A weight is the change of the log-odds that two things are one when a feature meets at
that level; a feature at level `none` changes nothing.
"""

from __future__ import annotations

BIAS = -5.53
WEIGHTS: dict[str, dict[str, float]] = {
    "identifier": {
        "doi": 11.00,
        "version": 10.00,
        "other doi": -2.50,
        "id": 11.00,
        "number": 3.00,
        "link": 3.00,
        "name": 2.52,
    },
    "title": {
        "same long": 7.19,
        "same name": 5.11,
        "same": 1.30,
        "same short": 2.62,
        "nearly": 5.25,
        "alias": 5.38,
        "acronym": 5.08,
        "prefix": 4.79,
        "part": -2.18,
        "subtitle": 2.50,
        "made acronym": 5.85,
        "longer": 0.00,
        "contrast": -6.18,
        "overlap": -3.70,
        "different": -4.31,
    },
    "acronym": {"same": 1.05, "own name": 2.34, "initials": 0.78, "differ": -1.60},
    "number": {"same": 0.18, "one": -3.41, "one wave": -6.05, "differ": -8.47},
    "edition": {"same": 0.25, "default": 0.38, "one": -6.82, "differ": -7.27},
    "title year": {"same": 0.96, "fits": 0.00, "one": -2.97, "differ": -8.23},
    "years": {"same": 1.41, "start": 2.37, "near": 0.43, "overlap": -3.44, "apart": -4.59},
    "place": {"same": 0.66, "within": 0.00, "overlap": 0.00, "apart": -4.00},
    "people": {"shared": 2.63, "similar": 1.63, "differ": -1.53},
    "size": {"same": 2.13, "near": 0.45, "far": -0.93},
    "design": {"shared": 0.74, "differ": -0.31},
    "description": {"same": 4.06, "similar": 2.43, "mentions": 0.00, "different": 0.00},
    "kind": {"series": 3.02, "studies": 2.11, "same": 0.00, "top": 1.17, "level": -4.00, "one source": -8.00},
}

ACCEPT = 0.95
"""At and above this probability two things are taken to be one."""
REVIEW = 0.10
"""At and above this probability (and below `ACCEPT`) a pair is put before people."""
