from __future__ import annotations

import json

from reperio.record.model import Record
from reperio.resource.read.leftover import passed_over
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import read_record
from reperio.resource.read.report import Reporter, kept_paths
from reperio.source.model import Source

SOURCE = Source.model_validate(
    {"key": "arch", "title": "Archive", "harvest": {"protocol": "files", "path": "."}, "language": "en"}
)
BOOK = """<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt><titl>Keepers of lighthouses</titl></titlStmt>
<distStmt><distDate>when the lamp was lit</distDate></distStmt></citation>
<stdyInfo><sumDscr><collDate date="2001"/></sumDscr><moonPhase>waxing gibbous</moonPhase></stdyInfo></stdyDscr></codeBook>"""


def record(body: str, media_type: str = "application/xml", identifier: str = "one") -> Record:
    return Record(
        source="arch", identifier=identifier, body=body.encode(), media_type=media_type, fetched="2026-01-02T03:04:05Z"
    )


def report_of(*records: Record) -> Reporter:
    reporter = Reporter("arch")
    for each in records:
        reporter.add(each, read_record(each, SOURCE))
    return reporter


def test_a_report_tells_what_is_understood_missing_and_not_understood() -> None:
    report = report_of(record(BOOK)).result()
    assert report.resources == {"study": 1}
    assert {filled.field for filled in report.understood} >= {"titles", "temporal"}
    assert [(example.what, example.count) for example in report.kept] == [("stdyDscr/stdyInfo/moonPhase", 1)]
    assert [example.what for example in report.unreadable] == ["date_published"]
    assert [example.what for example in report.issues] == ["date.unreadable"]
    assert report.issues[0].record == "one"
    mandatory = [missing.name for missing in report.missing if missing.level == "mandatory"]
    assert mandatory == ["pid", "landing_page", "publisher", "abstract", "abstract_language"]
    publisher = next(missing for missing in report.missing if missing.name == "publisher")
    assert "distStmt/distrbtr" in publisher.how
    assert report.passed_over == ()
    assert report.judgement is not None
    assert report.quality is not None
    assert report.judgement.score == report.quality.score < 50


def test_counts_are_over_all_records() -> None:
    report = report_of(record(BOOK), record(BOOK, identifier="two")).result()
    assert report.records == 2
    assert report.kept[0].count == 2
    assert report.kept[0].records == 2
    assert report.judgement is None
    assert all(missing.number == missing.asked == 2 for missing in report.missing if missing.name == "pid")


def test_what_no_reader_kept_is_found_by_its_text() -> None:
    body = json.dumps({"@type": "Dataset", "name": "Harbour masters", "deep": {"tide": ["spring tide", "neap tide"]}})
    one = record(body, "application/json")
    assert passed_over(one, read_record(one, SOURCE)) == {}
    lost = passed_over(one, Reading())
    assert lost["[]/deep/tide[]" if "[]/deep/tide[]" in lost else "/deep/tide[]"].count == 2


def test_texts_that_were_changed_on_the_way_are_not_called_lost() -> None:
    body = json.dumps(
        {
            "@type": "Dataset",
            "name": "Harbour  masters",
            "description": "<p>Who kept &amp; lit.</p>",
            "datePublished": "2020-05-04T10:00:00Z",
        }
    )
    one = record(body, "application/json")
    assert passed_over(one, read_record(one, SOURCE)) == {}


def test_cells_of_tables_and_envelopes_of_servers() -> None:
    table = record("code,label,moon\na1,Hours slept,waxing\n", "text/csv")
    assert set(passed_over(table, Reading())) == {"/label", "/moon"}
    inside = f"<ListRecords><record><metadata>{BOOK}</metadata></record></ListRecords>"
    envelope = f"<OAI-PMH><responseDate>2020-01-01</responseDate>{inside}</OAI-PMH>"
    assert not any("responseDate" in path for path in passed_over(record(envelope), Reading()))


def test_kept_paths_count_the_unread_and_nested_extras() -> None:
    extra = {"unread": {"a/b": {"count": 3, "texts": ["one"]}}, "more": {"x": 1, "list": [{"y": 2}, {"y": 3}]}}
    assert sorted(kept_paths(extra)) == [
        ("a/b", 3, "one"),
        ("more/list[]/y", 1, "2"),
        ("more/list[]/y", 1, "3"),
        ("more/x", 1, "1"),
    ]
