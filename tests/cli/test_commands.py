"""The command line: what each command says, in which form, with which exit code, and what to do about errors."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog
import typer.core
import typer.main
from typer.testing import CliRunner

from homes import SAMPLE, copy_of
from reperio import __version__
from reperio.cli import main
from reperio.cli.app import app

ROOT = SAMPLE.parent
COMMANDS = (
    "init",
    "settings",
    "status",
    "harvest",
    "read",
    "review",
    "thesaurus",
    "index",
    "work",
    "search",
    "show",
    "serve",
    "backup",
    "restore",
    "move",
    "admin",
    "demo",
    "docs",
)

RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<codeBook xmlns="ddi:codebook:2_5" xml:lang="en">
  <stdyDscr>
    <citation>
      <titlStmt><titl>Lighthouse Keepers Panel</titl><IDNo agency="datacite">10.99999/lighthouse</IDNo></titlStmt>
    </citation>
    <stdyInfo><abstract>Keepers of lighthouses and how they sleep.</abstract></stdyInfo>
  </stdyDscr>
  <dataDscr><var ID="V1" name="slp01"><labl>Hours slept last night</labl></var></dataDscr>
</codeBook>
"""


class Said(NamedTuple):
    """What a command said."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str, cwd: Path, code: int | None = 0, **variables: str) -> Said:
    """Run the command in this process, as `reperio WORDS` in a directory."""
    out, told = StringIO(), StringIO()
    out.buffer = BytesIO()  # type: ignore[attr-defined]  # JSON is written as bytes
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["reperio", *words])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", told)
        for name, value in variables.items():
            patch.setenv(name, value)
        try:
            main()
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    answer = Said(status, out.getvalue() + out.buffer.getvalue().decode(), told.getvalue())  # type: ignore[attr-defined]
    if code is not None:
        assert answer.returncode == code, (words, answer)
    return answer


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_the_commands_are_these() -> None:
    root = typer.main.get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    assert set(root.commands) == {*COMMANDS, "source"}


@pytest.mark.parametrize("command", [*COMMANDS, "source", "source list", "source check"])
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, [*command.split(), "--help"])
    assert answer.exit_code == 0
    assert "Usage" in answer.output
    assert len(answer.output) > 150


def test_work_is_done_by_whoever_runs(tmp_path: Path) -> None:
    """Asked for here, done there: a harvest, all that follows from it, and what is told of it."""
    run("init", cwd=tmp_path)
    (tmp_path / "records" / "one.xml").write_text(RECORD, encoding="utf-8")
    assert "1 harvests" in run("harvest", "--queue", cwd=tmp_path).stdout
    waiting = json.loads(run("status", "--json", cwd=tmp_path, code=1, REPERIO_MODEL="none").stdout)["work"]
    assert waiting["stages"]["harvest"]["waiting"] == 1
    assert "4 pieces" in run("work", "--once", cwd=tmp_path, REPERIO_MODEL="none").stdout
    told = json.loads(run("status", "--json", cwd=tmp_path, REPERIO_MODEL="none").stdout)
    assert (told["corpus"]["study"], told["work"]["stages"], told["work"]["workers"]) == (1, {}, [])
    assert "no stage" in run("work", "--only", "dancing", cwd=tmp_path, code=2).stderr


def test_version(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).stdout.strip() == f"reperio {__version__}"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]["reperio"]


def test_from_nothing_to_an_answer(tmp_path: Path) -> None:
    """The first five minutes: init, a record, the stages, a search."""
    words_only = {"REPERIO_MODEL": "none"}
    said = run("init", cwd=tmp_path).stdout
    assert "reperio harvest" in said
    nothing = run("harvest", cwd=tmp_path, code=1)
    assert "No file is at" in nothing.stdout + nothing.stderr
    early = run("search", "sleep", cwd=tmp_path, code=1, **words_only)
    assert "reperio index" in early.stderr
    (tmp_path / "records" / "one.xml").write_text(RECORD, encoding="utf-8")
    assert "ok" in run("harvest", cwd=tmp_path).stdout
    assert "example" in run("read", cwd=tmp_path).stdout
    assert "built anew" in run("index", cwd=tmp_path, **words_only).stdout
    found = run("search", "lighthouse", cwd=tmp_path, **words_only).stdout
    assert found.startswith("1 result in ")
    assert "Lighthouse Keepers Panel" in found
    assert "Hours slept" in run("search", "hours slept", "--scope", "variable", cwd=tmp_path, **words_only).stdout
    answer = json.loads(run("search", "lighthouse", "--json", cwd=tmp_path, **words_only).stdout)
    assert answer["total"] == 1
    assert answer["results"][0]["item"]["resource"]["titles"][0]["value"] == "Lighthouse Keepers Panel"
    assert run("search", "qqqq", cwd=tmp_path, code=1, **words_only).stdout.startswith("0 ")
    shown = run("show", answer["results"][0]["item"]["slug"], cwd=tmp_path).stdout
    assert "10.99999/lighthouse" in shown
    status = json.loads(run("status", "--json", cwd=tmp_path, **words_only).stdout)
    assert (status["ready"], status["corpus"]["study"], status["index"]["variables"]) == (True, 1, 1)
    assert "unchanged" in run("harvest", cwd=tmp_path).stdout
    assert "brought up to date" in run("index", cwd=tmp_path, **words_only).stdout
    kept = (tmp_path / "sources" / "example.yml").read_text("utf-8")
    assert "left alone" in run("init", cwd=tmp_path).stdout
    assert (tmp_path / "sources" / "example.yml").read_text("utf-8") == kept


def test_every_stage_speaks_json(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    (tmp_path / "records" / "one.xml").write_text(RECORD, encoding="utf-8")
    (harvest,) = json.loads(run("harvest", "--json", cwd=tmp_path).stdout)
    assert (harvest["source"], harvest["counts"]["new"]) == ("example", 1)
    (read,) = json.loads(run("read", "--json", cwd=tmp_path).stdout)
    assert read["resources"] == {"study": 1, "dataset": 1, "variable": 1} or read["resources"]["variable"] == 1
    index = json.loads(run("index", "--json", cwd=tmp_path, REPERIO_MODEL="none").stdout)
    assert index["documents"]["variables"] == 1
    (source,) = json.loads(run("source", "list", "--json", cwd=tmp_path).stdout)
    assert source["source"]["key"] == "example"
    assert json.loads(run("source", "check", "--json", cwd=tmp_path).stdout)[0]["key"] == "example"
    assert json.loads(run("settings", "--json", cwd=tmp_path).stdout)["REPERIO_PORT"] == "8765"
    item = json.loads(run("search", "lighthouse", "--json", cwd=tmp_path, REPERIO_MODEL="none").stdout)["results"][0]
    assert json.loads(run("show", item["item"]["resource"]["id"], "--json", cwd=tmp_path).stdout)["slug"]


# -- errors -------------------------------------------------------------------------------------------------------------


def said(answer: Said) -> str:
    return " ".join(answer.stderr.split())


def test_an_unknown_variable_is_named(tmp_path: Path) -> None:
    assert "REPERIO_PROT" in said(run("settings", cwd=tmp_path, code=2, REPERIO_PROT="1"))


def test_a_wrong_value_is_named(tmp_path: Path) -> None:
    answer = run("status", cwd=tmp_path, code=2, REPERIO_PORT="many")
    assert "REPERIO_PORT" in said(answer)


def test_a_wrong_declaration_is_named_with_its_line(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    path = tmp_path / "sources" / "example.yml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("title:", "titel:"), "utf-8")
    line = next(place for place, one in enumerate(text.splitlines(), 1) if one.startswith("title:"))
    answer = run("source", "check", cwd=tmp_path, code=2)
    assert f"example.yml:{line}: unknown key `titel`" in said(answer).replace(".yml: ", ".yml:")
    assert "Did you mean `title`" in said(answer)
    path.write_text(text.replace("credit:", "credit: [", 1), "utf-8")
    assert "example.yml:" in said(run("harvest", cwd=tmp_path, code=2))


def test_no_sources_is_said(tmp_path: Path) -> None:
    assert "REPERIO_SOURCES" in said(run("harvest", cwd=tmp_path, code=2))
    (tmp_path / "sources").mkdir()
    assert "reperio init" in said(run("harvest", cwd=tmp_path, code=2))


def test_an_unknown_source_is_said(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    assert "Sources: example" in said(run("read", "nowhere", cwd=tmp_path, code=2))


def test_an_unknown_reader_is_said(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    path = tmp_path / "sources" / "example.yml"
    path.write_text(path.read_text("utf-8").replace("reader: ddi_codebook", "reader: ddi_cookbook"), "utf-8")
    assert "ddi_codebook" in said(run("source", "check", cwd=tmp_path, code=2))


def test_wrong_options_are_refused(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    for words in (("search",), ("search", "x", "--size", "0"), ("harvest", "--fully"), ("fly",)):
        assert run(*words, cwd=tmp_path, code=2).stderr
    answer = run("search", "x", "--scope", "planet", cwd=tmp_path, code=None)
    assert answer.returncode in {1, 2}
    assert "study" in said(answer)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    assert "identifier" in said(run("show", "nothing-like-it", cwd=tmp_path, code=1, REPERIO_MODEL="none"))


def test_status_of_nothing(tmp_path: Path) -> None:
    answer = run("status", cwd=tmp_path, code=1, REPERIO_MODEL="none")
    assert "reperio index" in said(answer)


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    answer = run("status", cwd=tmp_path, code=2, REPERIO_MODEL=str(tmp_path / "model"))
    assert "model.onnx" in said(answer)


@pytest.mark.server
@pytest.mark.enable_socket
def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = run("serve", "--port", port, cwd=tmp_path, code=2, REPERIO_MODEL="none")
    assert port in said(answer)
    assert "--port" in said(answer)


def test_a_record_that_gives_nothing_is_told(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    (tmp_path / "records" / "odd[bold].xml").write_text("Nothing [/of] ours.", encoding="utf-8")
    run("harvest", cwd=tmp_path)
    assert "gave nothing" in " ".join(run("read", cwd=tmp_path).stdout.split())


def test_square_brackets_are_no_markup(tmp_path: Path) -> None:
    """Titles, labels and details hold what they hold; a terminal's markup is not among it."""
    run("init", cwd=tmp_path)
    path = tmp_path / "sources" / "example.yml"
    path.write_text(path.read_text("utf-8").replace("title: Example archive", 'title: "Example [/archive]"'), "utf-8")
    odd = RECORD.replace("how they sleep", "how they [/sleep] [red]well\\[/]")
    (tmp_path / "records" / "one.xml").write_text(odd, encoding="utf-8")
    assert "[/archive]" in run("source", "list", cwd=tmp_path).stdout
    for words in (("harvest",), ("read",), ("index",)):
        run(*words, cwd=tmp_path, REPERIO_MODEL="none")
    assert "[/sleep] [red]well" in run("search", "keepers", cwd=tmp_path, REPERIO_MODEL="none").stdout
    path.write_text(path.read_text("utf-8").replace("../records/*.xml", "../records/[/x]/*.xml"), "utf-8")
    run("harvest", cwd=tmp_path, code=1)


