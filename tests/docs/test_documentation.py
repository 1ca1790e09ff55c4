"""The documentation against the code: what it names exists, its examples parse, and those that can be run are run."""

from __future__ import annotations

import ast
import json
import re
import shlex
import struct
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec
import pytest
from typer.testing import CliRunner

import reperio.errors
from reperio.cli.app import app
from reperio.index.document import TEXT_FIELDS
from reperio.index.encoder import ModelCard
from reperio.jobs import Workshop
from reperio.query.model import RANGE_FILTERS, SortName
from reperio.query.parse import FIELDS
from reperio.query.url import FACET_OF_PARAMETER, PARAMETER_OF_FACET, RANGE_ALIASES
from reperio.resource.read.dictionary import Columns
from reperio.resource.read.registry import READERS
from reperio.settings import PREFIX, Settings, load_settings
from reperio.source.load import load_source
from reperio.web.api.routes import ENDPOINTS
from reperio.web.status import STATUS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for pattern in ("*.md", "docs/**/*.md", "sample/**/*.md") for path in ROOT.glob(pattern))
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


class Block(NamedTuple):
    page: str
    language: str
    text: str


def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def _blocks(*languages: str, page: str = "") -> list[Block]:
    found = [
        Block(name, match["language"], match["text"])
        for name in ([page] if page else NAMES)
        for match in _FENCE.finditer(_text(name))
    ]
    return [block for block in found if block.language in languages]


def _prose(page: str) -> str:
    return _FENCE.sub("", _text(page))


def _id(block: Block) -> str:
    return f"{block.page}:{block.text.split(chr(10), 1)[0][:40]}"


