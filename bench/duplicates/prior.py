"""Weights set by hand: the prior around which `fit.py` learns."""

BIAS = -6.0
WEIGHTS: dict[str, dict[str, float]] = {
    "identifier": {"doi": 11.0, "version": 10.0, "other doi": -2.5, "id": 11.0, "number": 3.0, "link": 3.0, "name": 2.5},
    "title": {
        "same long": 7.5, "same study": 7.0, "same name": 6.0, "same": 5.0, "same short": 2.5, "nearly": 5.0, "alias": 5.0, "acronym": 5.0,
        "prefix": 2.0, "part": -3.0, "subtitle": 2.5, "made acronym": 5.5, "longer": -1.0,
        "contrast": -5.0, "overlap": -4.0, "different": -4.0,
    },
    "acronym": {"same": 2.5, "own name": 2.0, "initials": 0.5, "fits": 0.8, "differ": -1.5},
    "number": {"same": 1.0, "one": -3.0, "one wave": -6.0, "differ": -8.0},
    "edition": {"same": 0.5, "default": 0.0, "one": -6.0, "differ": -7.0},
    "title year": {"same": 1.0, "fits": 0.0, "one": -2.0, "differ": -8.0},
    "years": {"same": 2.0, "start": 1.5, "near": 0.3, "overlap": -0.5, "apart": -3.0},
    "place": {"same": 0.8, "within": 0.3, "overlap": 0.0, "apart": -4.0},
    "people": {"shared": 2.0, "similar": 1.5, "elsewhere": -0.2, "differ": -1.0, "namesake": -2.5},
    "size": {"same": 2.0, "near": 0.5, "far": -0.7},
    "design": {"shared": 0.3, "differ": -0.3},
    "description": {"same": 5.0, "similar": 2.5, "mentions": 1.5, "different": -0.5},
    "kind": {"series": 3.0, "studies": 1.5, "same": 0.3, "top": 0.0, "level": -4.0, "one source": -8.0},
}  # fmt: skip
