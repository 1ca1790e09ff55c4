"""The hand-labelled cases of the benchmark, and the scores on others' gold, as tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench" / "normalising"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"normalising_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


cases = _load("cases")
gold = _load("gold")
CASES = cases.load_cases()


def test_there_are_enough_cases_of_every_field() -> None:
    assert len(CASES) >= 300
    fields = [case.field for case in CASES]
    assert fields.count("period") >= 90
    assert fields.count("places") >= 90
    assert set(fields) == {
        "period", "date", "places", "ages", "prose_ages", "sizes", "designs", "sex", "genetic", "doi", "language", "licence", "access",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.field}: {case.raw}")
def test_case_is_read_as_labelled(case: object) -> None:
    assert cases.show(case.field, case.raw) == case.expected  # type: ignore[attr-defined]


def _precision_and_recall(outcomes: list[object]) -> tuple[float, float]:
    right = sum(outcome.wanted == outcome.got is not None for outcome in outcomes)  # type: ignore[attr-defined]
    read = sum(outcome.got is not None for outcome in outcomes)  # type: ignore[attr-defined]
    wanted = sum(outcome.wanted is not None for outcome in outcomes)  # type: ignore[attr-defined]
    return right / read, right / wanted


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "least", "precision_floor", "recall_floor"),
    [("edtf_dates", 120, 0.97, 0.97), ("temporal_years", 200, 0.97, 0.95), ("country_names", 450, 0.99, 0.90)],
)
def test_gold_of_others(name: str, least: int, precision_floor: float, recall_floor: float, shared_data: Path) -> None:
    outcomes = list(getattr(gold, name)(shared_data))
    precision, recall = _precision_and_recall(outcomes)
    assert len(outcomes) >= least
    assert precision >= precision_floor
    assert recall >= recall_floor


@pytest.mark.real
def test_controlled_countries_are_found_in_free_text(shared_data: Path) -> None:
    records = list(gold.spatial_countries(shared_data))
    found = sum(len(wanted & got) for wanted, got in records)
    assert len(records) > 1000
    assert found / sum(len(wanted) for wanted, _ in records) > 0.5  # noisy: see the README of the set
