"""Backups: made while others write, restored elsewhere, the same in every item; refused when they are not whole."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from pathlib import Path

import msgspec
import pytest
import zstandard
from fastapi.testclient import TestClient

from homes import SAMPLE, WordsEncoder, copy_of, workshop
from reperio.corpus.model import Statement
from reperio.desk import Desk, Report, metadata
from reperio.errors import BackendError, ConfigError
from reperio.jobs import Workshop
from reperio.jobs.backup import Backup, make_backup
from reperio.jobs.restore import restore
from reperio.resource.fields import Resource
from reperio.resource.model import Origin, Text
from reperio.settings import Settings
from reperio.web.app import create_app


def made(home: Path, file: Path, *, sources: Path = SAMPLE / "sources", **wanted: bool) -> Backup:
    return make_backup(workshop(home, sources=sources), file, desk=metadata, **wanted)


def unpacked(file: Path) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(file.read_bytes())


def every_item(held: Workshop) -> dict[str, bytes]:
    found = {item.id: msgspec.msgpack.encode(msgspec.to_builtins(item)) for item in held.corpus.walk()}
    assert len(found) > 2500
    return found


def every_record(held: Workshop) -> list[tuple[str, int, str, bytes]]:
    found = [
        (source, seq, record.identifier, record.body)
        for source in held.archive.sources()
        for seq, record in held.archive.records(source)
    ]
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with a judgement, a report, a search in vain and a secret."""
    home = copy_of(sample_home, tmp_path_factory.mktemp("kept") / "home")
    studies = [item.id for item in workshop(home).corpus.walk(("study",))]
    workshop(home).corpus.judge(studies[0], studies[1], "no", by="Ada", why="Other people.")
    desk = Desk(home, 90)
    desk.report(Report(kind="site", text="The map is upside down.", contact="ada@example.org"))
    desk.miss("moonlight and mood")
    desk.close()
    (home / "admin.json").write_text('{"key": "00ff", "salt": "aa", "hash": "secret-of-operators"}')
    (home / ".env").write_text("REPERIO_ADMIN_PASSWORD=a sentence that only we know\n")
    return home


@pytest.fixture(scope="module")
def whole(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "whole.backup"
    made(home, file, index=True, cache=True)
    return file


def test_what_is_restored_elsewhere_is_the_same_and_serves(home: Path, whole: Path, tmp_path: Path) -> None:
    manifest = restore(whole, tmp_path / "home", tmp_path / "sources")
    before = workshop(home, WordsEncoder())
    after = workshop(tmp_path / "home", WordsEncoder(), sources=tmp_path / "sources")
    assert every_item(after) == every_item(before)
    assert every_record(after) == every_record(before)
    assert after.corpus.counts() == before.corpus.counts() == manifest.counts
    assert after.corpus.judgements() == before.corpus.judgements() != []
    assert [run.started for run in after.archive.runs(limit=500)] == [r.started for r in before.archive.runs(limit=500)]
    assert set(after.sources) == set(before.sources)
    desks = [Desk(one.settings.home, 90) for one in (before, after)]
    assert desks[0].reports() == desks[1].reports()
    assert [one.text for one in desks[1].missed()] == ["moonlight and mood"]
    client = TestClient(create_app(after.settings, after.service(), after))
    assert client.get("/health/ready").status_code == 200
    answer = client.get("/api/v1/search", params={"query": "sleep"}).json()
    there = TestClient(create_app(before.settings, before.service(), before))
    assert answer["total"] == there.get("/api/v1/search", params={"query": "sleep"}).json()["total"] > 0
    assert not after.index().rebuilt, "the index came along"


def test_secrets_stay_where_they_are(whole: Path, tmp_path: Path) -> None:
    plain = unpacked(whole)
    for secret in (b"secret-of-operators", b"a sentence that only we know", b"admin.json", b".env"):
        assert secret not in plain
    assert whole.stat().st_mode & 0o077 == 0, "feedback may tell addresses"


def test_settings_come_along_without_secrets_and_places(home: Path, tmp_path: Path) -> None:
    settings = Settings(
        home=home, sources=SAMPLE / "sources", model="none", site_name="Where Data Lie", port=9999,
        admin_password="a sentence that only we know", metrics_token="a-token-for-monitors",  # type: ignore[arg-type]
    )  # fmt: skip
    make_backup(Workshop(settings), tmp_path / "b", desk=metadata)
    restore(tmp_path / "b", tmp_path / "home", tmp_path / "sources")
    told = json.loads((tmp_path / "home" / "settings-of-backup.json").read_bytes())
    assert told == {"REPERIO_MODEL": "none", "REPERIO_PORT": 9999, "REPERIO_SITE_NAME": "Where Data Lie"}


def test_without_its_index_it_is_built_anew(home: Path, tmp_path: Path) -> None:
    backup = made(home, tmp_path / "b")
    assert not [name for name in backup.manifest.members if name.startswith(("home/index", "home/cache"))]
    restore(tmp_path / "b", tmp_path / "home", tmp_path / "sources", digest=backup.digest.upper())
    report = workshop(tmp_path / "home", sources=tmp_path / "sources").index()
    assert report.rebuilt
    assert report.documents == workshop(home).library.open("").backend.stats().documents


def test_others_write_meanwhile(read_home: Path, tmp_path: Path) -> None:
    """What is saved is a state the corpus was in: as many changes as its counter says, and the items of them."""
    home = copy_of(read_home, tmp_path / "home")
    writer, stop = workshop(home), threading.Event()
    written = []

    def write() -> None:
        while not stop.is_set():
            number = len(written)
            resource = Resource(
                id=f"ada/new-{number}", kind="study", source="ada", origins=(Origin("ada", f"r{number}", "test", "2026"),),
                titles=(Text(f"Study {number} of tides"),),
            )  # fmt: skip
            writer.corpus.replace_many([Statement(source="ada", record=f"r{number}", resources=(resource,))])
            writer.corpus.settle()
            written.append(resource.id)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(written) < 2:
            assert thread.is_alive()
        backup = made(home, tmp_path / "b")
    finally:
        stop.set()
        thread.join()
    restore(tmp_path / "b", tmp_path / "again", tmp_path / "sources")
    again = workshop(tmp_path / "again", sources=tmp_path / "sources")
    held = [identity for identity in written if again.corpus.items([identity])]
    assert held == written[: len(held)]
    assert len(held) >= 2
    assert again.corpus.last_seq() <= writer.corpus.last_seq()
    assert backup.manifest.members


def test_nothing_is_overwritten(home: Path, whole: Path, tmp_path: Path) -> None:
    before = whole.read_bytes()
    with pytest.raises(ConfigError, match="there already"):
        made(home, whole)
    assert whole.read_bytes() == before
    with pytest.raises(ConfigError, match="not empty"):
        restore(whole, home, tmp_path / "sources")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "one.yml").write_text("key: one\n")
    with pytest.raises(ConfigError, match="not empty"):
        restore(whole, tmp_path / "home", tmp_path / "mine")
    assert not (tmp_path / "home").exists()
    restore(whole, tmp_path / "home", tmp_path / "mine", keep_sources=True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["one.yml"]


def refused(file: Path, to: Path, message: str, digest: str = "") -> None:
    with pytest.raises((BackendError, ConfigError), match=message):
        restore(file, to / "home", to / "sources", digest=digest)
    assert not (to / "home").exists()
    assert not (to / "sources").exists()
    assert not list(to.glob(".home*")), "nothing half restored is left lying about"


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99, 0.99999])
def test_a_file_cut_short_is_refused(whole: Path, tmp_path: Path, share: float) -> None:
    content = whole.read_bytes()
    (tmp_path / "cut").write_bytes(content[: int(len(content) * share)])
    refused(tmp_path / "cut", tmp_path, "damaged or cut short")


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_byte_that_changed_is_noticed(whole: Path, tmp_path: Path, place: float) -> None:
    content = bytearray(whole.read_bytes())
    content[int(len(content) * place)] ^= 0x20
    (tmp_path / "bent").write_bytes(content)
    refused(tmp_path / "bent", tmp_path, "damaged")


