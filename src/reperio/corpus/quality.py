"""Quality by source: a small tally for each record, written with what the record states, added up when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select

from reperio.corpus.ledger import chunks
from reperio.corpus.payload import read_payload
from reperio.corpus.tables import IN_CATALOGUE, QUALITY, RECORD, SOURCE, STATEMENT
from reperio.resource.fields import Resource
from reperio.resource.quality.tally import Adder, Standing, Tally, standing_of

PAGE = 500
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Tally)

Row = tuple[int, int, Tally]
"""Keys of the source and the record, and what was judged of it."""


def write_quality(connection: Connection, rows: Sequence[Row]) -> None:
    """Put the tallies of these records in place of the former ones; records that describe nothing have none."""
    for keys in chunks(record for _, record, _ in rows):
        connection.execute(delete(QUALITY).where(QUALITY.c.record.in_(keys)))
    held = [
        {"record": record, "source": source, "tally": _ENCODER.encode(tally).decode()}
        for source, record, tally in rows
        if tally.number
    ]
    for some in chunks(held):
        connection.execute(insert(QUALITY), some)


def read_stated(connection: Connection, source: str) -> Iterator[Resource]:
    """What a source states now of series, studies and datasets, before any merging."""
    query = (
        select(STATEMENT.c.payload, RECORD.c.origins)
        .join(SOURCE, SOURCE.c.key == STATEMENT.c.source)
        .join(RECORD, RECORD.c.key == STATEMENT.c.record)
        .where(SOURCE.c.name == source, IN_CATALOGUE, STATEMENT.c.deleted == 0)
    )
    for row in connection.execution_options(yield_per=PAGE).execute(query):
        yield read_payload(row.payload, row.origins)


def read_standings(connection: Connection) -> dict[str, Standing]:
    """Quality of every source that has any, by its key."""
    names = {row.key: row.name for row in connection.execute(select(SOURCE.c.key, SOURCE.c.name))}
    adders: dict[int, Adder] = {}
    for row in connection.execute(select(QUALITY.c.source, QUALITY.c.tally)):
        adders.setdefault(row.source, Adder()).add(_DECODER.decode(row.tally))
    return dict(_named(names, adders))


def _named(names: dict[int, str], adders: dict[int, Adder]) -> Iterable[tuple[str, Standing]]:
    for key, adder in adders.items():
        standing = standing_of(adder.result())
        if standing is not None:
            yield names[key], standing
