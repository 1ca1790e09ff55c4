"""No control asks for a drag or a path of the pointer (WCAG 2.5.1 and 2.5.7): scripts listen to none, pages offer none."""

from __future__ import annotations

import re
from importlib.resources import files

from fastapi.testclient import TestClient

from browser.table import PAGES

PATHS_OF_A_POINTER = re.compile(r"['\"](drag\w*|drop|touch(?:start|move|end)|(?:pointer|mouse)move|wheel)['\"]")


def test_scripts_listen_to_no_path_of_the_pointer() -> None:
    scripts = [one for one in files("reperio.web").joinpath("static").iterdir() if one.name.endswith(".js")]
    assert len(scripts) >= 4
    assert [one.name for one in scripts if PATHS_OF_A_POINTER.search(one.read_text(encoding="utf-8"))] == []


def test_pages_have_no_sliders_and_nothing_to_drag(client: TestClient) -> None:
    seen = 0
    for route, states in PAGES.items():
        if "/admin/" in route:
            continue
        for path in states.values():
            page = client.get(path).text
            seen += 1
            assert 'type="range"' not in page, path
            assert "draggable" not in page, path
    assert seen > 30
