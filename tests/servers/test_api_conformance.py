"""The API keeps what its OpenAPI document says, as a client that somebody else wrote sees it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("conformance")
    command = [str(BIN / "reperio"), "demo", "--home", str(home), "--port", "0"]
    environment = {**os.environ, "REPERIO_MODEL": "none", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = next((match for line in server.stdout if (match := re.search(r"http://[\d.:]+", line))), None)
        assert found is not None, "the demo never said where it is"
        yield found.group()
        server.terminate()


def test_schemathesis_finds_nothing_wrong(address: str, tmp_path: Path) -> None:
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    command = [
        str(BIN / "schemathesis"), "run", f"{address}/api/v1/openapi.json", "--max-examples", "10", "--seed", "2026",
        "--phases", "examples,fuzzing", "--checks", checks, "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    tested = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert tested is not None
    assert int(tested.group(2)) == int(tested.group(1)) > 100
