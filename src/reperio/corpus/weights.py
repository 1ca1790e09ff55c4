"""Weights of the score, learned on development pairs and frozen.

`python bench/duplicates/fit.py` makes this table: logistic regression by levels with a normal prior around weights set
by hand (so that a level seldom or never met in the development pairs keeps a sensible weight), on the training half of
the pairs of `bench/duplicates`. A weight is the change of the log-odds that two things are one when a feature meets at
that level; a feature at level `none` changes nothing.
"""

from __future__ import annotations

BIAS = -6.08
WEIGHTS: dict[str, dict[str, float]] = {
    "identifier": {
        "doi": 11.00,
        "version": 10.00,
        "other doi": -2.50,
        "id": 11.00,
        "number": 3.00,
        "link": 3.00,
        "name": 2.56,
    },
    "title": {
        "same long": 7.06,
        "same name": 6.00,
        "same": 4.33,
        "same short": 2.78,
        "nearly": 5.00,
        "alias": 5.00,
        "acronym": 5.0,
        "prefix": 2.70,
        "subtitle": 2.7,
        "made acronym": 5.0,
        "longer": -0.69,
        "contrast": -5.87,
        "overlap": -3.22,
        "different": -4.17,
    },
    "acronym": {"same": 2.94, "own name": 2.48, "initials": 0.00, "differ": -1.59},
    "number": {"same": 0.00, "one": -3.21, "one wave": -6.00, "differ": -8.11},
    "edition": {"same": 0.20, "default": 0.00, "one": -6.11, "differ": -7.02},
    "title year": {"same": 1.55, "fits": 0.00, "one": -2.16, "differ": -8.02},
    "years": {"same": 2.20, "start": 3.24, "near": 0.58, "overlap": -2.60, "apart": -3.78},
    "place": {"same": 0.99, "within": 0.00, "overlap": 0.00, "apart": -4.00},
    "people": {"shared": 1.23, "similar": 1.61, "differ": -2.05},
    "size": {"same": 2.47, "near": 0.49, "far": -0.84},
    "design": {"shared": 1.85, "differ": -0.30},
    "description": {"same": 4.06, "similar": 2.50, "mentions": 0.85, "different": 0.00},
    "kind": {"series": 3.02, "studies": 1.5, "same": 0.00, "top": 1.16, "level": -4.00, "one source": -8.00},
}

ACCEPT = 0.95
"""At and above this probability two things are taken to be one."""
REVIEW = 0.10
"""At and above this probability (and below `ACCEPT`) a pair is put before people."""
