"""Writing records into the archive's tables, a few hundred at a time, and reading them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import zstandard
from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from reperio.record.identity import safe_identifier, safe_text
from reperio.record.model import Record
from reperio.record.tables import clock, history, record, sighting

CHUNK = 400
ZSTD_LEVEL = 3

_AnyRow = Row[*tuple[Any, ...]]


def start_clock(engine: Engine) -> None:
    """Set the clock to 0 in a new archive."""
    with engine.connect() as connection:
        started = connection.execute(select(clock.c.value).where(clock.c.name == "seq")).first()
    if started is None:
        try:
            with engine.begin() as connection:
                connection.execute(insert(clock).values(name="seq", value=0))
        except IntegrityError:  # another process was quicker
            return


def lock_clock(connection: Connection) -> int:
    """Take the writers' lock before anything is read, so that no two writers see the same number."""
    connection.execute(update(clock).where(clock.c.name == "seq").values(value=clock.c.value))
    return int(connection.execute(select(clock.c.value).where(clock.c.name == "seq")).scalar_one())


def chunks(records: Iterable[Record]) -> Iterator[dict[str, Record]]:
    """Cut into pieces of a few hundred records, in none of which an identifier comes twice."""
    chunk: dict[str, Record] = {}
    for each in records:
        identifier = safe_identifier(each.identifier)
        if identifier in chunk or len(chunk) >= CHUNK:
            yield chunk
            chunk = {}
        chunk[identifier] = each
    if chunk:
        yield chunk


def store_chunk(connection: Connection, chunk: dict[str, Record], seq: int, counts: Counter[str]) -> int:
    """Write what of a chunk is new to the archive, and count what became of each record.

    Args:
        connection: in a transaction that holds the writers' lock.
        chunk: records by identifier.
        seq: the last sequence number given.
        counts: raised in place.

    Returns:
        The last sequence number given now.
    """
    known = _known(connection, chunk)
    added: list[dict[str, Any]] = []
    altered: list[dict[str, Any]] = []
    stamps: list[dict[str, Any]] = []
    for identifier, each in chunk.items():
        before = known.get((each.source, identifier))
        verdict = _compare(before, each)
        counts[verdict] += 1
        if before is not None and verdict == "unchanged":
            if before.datestamp != each.datestamp:
                stamps.append({"at": before.seq, "stamp": each.datestamp})
            continue
        seq += 1
        row = _pack(seq, identifier, each)
        if before is None:
            added.append(row)
        else:
            altered.append({**row, "at": before.seq})
    _write(connection, added, altered, stamps)
    return seq


def _known(connection: Connection, chunk: dict[str, Record]) -> dict[tuple[str, str], _AnyRow]:
    c = record.c
    plan = select(c.seq, c.source, c.identifier, c.digest, c.deleted, c.media_type, c.format, c.datestamp)
    plan = plan.where(c.source.in_({each.source for each in chunk.values()}), c.identifier.in_(list(chunk)))
    return {(row.source, row.identifier): row for row in connection.execute(plan)}


def _compare(before: _AnyRow | None, after: Record) -> str:
    if after.deleted:
        return "unchanged" if before is not None and before.deleted else "deleted"
    if before is None or before.deleted:
        return "new"
    same = (before.digest, before.media_type, before.format) == (after.digest, after.media_type, after.format)
    return "unchanged" if same else "changed"


def _write(
    connection: Connection,
    added: list[dict[str, Any]],
    altered: list[dict[str, Any]],
    stamps: list[dict[str, Any]],
) -> None:
    at = record.c.seq == bindparam("at")
    if added:
        connection.execute(insert(record), added)
    if altered:
        names = [name for name in altered[0] if name != "at"]
        connection.execute(update(record).where(at).values({name: bindparam(name) for name in names}), altered)
    if stamps:
        connection.execute(update(record).where(at).values(datestamp=bindparam("stamp")), stamps)
    names = [column.name for column in history.c]
    versions = [{name: row[name] for name in names} for row in (*added, *altered)]
    if versions:
        connection.execute(insert(history), versions)


def note_sightings(connection: Connection, chunk: dict[str, Record]) -> None:
    """Note that the present pass met the records of a chunk."""
    rows = [{"source": each.source, "identifier": identifier} for identifier, each in chunk.items()]
    connection.execute(
        delete(sighting).where(
            sighting.c.source.in_({row["source"] for row in rows}), sighting.c.identifier.in_(list(chunk))
        )
    )
    connection.execute(insert(sighting), rows)


def _pack(seq: int, identifier: str, each: Record) -> dict[str, Any]:
    body = b"" if each.deleted else each.body
    return {
        "seq": seq,
        "source": each.source,
        "identifier": identifier,
        "digest": each.digest,
        "media_type": safe_text(each.media_type),
        "format": safe_text(each.format),
        "datestamp": None if each.datestamp is None else safe_text(each.datestamp),
        "fetched": each.fetched,
        "url": None if each.url is None else safe_text(each.url),
        "deleted": int(each.deleted),
        "size": len(body),
        "body": zstandard.compress(body, ZSTD_LEVEL),
    }


def unpack(row: _AnyRow) -> Record:
    """Give the record a row of the archive holds."""
    return Record(
        source=row.source,
        identifier=row.identifier,
        body=zstandard.decompress(row.body, max_output_size=max(row.size, 1)),
        media_type=row.media_type,
        format=row.format,
        datestamp=row.datestamp,
        fetched=row.fetched,
        url=row.url,
        deleted=bool(row.deleted),
    )
