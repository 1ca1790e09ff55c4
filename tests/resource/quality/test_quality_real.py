from __future__ import annotations

from pathlib import Path

import pytest

from reperio.record.model import Record
from reperio.resource.quality.assess import assess
from reperio.resource.read.registry import read_record
from reperio.resource.read.report import Report, Reporter
from reperio.source.model import Source


def report_on(paths: list[Path], reader: str) -> Report:
    source = Source.model_validate(
        {"key": "real", "title": "Real", "harvest": {"protocol": "files", "path": "."}, "reader": reader}
    )
    reporter = Reporter(source.key)
    for path in paths:
        record = Record(
            source="real",
            identifier=path.name,
            body=path.read_bytes(),
            media_type="application/xml",
            fetched="2026-01-02T03:04:05Z",
        )
        reporter.add(record, read_record(record, source))
    return reporter.result()


@pytest.mark.real
def test_a_report_on_real_codebooks(shared_data: Path) -> None:
    """What is known of real records holds: none is without a title, and every element named can be mended in the format."""
    paths = [
        path
        for path in sorted((shared_data / "catalogues" / "ddi_xml").rglob("*.xml"))
        if path.stat().st_size < 400_000
    ]
    paths = [path for path in paths if b"stdyDscr" in path.read_bytes()][:40]
    assert len(paths) > 10
    report = report_on(paths, "ddi_codebook")
    assert report.resources["study"] >= 10
    assert "reader.failed" not in {issue.what for issue in report.issues}
    assert report.quality is not None
    assert 20 < report.quality.score < 90
    mandatory = {missing.name for missing in report.missing if missing.level == "mandatory" and missing.of == "study"}
    assert "landing_page" in mandatory
    assert all("codeBook/" in missing.how for missing in report.missing if missing.of == "study")


@pytest.mark.real
def test_a_real_study_of_an_archive_scores_well(shared_data: Path) -> None:
    """A full description of a European archive meets most of what its archives agreed on."""
    folder = shared_data / "catalogues" / "ddi_xml"
    best = 0
    source = Source.model_validate({"key": "real", "title": "Real", "harvest": {"protocol": "files", "path": "."}})
    found = [
        path
        for path in sorted(folder.rglob("*.xml"))
        if path.stat().st_size < 200_000 and b"topcClas" in path.read_bytes()
    ]
    assert found
    for path in found[:30]:
        record = Record(
            source="real",
            identifier=path.name,
            body=path.read_bytes(),
            media_type="application/xml",
            fetched="2026-01-02T03:04:05Z",
        )
        studies = [each for each in read_record(record, source).resources if each.kind == "study"]
        best = max([best, *(assess(study).parts[0].score for study in studies)])
    assert best >= 75
