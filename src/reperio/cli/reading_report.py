"""`reperio read --report`: what reading tells of a source, as tables for a data manager."""

from __future__ import annotations

from collections.abc import Sequence

from reperio.cli.console import out, print_json, progress, table
from reperio.errors import ConfigError
from reperio.jobs import Workshop
from reperio.resource.quality.assess import Part
from reperio.resource.quality.tally import PartMean
from reperio.resource.read.report import Example, Missing, Report

ROWS = 25
"""Longest list that is printed; `--json` has the whole."""
BAR = 20
FIXES = 10


def tell(workshop: Workshop, keys: Sequence[str], record: str | None, *, json: bool) -> None:
    """Report on sources, or on one record of one source.

    Raises:
        ConfigError: a record is asked for and not one source named.
    """
    if record is not None and len(keys) != 1:
        raise ConfigError("`--record` needs the key of its source.", hint="reperio read KEY --report --record ID")
    with progress(json) as told:
        reports = [workshop.report(source.key, record, progress=told) for source in workshop.chosen(keys)]
    if json:
        print_json(reports)
        return
    for report in reports:
        _print(report)


def _print(report: Report) -> None:
    what = f"Record {report.record} of {report.source}" if report.record else f"Source {report.source}"
    given = ", ".join(f"{number:,} {kind}" for kind, number in report.resources.items()) or "nothing"
    readers = ", ".join(report.readers) or "no reader"
    out.print(f"\n{what}: {report.records:,} records read by {readers}, giving {given}.\n", style="bold")
    _print_quality(report)
    _print_understood(report)
    _print_examples("Not understood, kept aside (`extra`)", "path", report.kept)
    _print_examples("Passed over: in the records, nowhere in what was read", "path", report.passed_over)
    _print_examples("Statements without a value", "field", report.unreadable)
    _print_examples("Issues", "code", report.issues, said=True)
    _print_missing(report.missing)


def _print_quality(report: Report) -> None:
    quality = report.judgement or report.quality
    if quality is None:
        return
    parts: Sequence[Part | PartMean] = quality.parts
    rows = table("quality", "score#", "", title=f"Metadata quality: {quality.score} of 100")
    for part in parts:
        rows.add_row(part.label, str(part.score), bar(part.score))
    out.print(rows)
    if report.judgement is not None:
        for fix in report.judgement.fixes[:FIXES]:
            out.print(f"  +{fix.gain:g}  {fix.label}: {fix.how}", soft_wrap=True)
    elif report.quality is not None:
        for gap in report.quality.gaps[:FIXES]:
            out.print(f"  +{gap.gain:g}  {gap.label}, missing in {gap.share:.0%}: {gap.how}", soft_wrap=True)
    out.print()


def bar(score: int) -> str:
    """A score of 100 drawn with blocks."""
    filled = round(score * BAR / 100)
    return "█" * filled + "·" * (BAR - filled)


def _print_understood(report: Report) -> None:
    described = sum(number for kind, number in report.resources.items() if kind != "variable")
    variables = report.resources.get("variable", 0)
    rows = table("understood", "field", "descriptions#", "%#", "variables#", "%#", title="Understood: fields filled")
    for filled in report.understood:
        rows.add_row(
            filled.label, filled.field, f"{filled.descriptions:,}", _share(filled.descriptions, described),
            f"{filled.variables:,}", _share(filled.variables, variables),
        )  # fmt: skip
    out.print(rows)
    out.print()


def _share(number: int, of: int) -> str:
    return f"{100 * number / of:.0f}" if of else ""


def _print_examples(title: str, heading: str, examples: Sequence[Example], *, said: bool = False) -> None:
    if not examples:
        out.print(f"{title}: nothing.\n")
        return
    rows = table(heading, "times#", "records#", "for example", title=f"{title}: {len(examples)}")
    for example in examples[:ROWS]:
        at = f"{example.record} {example.path}".strip()
        words = f"{example.message} {example.text!r}" if said else repr(example.text)
        rows.add_row(example.what, f"{example.count:,}", f"{example.records:,}", f"{words}\n{at}")
    out.print(rows)
    if len(examples) > ROWS:
        out.print(f"{len(examples) - ROWS} more; `--json` lists them.")
    out.print()


def _print_missing(missing: Sequence[Missing]) -> None:
    if not missing:
        out.print("Nothing asked for is missing.")
        return
    rows = table("level", "missing", "CMM", "from", "of", "mend it", title="Missing, and how to mend it")
    for each in missing:
        rows.add_row(
            each.level,
            each.label,
            each.cmm,
            f"{each.number:,} of {each.asked:,}",
            each.of,
            f"{each.how} E.g. {each.record}",
        )
    out.print(rows)
