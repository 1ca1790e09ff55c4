"""Weights of the score, learned on development pairs and frozen.

`python bench/duplicates/fit.py` makes this table: logistic regression by levels with a normal prior around weights set
by hand (so that a level seldom or never met in the development pairs keeps a sensible weight), on the training half of
the pairs of `bench/duplicates`. A weight is the change of the log-odds that two things are one when a feature meets at
that level; a feature at level `none` changes nothing.
"""

from __future__ import annotations

BIAS = -5.57
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
        "same long": 6.66,
        "same name": 5.28,
        "same": 1.42,
        "same short": 2.70,
        "nearly": 5.43,
        "alias": 5.10,
        "acronym": 4.97,
        "prefix": 4.71,
        "part": -2.39,
        "subtitle": 2.50,
        "made acronym": 5.65,
        "longer": 0.00,
        "contrast": -6.11,
        "overlap": -3.67,
        "different": -4.27,
    },
    "acronym": {"same": 2.81, "own name": 2.27, "initials": 1.37, "differ": -1.59},
    "number": {"same": 0.28, "one": -4.29, "one wave": -6.05, "differ": -8.47},
    "edition": {"same": 0.25, "default": 0.48, "one": -6.66, "differ": -7.20},
    "title year": {"same": 1.18, "fits": 0.00, "one": -2.63, "differ": -8.14},
    "years": {"same": 1.51, "start": 2.39, "near": 0.46, "overlap": -3.12, "apart": -4.22},
    "place": {"same": 0.90, "within": 0.00, "overlap": 0.00, "apart": -4.00},
    "people": {"shared": 2.17, "similar": 1.61, "differ": -1.59},
    "size": {"same": 2.13, "near": 0.46, "far": -0.95},
    "design": {"shared": 0.91, "differ": -0.31},
    "description": {"same": 4.01, "similar": 2.42, "mentions": 0.44, "different": 0.00},
    "kind": {"series": 3.03, "studies": 1.98, "same": 0.00, "top": 0.98, "level": -4.00, "one source": -8.00},
}

ACCEPT = 0.95
"""At and above this probability two things are taken to be one."""
REVIEW = 0.10
"""At and above this probability (and below `ACCEPT`) a pair is put before people."""
