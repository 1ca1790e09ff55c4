"""Weights of the score, learned on development pairs and frozen.

`python bench/duplicates/fit.py` makes this table: logistic regression by levels with a normal prior around weights set
by hand (so that a level seldom or never met in the development pairs keeps a sensible weight), on the training half of
the pairs of `bench/duplicates`. A weight is the change of the log-odds that two things are one when a feature meets at
that level; a feature at level `none` changes nothing.
"""

from __future__ import annotations

BIAS = -5.61
WEIGHTS: dict[str, dict[str, float]] = {
    "identifier": {
        "doi": 11.00,
        "version": 10.00,
        "other doi": -2.50,
        "id": 11.00,
        "number": 3.00,
        "link": 3.00,
        "name": 2.51,
    },
    "title": {
        "same long": 7.11,
        "same name": 5.25,
        "same": 1.35,
        "same short": 2.71,
        "nearly": 5.27,
        "alias": 5.11,
        "acronym": 4.92,
        "prefix": 4.70,
        "part": -2.17,
        "subtitle": 2.50,
        "made acronym": 5.85,
        "longer": 0.00,
        "contrast": -6.15,
        "overlap": -3.64,
        "different": -4.28,
    },
    "acronym": {"same": 2.74, "own name": 2.28, "initials": 0.84, "differ": -1.59},
    "number": {"same": 0.24, "one": -3.40, "one wave": -6.05, "differ": -8.59},
    "edition": {"same": 0.25, "default": 0.41, "one": -6.75, "differ": -7.24},
    "title year": {"same": 1.01, "fits": 0.00, "one": -2.95, "differ": -8.20},
    "years": {"same": 1.47, "start": 2.35, "near": 0.32, "overlap": -3.13, "apart": -4.29},
    "place": {"same": 0.67, "within": 0.00, "overlap": 0.00, "apart": -4.00},
    "people": {"shared": 2.54, "similar": 1.61, "differ": -1.56},
    "size": {"same": 2.19, "near": 0.45, "far": -0.95},
    "design": {"shared": 0.71, "differ": -0.31},
    "description": {"same": 4.03, "similar": 2.38, "mentions": 0.30, "different": 0.00},
    "kind": {"series": 3.03, "studies": 2.02, "same": 0.00, "top": 1.31, "level": -4.00, "one source": -8.00},
}

ACCEPT = 0.95
"""At and above this probability two things are taken to be one."""
REVIEW = 0.10
"""At and above this probability (and below `ACCEPT`) a pair is put before people."""