def test_another_file_than_the_one_that_was_made_is_noticed(whole: Path, tmp_path: Path) -> None:
    refused(whole, tmp_path, "its SHA-256 is", digest="0" * 64)


def repacked(whole: Path, to: Path, change: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> Path:
    """A backup packed again, with a member changed, added or left out, and its manifest as it was."""
    plain = unpacked(whole)
    packed = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(plain)) as old, tarfile.open(fileobj=packed, mode="w") as new:
        for one in old:
            if one.name == "manifest.json":
                told = tarfile.TarInfo(change.removeprefix("-"))
                told.size, told.type, told.linkname = (
                    (len(content) if kind == tarfile.REGTYPE else 0),
                    kind,
                    "/etc/passwd",
                )
                if not change.startswith("-"):
                    new.addfile(told, io.BytesIO(content))
            if one.name not in {change, change.removeprefix("-")}:
                new.addfile(one, old.extractfile(one))
    to.write_bytes(zstandard.ZstdCompressor().compress(packed.getvalue()))
    return to


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("sources/ada_sample.yml", "ada_sample.yml is not what it was"),
        ("-sources/ada_sample.yml", "ada_sample.yml is not what it was"),
        ("-home/reperio.sqlite", "reperio.sqlite is not what it was"),
        ("-manifest.json", "its end is missing"),
        ("home/added.txt", "added.txt is not what it was"),
        ("home/../../outside.txt", "does not belong"),
        ("/absolute.txt", "does not belong"),
        ("elsewhere/file.txt", "does not belong"),
    ],
)
def test_what_was_changed_is_refused(whole: Path, tmp_path: Path, change: str, message: str) -> None:
    refused(repacked(whole, tmp_path / "changed", change), tmp_path, message)
    assert not (tmp_path / "outside.txt").exists()


def test_links_are_refused(whole: Path, tmp_path: Path) -> None:
    refused(
        repacked(whole, tmp_path / "changed", "sources/link.yml", kind=tarfile.SYMTYPE), tmp_path, "does not belong"
    )


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG" + bytes(1000))
    refused(tmp_path / "picture", tmp_path, "damaged")
    refused(tmp_path / "nowhere", tmp_path, "cannot be read")


def test_a_later_layout_is_refused_with_its_version(whole: Path, tmp_path: Path) -> None:
    plain = unpacked(whole)
    with tarfile.open(fileobj=io.BytesIO(plain)) as old:
        file = old.extractfile("manifest.json")
        assert file is not None
        manifest = json.loads(file.read()) | {"format": 99, "version": "9.9.9"}
    later = repacked(whole, tmp_path / "later", "manifest.json", json.dumps(manifest).encode())
    refused(later, tmp_path, "made by Reperio 9.9.9")
