"""What holds of the code as a whole: sizes, names, doors to the outside, one table of statuses."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reperio import __version__, errors
from reperio.errors import ReperioError
from reperio.web.status import STATUS, TITLES

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src" / "reperio").rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 40
"""Docstrings not counted."""

LONGER = {"src/reperio/resource/read/dataverse_fields.py": 404, "src/reperio/text/datewords.py _scanner": 47}
"""What is longer than it should be, and may not grow."""

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "handler", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees() -> Iterator[tuple[Path, ast.Module]]:
    assert len(SOURCES) > 80
    for path in SOURCES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def repository_files() -> list[Path]:
    """What is kept in the repository, with what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("this is no checkout of the repository")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert len(files) > 200
    return [path for path in files if path.is_file()]


def test_modules_are_small() -> None:
    sizes = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: size for name, size in sizes.items() if size > LONGER.get(name, MODULE_LINES)} == {}


def test_functions_are_small() -> None:
    sizes = {
        f"{name_of(path)} {node.name}": lines_of(node)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    }
    assert len(sizes) > 500
    assert {name: size for name, size in sizes.items() if size > LONGER.get(name, FUNCTION_LINES)} == {}


def lines_of(function: Function) -> int:
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_modules_are_named_after_what_they_hold() -> None:
    assert [name_of(path) for path in SOURCES if {path.stem, path.parent.name} & FORBIDDEN_NAMES] == []


def test_only_settings_reads_the_environment() -> None:
    found = {
        name_of(path)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    }
    assert found == {"src/reperio/settings.py"}


def test_nothing_prints() -> None:
    """Output goes through the console of the command line, events through the log."""
    found = {
        f"{name_of(path)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}
    }
    assert found == set()


def test_only_one_module_opens_connections() -> None:
    found = {
        name_of(path)
        for path, tree in trees()
        for node in ast.walk(tree)
        for name in imported(node)
        if name.split(".")[0] in {"httpx", "requests", "urllib3", "aiohttp"} or name.startswith("urllib.request")
    }
    assert found == {"src/reperio/record/http.py"}


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_engines_stay_in_their_modules() -> None:
    homes = {
        "tantivy": ("src/reperio/index/tantivy_", "src/reperio/index/analysis.py"),
        "faiss": ("src/reperio/index/rows.py", "src/reperio/index/coarse.py", "src/reperio/index/alike.py"),
        "fastapi": ("src/reperio/web/",),
        "sqlalchemy": (
            "src/reperio/database/",
            "src/reperio/corpus/",
            "src/reperio/record/",
            "src/reperio/jobs/",
            "src/reperio/desk.py",
        ),
    }
    seen = set()
    for path, tree in trees():
        for node in ast.walk(tree):
            for name in imported(node):
                package = name.split(".")[0]
                if package in homes:
                    seen.add(package)
                    assert name_of(path).startswith(homes[package]), f"{name_of(path)} imports {name}"
    assert seen == set(homes)


# -- errors ------------------------------------------------------------------------------------------------------------


def error_classes() -> list[type[ReperioError]]:
    waiting: list[type[ReperioError]] = [ReperioError]
    for one in waiting:
        waiting += one.__subclasses__()
    return [one for one in dict.fromkeys(waiting) if one.__module__.startswith("reperio")]


def test_every_error_of_the_tree_has_a_status() -> None:
    declared = [one for one in error_classes() if one.__module__ == "reperio.errors"]
    assert len(declared) > 10
    assert {one.__name__ for one in declared} == {one.__name__ for one in STATUS}


def test_every_error_has_a_status_of_its_own_or_of_one_above_it_that_is_not_above_all() -> None:
    for one in error_classes():
        nearest = next(base for base in one.__mro__ if base in STATUS)
        assert nearest is not ReperioError or one is ReperioError, f"{one.__module__}.{one.__name__}"


def test_every_status_of_an_error_has_a_title() -> None:
    assert {status for status in STATUS.values() if status >= 400} <= TITLES.keys()


def test_the_drawing_of_the_tree_is_the_tree() -> None:
    drawn = set(re.findall(r"\b(\w+Error)\b", errors.__doc__ or ""))
    assert drawn == {one.__name__ for one in error_classes() if one.__module__ == "reperio.errors"}


# -- the repository ------------------------------------------------------------------------------------------------------

MACHINE_PATHS = re.compile(rb"(?<![\w./-])/(?:work|root|home/\w+|Users/\w+)/\w")
BINARY = {".png", ".ico", ".woff2", ".gz", ".onnx", ".npy", ".xlsx", ".zst"}


def test_no_file_names_a_place_of_one_machine() -> None:
    found = []
    for path in repository_files():
        if path.suffix in BINARY or path.name == Path(__file__).name:
            continue
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if MACHINE_PATHS.search(line):
                found.append(f"{name_of(path)}:{number}")
    assert found == []


def test_the_lock_files_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links", text)


def test_no_file_is_very_large() -> None:
    assert [name_of(path) for path in repository_files() if path.stat().st_size > 5_000_000] == []


def test_the_changelog_begins_with_this_version() -> None:
    head = re.search(r"^## \[?v?(\d[^\s\]]*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert head is not None
    assert head[1] == __version__
