"""A site with an office: the stand-in service over a small corpus with a pair that waits for people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from reperio.corpus.score import Rules
from reperio.jobs import Workshop
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import Agent, Text
from reperio.settings import Settings
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.sizes import Size
from reperio.web.admin.keys import Keys
from reperio.web.app import create_app
from web.standin import HOSTILE, StandIn

ADDRESS = "https://find.example.org"
SOURCE = """\
key: {key}
title: Source {key}
schedule: weekly
harvest:
  protocol: files
  path: nothing-*.json
expect:
  records_min: 5
"""


def workshop_of(home: Path, **settings: Any) -> Workshop:
    """A workshop over a new home with two declared sources and three records that may be one study."""
    sources = home / "sources"
    sources.mkdir(parents=True)
    for key in ("a", "b"):
        (sources / f"{key}.yml").write_text(SOURCE.format(key=key), encoding="utf-8")
    made = Workshop(Settings(home=home, sources=sources, model="none", public_url=ADDRESS, **settings))
    for identity, start in (("a/ferry", "1991"), ("b/77", "1990"), ("c/harbour", "1992")):
        made.corpus.replace(identity[0], identity, [_study(identity, start)], [_issue(identity)])
    made.corpus.settle()
    made.corpus.resolve(Rules(accept=0.999999, review=0.0001))
    made.corpus.settle()
    run = made.archive.start_run("a")
    made.archive.finish_run(run, "failed", detail=f"The server answered 500. {HOSTILE}")
    return made


def _study(identity: str, start: str) -> Resource:
    return Resource(
        id=identity, kind="study", source=identity[0],
        titles=(Text(f"Ferry Crossing Cohort {HOSTILE}"),), publishers=(Agent("Harbour Office"),),
        temporal=(Period(start, ongoing=True),), sizes=(Size(14_541, "participants"),),
        identifiers=(Identifier("accession", identity),),
    )  # fmt: skip


def _issue(identity: str) -> Issue:
    return Issue(
        code="ages.unreadable", path="/universe", value=HOSTILE, message=f"No age could be read in {identity}."
    )


def client_of(workshop: Workshop) -> TestClient:
    """A browser, nobody signed in."""
    client = TestClient(
        create_app(workshop.settings, StandIn(), workshop), base_url=ADDRESS, raise_server_exceptions=False
    )
    client.follow_redirects = False
    return client


def close(workshop: Workshop, client: TestClient) -> None:
    """Let go of both databases."""
    client.app.state.office.close()  # type: ignore[attr-defined]  # an ASGI application by type
    workshop.engine.dispose()


def field(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no field {name}"
    return found[1]


def sign_in(client: TestClient, workshop: Workshop, name: str = "Ada") -> str:
    """Sign in with a new token; gives the mark that forms of the session carry."""
    token = Keys(workshop.settings).renew()
    stamp = field(client.get("/search/admin/sign-in").text, "stamp")
    answer = client.post("/search/admin/sign-in", data={"stamp": stamp, "name": name, "secret": token})
    assert answer.status_code == 303, answer.text
    return field(client.get("/search/admin/").text, "mark")
