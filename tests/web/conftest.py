"""A client of the application over the stand-in service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from reperio.settings import Settings
from reperio.web.app import create_app
from web.standin import StandIn


@pytest.fixture
def service() -> StandIn:
    return StandIn()


@pytest.fixture
def client(service: StandIn) -> Iterator[TestClient]:
    app = create_app(Settings(public_url="https://find.example.org"), service)
    with TestClient(app, base_url="https://find.example.org", raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client
