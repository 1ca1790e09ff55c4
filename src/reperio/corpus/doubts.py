"""What settling finds wrong: parents that are not there, and links that run in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from reperio.corpus.held import Stated
from reperio.corpus.ledger import chunks
from reperio.corpus.tables import HELD, ISSUE, RECORD
from reperio.corpus.write import issue_row
from reperio.resource.issues import Issue

By = Mapping[str, Sequence[Stated]]


def write_issues(connection: Connection, stated: By, above: Mapping[str, tuple[str, ...]], circles: set[str]) -> None:
    """Replace the issues of the last settling."""
    connection.execute(delete(ISSUE).where(ISSUE.c.settled == 1))
    rows = [*_unknown_parents(stated), *_circles(stated, above, circles), *_homeless(connection, stated)]
    for some in chunks(rows):
        connection.execute(insert(ISSUE), some)


def _unknown_parents(stated: By) -> Iterable[dict[str, object]]:
    for members in stated.values():
        for one in members:
            for parent in one.parents:
                if parent not in stated:
                    issue = Issue(
                        code="parent.unknown", path="/part_of", value=parent[:500],
                        message=f"{one.id} says it is part of something that is not here."[:500],
                    )  # fmt: skip
                    yield issue_row(one.source_key, one.record, issue, 1)


def _circles(stated: By, above: Mapping[str, tuple[str, ...]], circles: set[str]) -> Iterable[dict[str, object]]:
    for leader in sorted(circles):
        lead = stated[leader][0]
        issue = Issue(
            code="parent.circle", path="/part_of", value=" ".join(above[leader])[:500],
            message=f"{leader} is above itself; links in a circle are not followed."[:500],
        )  # fmt: skip
        yield issue_row(lead.source_key, lead.record, issue, 1)


def _homeless(connection: Connection, stated: By) -> Iterable[dict[str, object]]:
    query = (
        select(HELD.c.id, HELD.c.variables, HELD.c.record, RECORD.c.source)
        .join(RECORD, RECORD.c.key == HELD.c.record)
        .where(HELD.c.variables > 0)
    )
    for row in connection.execute(query):
        if row.id not in stated:
            issue = Issue(
                code="parent.unknown", path="/part_of", value=row.id[:500],
                message=f"{row.variables} variables say they are part of something that is not here.",
            )  # fmt: skip
            yield issue_row(row.source, row.record, issue, 1)