def _column(page: str, heading: str, column: int = 0) -> list[str]:
    """What stands in code in a column of the table whose first heading this is."""
    lines = iter(_text(page).splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            break
    cells = []
    for line in lines:
        if not line.startswith("|"):
            break
        cells += _SPAN.findall(line.split("|")[1 + column])
    return cells


# -- pages and links ---------------------------------------------------------------------------------------------


def test_every_page_is_found() -> None:
    assert {"README.md", "docs/index.md", "docs/howto/operate.md"} <= set(NAMES)
    assert len(NAMES) > 25


def _anchors(page: Path) -> set[str]:
    headings = _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", NAMES)
def test_links_lead_somewhere(page: str) -> None:
    for match in _LINK.finditer(_prose(page)):
        target, _, anchor = match["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = ((ROOT / page).parent / target).resolve() if target else ROOT / page
        assert path.exists(), f"{page}: {match['target']}"
        assert path.is_relative_to(ROOT), f"{page}: {match['target']} leads outside"
        assert not anchor or anchor in _anchors(path), f"{page}: {match['target']} has no such heading"


def test_every_page_is_led_to() -> None:
    led = {
        ((ROOT / page).parent / match["target"].partition("#")[0]).resolve()
        for page in NAMES
        for match in _LINK.finditer(_prose(page))
    }
    lonely = [name for name in NAMES if name.startswith("docs/") and ROOT / name not in led]
    assert lonely == ["docs/index.md"] or not lonely


@pytest.mark.parametrize("page", NAMES)
def test_no_path_of_somebodys_machine(page: str) -> None:
    assert not re.search(r"(?<![\w.])/(work|root|home|tmp|Users)/", _text(page))


# -- README ------------------------------------------------------------------------------------------------------


def test_readme_has_the_two_commands() -> None:
    commands = [line for block in _blocks("sh", page="README.md") for line in block.text.splitlines()]
    assert commands == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^demo:", makefile, re.MULTILINE)
    assert re.search(r"^test:", makefile, re.MULTILINE)


def test_readme_shows_a_picture_of_the_search_page() -> None:
    match = re.search(r"!\[(?P<words>[^\]]+)\]\((?P<path>[^)]+)\)", _text("README.md"))
    assert match is not None
    assert len(match["words"]) > 40, "a picture is described for those who do not see it"
    data = (ROOT / match["path"]).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (1280, 900)
    assert len(data) < 300_000


# -- commands ----------------------------------------------------------------------------------------------------


def _calls(text: str) -> Iterator[list[str]]:
    """The arguments of each call of `reperio` in a piece of shell or of a unit of systemd."""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        words: list[str] = []
        for word in [*_words(line), ";"]:
            if word not in {"&&", "||", "|", ";", "&"}:
                words.append(word)
                continue
            while words and re.fullmatch(r"[A-Z_]+=(?!-?/\S*reperio$).*", words[0]):
                words.pop(0)  # settings put before a command
            if words and re.fullmatch(r"(ExecStart=-?)?([\w./-]*/)?reperio", words[0]):
                yield words[1:]
            words = []


def _words(line: str) -> list[str]:
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
        lexer.whitespace_split = True
        return list(lexer)
    except ValueError:  # a quotation that spans lines: no call of ours
        return []


def _complaint(arguments: list[str]) -> str:
    """What the command line has against a call; empty when its command and options exist. Nothing is run."""
    result = CliRunner().invoke(app, [*arguments, "--help"])
    return result.output if result.exit_code else ""


SHELL = [block for block in _blocks("sh", "ini") if list(_calls(block.text))]


@pytest.mark.parametrize("block", SHELL, ids=_id)
def test_commands_exist_with_their_options(block: Block) -> None:
    for arguments in _calls(block.text):
        assert not _complaint(arguments), f"{block.page}: reperio {' '.join(arguments)}"


@pytest.mark.parametrize("page", NAMES)
def test_commands_named_in_sentences_exist(page: str) -> None:
    for span in _SPAN.findall(_prose(page)):
        for arguments in _calls(span):
            assert not _complaint(arguments), f"{page}: {span}"


def test_commands_are_found_to_be_checked() -> None:
    called = {arguments[0] for block in SHELL for arguments in _calls(block.text) if arguments}
    assert {"init", "harvest", "read", "index", "status", "search", "show", "serve", "source"} <= called
    assert "--fast" in _complaint(["harvest", "--fast"])
    assert "fly" in _complaint(["fly"])


# -- settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", NAMES)
def test_settings_exist(page: str) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    named = set(re.findall(rf"{PREFIX}[A-Z][A-Z_]*", _text(page)))
    assert named <= known, f"{page}: {named - known}"


# -- examples ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", _blocks("json"), ids=_id)
def test_json_parses(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", _blocks("python"), ids=_id)
def test_python_parses(block: Block) -> None:
    ast.parse(block.text)


@pytest.mark.parametrize("block", _blocks("yaml"), ids=_id)
def test_declarations_load(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_text(block.text, encoding="utf-8")
    source = load_source(path)
    assert source.reader is None or source.reader in READERS


def test_examples_are_found_to_be_checked() -> None:
    assert len(_blocks("json")) >= 5
    assert len(_blocks("yaml")) >= 4
    assert len(_blocks("python")) >= 1
    assert len(_blocks("sh")) >= 20


def _run(directory: Path, files: dict[str, str]) -> Workshop:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Workshop(load_settings(home=directory / "var", sources=directory / "sources", model="none"))


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    page = "docs/tutorial/first-catalogue.md"
    (record,) = _blocks("xml", page=page)
    (declaration,) = _blocks("yaml", page=page)
    workshop = _run(tmp_path, {"records/bread-2019.xml": record.text, "sources/example.yml": declaration.text})
    (harvested,) = workshop.harvest()
    assert (harvested.outcome, harvested.counts.new) == ("ok", 1)
    (read,) = workshop.read()
    assert (read.resources, read.issues) == ({"study": 1, "dataset": 1, "variable": 2}, {})
    assert workshop.index().documents == {"catalogue": 2, "variables": 2}
    found = workshop.service().find("example/10.1234/bread-2019")
    assert found.resource.access == "registered"
    assert {claim.raw for claim in found.resource.claims if claim.field == "access"} == {
        "Available to registered users."
    }


def test_the_dictionary_does_what_it_says(tmp_path: Path) -> None:
    page = "docs/howto/declare-a-source.md"
    (table,) = _blocks("csv", page=page)
    (declaration,) = (block for block in _blocks("yaml", page=page) if "reader: dictionary" in block.text)
    files = {"dictionaries/bread_diary.csv": table.text, "sources/diary.yml": declaration.text}
    workshop = _run(tmp_path, files)
    assert [report.outcome for report in workshop.harvest()] == ["ok"]
    (read,) = workshop.read()
    assert (read.resources, read.issues) == ({"study": 1, "dataset": 2, "variable": 3}, {})
    mood = workshop.corpus.find("diary/diary_w1/d1_mood").resource
    assert [(category.code, category.missing) for category in mood.categories][-1] == ("-9", True)
    assert (mood.wave, mood.position, mood.part_of) == ("1", 2, ("diary/diary_w1",))


# -- tables of the reference against the code --------------------------------------------------------------------


def test_addresses_of_the_api_exist() -> None:
    patterns = [re.sub(r"\\{key:path\\}", r"\\S+?", re.escape(endpoint.path)) for endpoint in ENDPOINTS]
    known = re.compile("|".join([*patterns, "/api/v1/?", r"/api/v1/openapi\.json"]))
    named = 0
    for page in NAMES:
        for address in re.findall(r"(?<![\w}])/(?:api/v1|discover|info)(?:/[\w./-]*\w)?(?![\w/.-]*\{)", _text(page)):
            if address in {"/discover", "/info"}:
                continue
            named += 1
            assert known.fullmatch(address), f"{page}: {address}"
    assert named > 20


def test_page_of_errors_has_every_class_and_status() -> None:
    page = "docs/reference/errors.md"
    classes = {name for name, value in vars(reperio.errors).items() if isinstance(value, type)}
    assert set(re.findall(r"\b[A-Z]\w+Error\b", _blocks("text", page=page)[0].text)) == classes
    rows = re.findall(r"^\| (\d{3}) \| ([^|]*) \|", _text(page), re.MULTILINE)
    told = {name: int(status) for status, names in rows for name in _SPAN.findall(names)}
    assert told == {error.__name__: status for error, status in STATUS.items()}


def test_page_of_the_syntax_has_every_field_and_filter() -> None:
    page = "docs/reference/search-syntax.md"
    assert set(_column(page, "field")) == set(FIELDS)
    filters = [*_column(page, "parameter"), *_column(page, "parameter", 1)]
    wanted = set(FACET_OF_PARAMETER) | set(PARAMETER_OF_FACET.values())
    assert set(filters) == wanted
    ranges = {*_column(page, "parameters"), *_column(page, "parameters", 1)}
    assert ranges == {f"{name}_{end}" for name in RANGE_FILTERS for end in ("min", "max")} | set(RANGE_ALIASES)
    assert set(get_args(SortName)) <= set(_SPAN.findall(_text(page)))


def test_tables_of_readers_columns_and_model_are_complete() -> None:
    page = "docs/howto/declare-a-source.md"
    assert set(_column(page, "reader")) == set(READERS)
    sentence = re.search(r"Columns you can name: (.*?)\. ", _text(page), re.DOTALL)
    assert sentence is not None
    assert set(_SPAN.findall(sentence[1])) == {field.name for field in msgspec.structs.fields(Columns)}
    keys = _column("docs/howto/model.md", "key")
    assert set(keys) == {field.name for field in msgspec.structs.fields(ModelCard)}
    for block in _blocks("json", page="docs/howto/model.md"):
        msgspec.json.decode(block.text, type=ModelCard)


def test_codes_of_issues_are_those_of_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py")))
    codes = _column("docs/howto/harvest-and-read.md", "code")
    assert len(codes) > 20
    assert [name for name in codes if f'"{name}"' not in code and not _is_composed(name, code)] == []


def _is_composed(name: str, code: str) -> bool:
    """Whether a code is put together from a field's name and an ending."""
    return bool(re.search(rf'f"\{{\w+\}}\.{name.partition(".")[2]}"', code))


def test_numbers_of_ranking_are_those_of_the_code() -> None:
    page = "docs/explanation/how-ranking-works.md"
    rows = re.findall(r"^\| `([\w.]+)` \| ([\d.]+) \|", _text(page), re.MULTILINE)
    assert len(rows) >= 5
    for name, number in rows:
        module, _, constant = name.rpartition(".")
        assert getattr(import_module(f"reperio.{module}"), constant) == float(number), name


def test_fields_weigh_in_the_order_told() -> None:
    told = ("identifier", "title", "keyword", "abstract", "contents", "publication")
    weights = [TEXT_FIELDS[field] for field in told]
    assert weights == sorted(weights, reverse=True)
    assert TEXT_FIELDS["name"] >= TEXT_FIELDS["title"]
