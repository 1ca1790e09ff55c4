"""Study designs and methods read from words, negation respected, to controlled terms."""

from __future__ import annotations

from typing import Literal

StudyDesign = Literal[
    "cohort", "birth cohort", "ageing cohort", "longitudinal", "panel", "cross-sectional", "repeated cross-sectional",
    "case-control", "trial", "experimental", "twin", "family", "survey", "qualitative", "mixed methods",
    "observational", "registry", "administrative", "census", "linked", "time series", "case series", "ethnographic",
]  # fmt: skip
Sex = Literal["female", "male", "all"]


def read_designs(raw: str) -> tuple[StudyDesign, ...]:
    """Read the designs that a statement of method names; `not longitudinal` names none."""
    raise NotImplementedError


def read_sex(raw: str) -> Sex | None:
    """Read who takes part by sex: `Women only` is female, `men and women` is all, no statement is None."""
    raise NotImplementedError


def read_genetic(raw: str) -> bool | None:
    """Read whether genetic data were collected: True, False when denied, None when nothing is said."""
    raise NotImplementedError