def test_an_interruption_is_told(tmp_path: Path) -> None:
    """Ctrl-C ends with 130 and says that nothing is lost."""
    run("init", cwd=tmp_path)
    (tmp_path / "records" / "one.xml").write_text(RECORD, encoding="utf-8")
    stopped = (
        "import reperio.jobs.workshop as jobs, os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests in the background ignores it\n"
        "def harvest(*_, **__): os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)\n"
        "jobs.harvest = harvest\n"
        "from reperio.cli import main; main()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", stopped, "harvest"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 130
    assert "kept" in answer.stderr
    assert "Traceback" not in answer.stderr


# -- the demo -------------------------------------------------------------------------------------------------------------


def test_the_second_demo_takes_seconds(tmp_path: Path, minilm_home: Path) -> None:
    home = copy_of(minilm_home, tmp_path / "home")
    started = time.monotonic()
    answer = run("demo", "--no-serve", "--home", str(home), cwd=tmp_path)
    assert time.monotonic() - started < 60, "nothing is encoded again"
    assert "studies and datasets and" in answer.stdout
    assert (
        json.loads(
            run("index", "--json", "--home", str(home), "--sources", str(SAMPLE / "sources"), cwd=tmp_path).stdout
        )["encoded"]
        == 0
    )


@pytest.mark.server
@pytest.mark.enable_socket
def test_the_demo_serves(tmp_path: Path, minilm_home: Path) -> None:
    home = copy_of(minilm_home, tmp_path / "home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REPERIO_")}
    server = subprocess.Popen(
        [sys.executable, "-u", "-c", "from reperio.cli import main; main()", "demo", "--port", "0", "--home", str(home)],
        cwd=tmp_path, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        told = next(line for line in server.stdout if "Reperio is at" in line)
        host, _, rest = told.split("http://")[1].partition(":")
        port = int(rest.split("/")[0])
        connection = http.client.HTTPConnection(host, port, timeout=60)
        connection.request("GET", "/search/?query=sleep")
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        assert "</html>" in page
        assert "sleep" in page.lower()
        connection.close()
    finally:
        server.send_signal(signal.SIGINT)
        code = server.wait(timeout=30)
        assert server.stdout is not None
        left = server.stdout.read()
        server.stdout.close()
    assert "Traceback" not in left
    assert code == 0
