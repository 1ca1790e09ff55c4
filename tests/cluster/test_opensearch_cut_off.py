"""Networks are cut and disks run full: what was committed stays, users are told, and it goes on by itself."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cluster.network import Network
from cluster.nodes import Layout, Nodes
from cluster.seen import ASK, Row, asking
from contracts.backend import study
from reperio.errors import BackendError
from reperio.index import opensearch_wire
from reperio.index.ask import Ask, Everything
from reperio.index.backend import Backend
from reperio.index.document import Document
from reperio.index.generation import Manifest

pytestmark = pytest.mark.cluster

GENERATION = "v2-none-000000000001"
DOCUMENTS = 600
CUT_SECONDS = 40
AT_ONCE = 20
LONGEST_OUTAGE = 90.0
LONGEST_CUT = 300.0
WRITTEN_WHILE_CUT = 5
PAUSE = 0.1
"""Between writes, so that all that is written is seen at once afterwards."""

DISK = 60  # megabytes
MOST = 10_000


def documents(start: int, number: int, text: str = "Sleep") -> list[Document]:
    return [study(each, text, facets={"topic": (str(each % 7),)}) for each in range(start, start + number)]


def ids(backend: Backend) -> set[str]:
    """Every document there is, each asked for by the pages, none twice."""
    hits = backend.search(Ask(clause=Everything(), limit=MOST)).hits
    assert len({hit.id for hit in hits}) == len(hits) < MOST
    return {hit.id for hit in hits}


@pytest.mark.parametrize("whom", ["the manager", "another"])
def test_a_node_is_cut_off_while_asked_and_written_to(
    cut_nodes: tuple[Nodes, Network], whom: str, fault_table: list[Row]
) -> None:
    """Nothing is sent back when the cable is out: neither side knows that the other is gone."""
    nodes, network = cut_nodes
    cluster = nodes.cluster("cut", "?shards=3&replicas=1")
    cluster.discard(GENERATION)
    cluster.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
    nodes.wait(3)
    backend = cluster.open(GENERATION)
    backend.upsert(documents(0, DOCUMENTS))
    backend.commit()
    leader = nodes.manager()
    victim = leader if whom == "the manager" else (leader + 1) % 3
    try:
        with asking(backend, DOCUMENTS) as seen:
            time.sleep(2)
            network.cut(victim)
            writing = _write_while_cut(backend)
            network.join(victim)
            nodes.wait(3)
        backend.commit()
        every = backend.search(Ask(clause=Everything(), limit=0)).total
        found = ids(backend)
    finally:
        network.join(victim)
        cluster.close()
    wait = f"longest wait {seen.longest:.1f} s; {writing.told()}"
    fault_table.append(Row(f"cut off for {writing.lasted:.0f} s: {whom}", seen.told(), wait))
    assert not seen.wrong
    assert seen.longest < LONGEST_OUTAGE
    kept = {*range(DOCUMENTS), *writing.acknowledged}
    assert every == len(found)
    assert {f"source/{number}" for number in kept} <= found <= {f"source/{one}" for one in kept | writing.refused}


class Writing(msgspec.Struct):
    """What was written while a node was cut off: acknowledged, or refused and so perhaps there, perhaps not."""

    acknowledged: set[int] = msgspec.field(default_factory=set)
    refused: set[int] = msgspec.field(default_factory=set)
    times: list[float] = msgspec.field(default_factory=list)
    lasted: float = 0.0

    def told(self) -> str:
        """The same in words."""
        refusals = f", {len(self.refused) // AT_ONCE} refused" if self.refused else ""
        return f"slowest write {max(self.times):.1f} s of {len(self.times)}{refusals}"


def _write_while_cut(backend: Backend) -> Writing:
    """Write for as long as a cut lasts, and on until writing goes on.

    It is not committed, so that those who ask see one state; what is acknowledged must be kept.
    """
    made, begun = Writing(), time.monotonic()
    while time.monotonic() < begun + CUT_SECONDS or len(made.times) < WRITTEN_WHILE_CUT:
        assert time.monotonic() < begun + LONGEST_CUT, "writing does not go on without the node"
        start, now = 10_000 + len(made.acknowledged) + len(made.refused), time.monotonic()
        numbers = range(start, start + AT_ONCE)
        try:
            backend.upsert(documents(start, AT_ONCE, "Diet"))
        except BackendError:
            made.refused.update(numbers)
            continue
        made.acknowledged.update(numbers)
        made.times.append(time.monotonic() - now)
        time.sleep(PAUSE)
    made.lasted = time.monotonic() - begun
    return made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "none", disk], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no right to mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", disk], capture_output=True, check=True)


FULL = {
    "cluster.routing.allocation.disk.threshold_enabled": "true",
    "cluster.routing.allocation.disk.watermark.low": "25mb",
    "cluster.routing.allocation.disk.watermark.high": "22mb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "20mb",
    "cluster.info.update.interval": "10s",
}


def test_a_full_disk(
    java: Path, jars: str, tmp_path: Path, small_disk: Path, fault_table: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, what is there can be searched meanwhile, and writing goes on once there is room."""
    monkeypatch.setattr(opensearch_wire, "PATIENCE", 3.0)
    layout = Layout(settings=FULL, data={0: small_disk})
    with Nodes(1, tmp_path / "nodes", java, jars, layout) as nodes:
        cluster = nodes.cluster("full", "?replicas=0")
        cluster.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
        backend = cluster.open(GENERATION)
        backend.upsert(documents(0, 100))
        backend.commit()
        acknowledged, refusal = _fill(backend)
        assert refusal is not None, "the disk did not run full"
        assert "disks of the search cluster are full" in refusal.detail
        with asking(backend, 100) as seen:
            time.sleep(3)
        assert not seen.wrong
        assert seen.refused == 0
        subprocess.run(["mount", "-o", f"remount,size={DISK * 10}m", small_disk], check=True, capture_output=True)
        monkeypatch.setattr(opensearch_wire, "PATIENCE", 60.0)
        begun = time.monotonic()
        backend.upsert(documents(900_000, 10, "Diet"))
        took = time.monotonic() - begun
        backend.commit()
        held = ids(backend)
        again = backend.search(ASK).total
        cluster.close()
    fault_table.append(
        Row(
            "disk full", f"search: {seen.told()}; indexing: an error that says so", f"{took:.0f} s after there was room"
        )
    )
    kept = [*range(100), *range(1_000, 1_000 + acknowledged), *range(900_000, 900_010)]
    assert held >= {f"source/{number}" for number in kept}
    assert again == 100


def _fill(backend: Backend) -> tuple[int, BackendError | None]:
    """Write until it is refused; gives how many documents were acknowledged, and the refusal."""
    long = " ".join(f"word{number}" for number in range(2_000))
    acknowledged = 0
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            backend.upsert(documents(1_000 + acknowledged, 20, f"{long} {acknowledged}"))
        except BackendError as error:
            return acknowledged, error
        acknowledged += 20
        time.sleep(0.5)
    return acknowledged, None
