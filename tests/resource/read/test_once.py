from __future__ import annotations

from reperio.resource.fields import Resource
from reperio.resource.model import Text
from reperio.resource.read.once import put_together
from reperio.resource.read.reading import Reading


def study(**more: object) -> Resource:
    return Resource(id="a/1", kind="study", source="a", **more)  # type: ignore[arg-type]


def test_what_two_places_say_of_one_thing_is_put_together() -> None:
    other = Resource(id="a/2", kind="study", source="a")
    reading = Reading(
        [
            study(titles=(Text("Keepers"),), version="1"),
            other,
            study(titles=(Text("Watch"), Text("Keepers")), version="2", waves=3),
        ]
    )
    put_together(reading)
    assert reading.resources == [study(titles=(Text("Keepers"), Text("Watch")), version="1", waves=3), other]
    assert reading.issues == []


def test_an_id_has_one_kind() -> None:
    reading = Reading([study(), Resource(id="a/1", kind="variable", source="a")])
    put_together(reading)
    assert [(resource.id, resource.kind) for resource in reading.resources] == [
        ("a/1", "study"),
        ("a/1/variable", "variable"),
    ]
    assert [issue.code for issue in reading.issues] == ["id.repeated"]
