"""The reference pages are those that the declarations make; every setting and command is on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.core
import typer.main
from typer.testing import CliRunner

from reperio.cli.app import app
from reperio.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"


def test_reference_pages_are_up_to_date() -> None:
    answer = CliRunner().invoke(app, ["docs", "--check"])
    assert answer.exit_code == 0, answer.output


def test_a_stale_page_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "__doc__", "Something else.")
    answer = CliRunner().invoke(app, ["docs", "--check"])
    assert answer.exit_code == 1
    assert "settings.md" in answer.output


def test_every_setting_is_on_its_page() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description
        assert len(field.description) > 15
        assert f"`{PREFIX}{name.upper()}`" in page


def test_every_command_is_on_its_page() -> None:
    page = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    root = typer.main.get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    shown = [name for name, command in root.commands.items() if not command.hidden]
    assert len(shown) > 8
    for name in shown:
        assert f"## reperio {name}" in page or f"reperio {name} " in page


def pages() -> list[Path]:
    found = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
    assert len(found) > 5
    return found


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in pages():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", page.read_text(encoding="utf-8")):
            if "://" in target or target.startswith(("mailto:", "/")):
                continue
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_variables_named_in_pages_are_settings() -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | {"REPERIO_"}
    for page in pages():
        named = set(re.findall(r"REPERIO_[A-Z_]*", page.read_text(encoding="utf-8")))
        assert named <= known, page.name


def test_pages_that_hints_name_are_there() -> None:
    named = set()
    for path in (ROOT / "src").rglob("*.py"):
        named |= set(re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8")))
    assert named
    assert {name for name in named if not (ROOT / name).is_file()} == set()
