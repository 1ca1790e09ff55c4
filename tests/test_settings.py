"""Settings: environment, the home's file, overrides; what is wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from reperio.errors import ConfigError
from reperio.settings import Settings, load_settings


def test_none_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    held = load_settings()
    assert (held.port, held.model, held.prefix) == (8765, "minilm", "/search")
    assert held.database_url == f"sqlite:///{tmp_path / 'var' / 'reperio.sqlite'}"
    assert list(tmp_path.iterdir()) == [], "reading settings makes nothing"


def test_options_before_environment_before_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ours\nREPERIO_PORT=1001\nREPERIO_SITE_NAME='Findings'\nOTHER=x\n", "utf-8")
    assert load_settings(home=tmp_path).port == 1001
    assert load_settings(home=tmp_path).site_name == "Findings"
    monkeypatch.setenv("REPERIO_PORT", "1002")
    assert load_settings(home=tmp_path).port == 1002
    assert load_settings(home=tmp_path, port=1003).port == 1003
    monkeypatch.setenv("REPERIO_HOME", str(tmp_path))
    assert load_settings().site_name == "Findings"


def test_an_unknown_variable_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REPERIO_PROT", "1")
    with pytest.raises(ConfigError, match="REPERIO_PROT") as caught:
        load_settings()
    assert "reperio settings" in caught.value.hint
    monkeypatch.delenv("REPERIO_PROT")
    (tmp_path / ".env").write_text("REPERIO_PROT=1\n", "utf-8")
    with pytest.raises(ConfigError, match=r"\.env: REPERIO_PROT"):
        load_settings(home=tmp_path)


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("PORT", ""), ("THREADS", "0"), ("LOG_LEVEL", "loud")])
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"REPERIO_{name}", value)
    with pytest.raises(ConfigError, match=f"REPERIO_{name} is not allowed"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPERIO_DATABASE", "postgresql+psycopg://someone:hush@db.example/reperio")
    held = load_settings()
    assert "hush" not in repr(held)
    assert "hush" not in str(held.database)
    assert held.database_url.endswith("hush@db.example/reperio")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]
