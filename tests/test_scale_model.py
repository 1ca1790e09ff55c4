"""The simulation of scatter and gather, and the capacity model, do what can be worked out by hand."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench" / "scale"))
simulate, model = import_module("simulate"), import_module("model")


def test_one_processor_does_its_shards_one_after_the_other_and_three_nodes_side_by_side() -> None:
    assert simulate.answer_time(simulate.Layout(3, 1, overhead=2.0), [4.0, 5.0, 6.0]) == 17.0
    assert simulate.answer_time(simulate.Layout(3, 3, overhead=2.0), [4.0, 5.0, 6.0]) == 8.0
    assert simulate.answer_time(simulate.Layout(3, 3, processors=2), [4.0, 5.0, 6.0]) == 10.0
    assert simulate.answer_time(simulate.Layout(4, 2, at_once=2), [4.0, 5.0, 6.0, 3.0]) == 6.0


def test_the_slowest_of_many_shards_is_slower_where_shards_differ() -> None:
    weights = [5.0, 10.0, 30.0]
    alike, apart = simulate.one_of(weights), simulate.one_of([10.0], 0.5)
    one, many = (simulate.simulate(simulate.Layout(shards, shards), alike) for shards in (1, 50))
    assert set(one) == set(many) == set(weights)
    assert simulate.quantile(one, 0.5) == 10.0
    assert simulate.quantile(simulate.simulate(simulate.Layout(50, 50), apart), 0.5) > 25.0


def test_how_far_shards_differ() -> None:
    assert simulate.apart([[4.0, 4.0, 4.0], [9.0, 9.0, 9.0]]) == 0.0
    assert simulate.apart([[1.0, math.e]]) == pytest.approx(2**-0.5)
    assert simulate.apart([[3.0]]) == 0.0


def test_a_line_through_what_was_measured() -> None:
    assert simulate.line([(1.0, 12.0), (2.0, 14.0), (5.0, 20.0)]) == pytest.approx((10.0, 2.0))
    assert simulate.line([(4.0, 8.0)]) == (0.0, 2.0)
    begin, climb = simulate.line([(1.0, 1.0), (2.0, 4.0)])
    assert begin == 0.0
    assert climb > 1.0
    assert simulate.line([(1.0, 9.0), (2.0, 8.0)]) == (pytest.approx(8.5, abs=0.1), 0.0)


def test_how_a_shard_grows_is_told_beside_the_line_of_the_others() -> None:
    runs = [{"variables": size, "shards": 1, "nodes": 1, "shard_ms": [[10.0 + 2 * size]]} for size in (1, 2, 5)]
    for row in simulate.growth({"runs": runs})[2:]:
        assert row.endswith("| 1.00, 1.00 |")


def test_questions_wait_where_all_are_busy() -> None:
    layout = simulate.Layout(2, 2)
    calm, busy = (simulate.under_load(layout, lambda _, shards: [10.0] * shards, rate) for rate in (0.1, 90.0))
    assert simulate.quantile(calm, 0.5) == pytest.approx(10.0)
    assert simulate.quantile(busy, 0.5) > 15.0


def test_predictions_stand_beside_measurements() -> None:
    def run(nodes: int, p50: float) -> dict[str, object]:
        return {
            "variables": 1000, "nodes": nodes, "shards": 3, "shard_ms": [[5.0, 5.0, 5.0]], "overhead_ms": 1.0, "p50_ms": p50,
            "p95_ms": p50,
        }  # fmt: skip

    rows = simulate.check({"processors": 4, "runs": [run(1, 16.0), run(3, 12.0)]})
    assert rows[2].startswith("| 1,000 | 3 | 1 | 16.0, 16.0 | 16.0, 16.0 | 1.00")
    assert rows[3].startswith("| 1,000 | 3 | 3 | 6.0, 6.0 | 12.0, 12.0 | 2.00")


def test_what_is_needed_grows_with_what_is_held() -> None:
    given = replace(model.Assumptions(), texts_second=100.0, passages_second=50.0, copies=2, shard_p95_ms=(0.0, 50.0))
    small, large = model.need(5_000_000, 20_000, given), model.need(1_000_000_000, 50_000_000, given)
    assert (small.shards, large.shards) == (1, 100)
    assert large.disk_gb > 50 * small.disk_gb
    assert small.encoding_hours == pytest.approx((5_000_000 * 0.8 / 100 + 20_000 * 1.1 / 50) / 3600)
    assert large.nodes >= large.memory_gb / (given.node_memory / 2)
    assert given.shard_variables == 10_000_000
    assert replace(given, shard_p95_ms=(100.0, 130.0)).shard_variables == 3_000_000
    assert model.by_line((7.0, 8.0), 2_500_000) == 27.0


def test_what_was_measured_takes_the_place_of_what_was_assumed() -> None:
    run = {
        "variables": 300, "documents": 310, "nodes": 1, "shards": 3, "shard_ms": [[2.0, 4.0, 8.0]], "overhead_ms": 3.0,
        "bytes_variable": 700.0, "bytes_dataset": 9_000.0, "bytes_vector": 2_000.0, "build_cpu_s": 2.0,
        "nodes_cpu_s": 3.1, "vectors_cpu_s": 40.0,
    }  # fmt: skip
    given = model.assumptions({"processors": 2, "runs": [run, {**run, "nodes": 3, "shard_ms": [[9.0]]}]})
    assert model.by_line(given.shard_ms, 100) == pytest.approx(4.0)
    assert model.by_line(given.shard_p95_ms, 100) == pytest.approx(8.0)
    assert [model.by_line(told, 100) for told in given.questions] == pytest.approx([14 / 3])
    assert (given.documents_second, given.fixed_ms) == (155.0, 3.0)
    assert (given.taken_second, given.vectors_second) == (pytest.approx(100.0), 500.0)
    assert model.writing_hours(1550, 1000, given) == pytest.approx((2550 / 155 + 2 * (15.5 + 2)) / 3600)
    assert len(model.table(given)) == 2 + len(model.SIZES)


def test_the_page_has_the_tables_of_what_was_kept(root: Path) -> None:
    """`python bench/scale/measure.py --tables` writes them anew after a change of the model."""
    measured = json.loads((root / "bench" / "scale" / "frozen" / "measured.json").read_text())
    page = (root / "docs" / "explanation" / "scale.md").read_text(encoding="utf-8")
    assert {run["nodes"] for run in measured["runs"]} == {1, 3}
    for rows in (simulate.check(measured), simulate.growth(measured), model.table(model.assumptions(measured))):
        assert "\n".join(rows) in page
