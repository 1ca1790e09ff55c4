"""One writer, many readers, and what a killed process leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reperio.errors import BackendError, NotReadyError
from reperio.index import tantivy_backend
from reperio.index.analysis import Analysis
from reperio.index.ask import Ask, FacetAsk, Ids, Word
from reperio.index.document import Document
from reperio.index.tantivy_backend import TantivyBackend

WRITER = """
import sys
from pathlib import Path
from reperio.index.document import Document
from reperio.index.tantivy_backend import TantivyBackend

backend = TantivyBackend(Path(sys.argv[1]))
batch = 0
while True:
    backend.upsert(
        Document(id=f"s/{batch}-{n}", kind="study", root=f"s/{batch}-{n}", texts={"title": ("Sleep",)})
        for n in range(50)
    )
    backend.commit()
    print(batch, flush=True)
    batch += 1
"""


def study(number: int, title: str = "Sleep", **rest: object) -> Document:
    identifier = f"s/{number}"
    return Document(id=identifier, kind="study", root=identifier, texts={"title": (title,)}, **rest)  # type: ignore[arg-type]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TantivyBackend]:
    backend = TantivyBackend(tmp_path / "index")
    yield backend
    backend.close()


def sleepers(backend: TantivyBackend) -> int:
    return backend.search(Ask(clause=Word("sleep"), limit=0)).total


def test_reading_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError) as caught:
        TantivyBackend(tmp_path / "none", read_only=True)
    assert "reperio index" in caught.value.hint
    assert not (tmp_path / "none").exists()


def test_a_reader_sees_each_commit(writer: TantivyBackend, tmp_path: Path) -> None:
    reader = TantivyBackend(tmp_path / "index", read_only=True)
    ask = Ask(clause=Word("sleep"), facets=(FacetAsk("topic"),))
    assert reader.search(ask).total == 0
    for number in range(1, 4):
        writer.upsert([study(number, facets={"topic": ("a",)})])
        writer.commit()
        page = reader.search(ask)
        assert (page.total, page.facets["topic"].values) == (number, (("a", number),))
        assert [suggestion.count for suggestion in reader.suggest("a")] == [number]
    reader.close()


def test_a_question_looks_for_commits_once(
    writer: TantivyBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(tantivy_backend.time, "monotonic", lambda: now[0])
    reader = TantivyBackend(tmp_path / "index", read_only=True)
    ask = Ask(clause=Word("sleep"))
    reader.look()
    writer.upsert([study(1)])
    writer.commit()
    assert reader.search(ask).total == 0
    assert writer.search(ask).total == 1
    reader.look()
    assert reader.search(ask).total == 1
    writer.upsert([study(2)])
    writer.commit()
    now[0] += tantivy_backend.LOOKED_SECONDS
    assert reader.search(ask).total == 2
    reader.close()


def test_a_reader_does_not_write(writer: TantivyBackend, tmp_path: Path) -> None:
    writer.commit()
    reader = TantivyBackend(tmp_path / "index", read_only=True)
    for change in (lambda: reader.upsert([study(1)]), lambda: reader.delete(["s/1"]), reader.commit):
        with pytest.raises(BackendError, match="reading only"):
            change()


def test_a_second_writer_is_refused(writer: TantivyBackend, tmp_path: Path) -> None:
    writer.upsert([study(1)])
    second = TantivyBackend(tmp_path / "index")
    with pytest.raises(BackendError, match="Another process is writing"):
        second.upsert([study(2)])
    writer.commit()
    assert sleepers(second) == 1
    writer.close()
    second.upsert([study(2)])
    second.commit()
    assert sleepers(second) == 2
    second.close()


def test_closing_drops_what_was_not_committed(writer: TantivyBackend, tmp_path: Path) -> None:
    writer.upsert([study(1)])
    writer.commit()
    writer.upsert([study(2)])
    writer.close()
    assert sleepers(TantivyBackend(tmp_path / "index", read_only=True)) == 1


def test_what_small_changes_leave_is_merged_for_good(tmp_path: Path) -> None:
    """Merging that is thrown away when a writer closes would be begun anew by every later one, and never be done."""
    path = tmp_path / "index"
    for number in range(12):
        backend = TantivyBackend(path)
        backend.upsert(study(number * 100 + place) for place in range(100))
        backend.commit()
        backend.close()
    reader = TantivyBackend(path, read_only=True)
    assert sleepers(reader) == 1200
    assert reader._shelf("catalogue").reading().searcher.num_segments < 8


def test_a_killed_writer_loses_nothing_committed(tmp_path: Path) -> None:
    path = tmp_path / "index"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    batches = 0
    with process.stdout as output:
        for line in output:
            batches = int(line) + 1
            if batches == 5:
                process.send_signal(signal.SIGKILL)
                break
        batches = max([batches, *(int(line) + 1 for line in output)])
    process.wait(timeout=20)
    backend = TantivyBackend(path)
    total = sleepers(backend)
    assert total >= batches * 50
    assert total % 50 == 0
    backend.upsert([study(1)])
    backend.commit()
    assert sleepers(backend) == total + 1
    backend.close()


def test_a_damaged_index_is_a_backend_error(writer: TantivyBackend, tmp_path: Path) -> None:
    writer.upsert([study(1)])
    writer.commit()
    writer.close()
    (tmp_path / "index" / "catalogue" / "meta.json").write_text("{")
    with pytest.raises(BackendError, match="failed while opening"):
        TantivyBackend(tmp_path / "index", read_only=True)


def test_an_index_of_other_fields_is_a_backend_error(tmp_path: Path) -> None:
    TantivyBackend(tmp_path / "index").close()
    with pytest.raises(BackendError):
        TantivyBackend(tmp_path / "index", analysis=Analysis(("de",)))


def test_two_languages_stem_apart(tmp_path: Path) -> None:
    backend = TantivyBackend(tmp_path / "index", analysis=Analysis(("en", "de")))
    backend.upsert([study(1, "Kinder", language="de"), study(2, "Kindern", language="de"), study(3, "Studies")])
    backend.commit()
    assert {hit.id for hit in backend.search(Ask(clause=Word("kindern"))).hits} == {"s/1", "s/2"}
    assert {hit.id for hit in backend.search(Ask(clause=Word("study"))).hits} == {"s/3"}
    backend.close()


def test_ties_too_large_to_sort_still_give_disjoint_pages(writer: TantivyBackend) -> None:
    writer.upsert(study(number) for number in range(1500))
    writer.commit()
    pages = [writer.search(Ask(clause=Word("sleep"), offset=offset, limit=300)) for offset in range(0, 1500, 300)]
    assert len({hit.id for page in pages for hit in page.hits}) == 1500


def test_sorting_very_many_hits(writer: TantivyBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.index.tantivy_hits.MOST_SCORED", 1)
    writer.upsert(study(number, size=number // 2) for number in range(10))
    writer.commit()
    hits = writer.search(Ask(clause=Word("sleep"), sort="size")).hits
    assert [hit.id for hit in hits] == [f"s/{n}" for n in (8, 9, 6, 7, 4, 5, 2, 3, 0, 1)]


def test_counting_more_groups_than_the_engine_answers(writer: TantivyBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.index.tantivy_tally.MOST_BUCKETS", 3)
    writer.upsert(study(number) for number in range(10))
    writer.commit()
    assert writer.search(Ask(clause=Word("sleep"), group="root", limit=2)).total_groups == 10


def test_an_unknown_count_smaller_than_the_values_shown(writer: TantivyBackend) -> None:
    creators = [(f"c{number // 2}",) for number in range(60)]
    writer.upsert(study(number, facets={"creator": values}) for number, values in enumerate(creators))
    writer.upsert([study(99)])
    writer.commit()
    counts = writer.search(Ask(facets=(FacetAsk("creator", 2),))).facets["creator"]
    assert (counts.values, counts.unknown) == ((("c0", 2), ("c1", 2)), 1)


def test_huge_contents_are_indexed(writer: TantivyBackend) -> None:
    labels = tuple(f"label {number} of a questionnaire" for number in range(20_000))
    writer.upsert([Document(id="s/1", kind="study", root="s/1", texts={"contents": labels})])
    writer.commit()
    assert writer.search(Ask(clause=Word("19999"))).total == 1


def test_ids_are_matched_whole(writer: TantivyBackend) -> None:
    writer.upsert([Document(id="a/B c%2F", kind="study", root="a/B c%2F")])
    writer.commit()
    assert writer.search(Ask(clause=Ids(("a/B c%2F",)))).total == 1
    assert writer.search(Ask(clause=Ids(("a/b c%2f",)))).total == 0
