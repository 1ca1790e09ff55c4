"""What the JSON-LD writer says, the schema.org reader understands."""

from __future__ import annotations

import json

from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Concept, Text
from reperio.resource.read.schema_org import read
from reperio.resource.write.json_ld import Surroundings, dataset_json_ld
from reperio.source.model import Files, Source
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.places import Place

WRITTEN = Resource(
    id="a/1",
    kind="dataset",
    source="a",
    identifiers=(Identifier("doi", "10.5255/ukda-sn-855318"),),
    titles=(Text("Work and sleep"),),
    abstracts=(Text("How people who work in shifts sleep, asked every year for five years."),),
    keywords=(Concept("sleep"), Concept("shift work")),
    creators=(Agent("Doe, Jane", "Person", (Identifier("orcid", "0000-0002-1825-0097"),)),),
    publishers=(Agent("UK Data Service", "Organization"),),
    temporal=(Period("2017", "2022"),),
    spatial=(Place("England", "GB", "GB-ENG"),),
    languages=("en",),
    version="2",
    date_published="2022-05-01",
)


def test_a_dataset_comes_back() -> None:
    page = "https://reperio.example/search/items/work-and-sleep"
    body = json.dumps(dataset_json_ld(WRITTEN, Surroundings(url=page))).encode()
    record = Record(
        source="b", identifier="1", body=body, media_type="application/ld+json", fetched="2024-01-01T00:00:00Z"
    )
    reading = read(record, Source(key="b", title="B", harvest=Files(protocol="files", path="x")))
    [found] = [resource for resource in reading.resources if resource.kind != "variable"]
    assert found.dois == WRITTEN.dois
    assert found.title == WRITTEN.title
    assert found.abstract == WRITTEN.abstract
    assert [word.label for word in found.keywords] == ["sleep", "shift work"]
    assert [(agent.name, agent.identifiers) for agent in found.creators] == [
        ("Doe, Jane", WRITTEN.creators[0].identifiers)
    ]
    assert [agent.name for agent in found.publishers] == ["UK Data Service"]
    assert found.temporal == WRITTEN.temporal
    assert [(place.name, place.country) for place in found.spatial] == [("England", "GB")]
    assert found.languages == ("en",)
    assert (found.version, found.date_published) == ("2", "2022-05-01")
    assert page in found.urls
