"""What every corpus does, whatever database it lies in. Subclass `CorpusContract` with a fixture `engine`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from reperio.corpus.model import Item, Statement
from reperio.corpus.store import Corpus
from reperio.errors import GoneError, MovedError, NotFoundError, QueryError
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import Claim, Concept, Kind, Origin, Text
from reperio.text.identifiers import Identifier
from reperio.text.slugs import uuid_of


def resource(
    identity: str, kind: Kind = "study", *, record: str = "r", date: str = "2024-01-01", **more: Any
) -> Resource:
    """A resource; `title`, `doi` and `keyword` are short for the fields."""
    source = identity.split("/", maxsplit=1)[0]
    if title := more.pop("title", None):
        more["titles"] = (Text(title, "en"),)
    if doi := more.pop("doi", None):
        more["identifiers"] = (Identifier("doi", doi),)
    if keyword := more.pop("keyword", None):
        more["keywords"] = (Concept(keyword),)
    origin = Origin(source=source, record=record, reader="test", date=date, url=f"https://example.org/{record}")
    return Resource(id=identity, kind=kind, source=source, origins=(origin,), **more)


def variables(parent: str, number: int, **more: Any) -> list[Resource]:
    """Variables `<parent>/v1` and so on."""
    return [
        resource(f"{parent}/v{at}", "variable", part_of=(parent,), name=f"v{at}", position=at, **more)
        for at in range(1, number + 1)
    ]


def shape(item: Item) -> tuple[object, ...]:
    """What of an item does not depend on when it was made, nor on the order of harvests."""
    return (item.resource, item.members, item.sources, item.variables, item.children)


def all_shapes(corpus: Corpus) -> dict[str, tuple[object, ...]]:
    """Every live item by id."""
    return {item.id: shape(item) for item in corpus.walk()}


def ticking() -> Iterator[datetime]:
    """A minute later every time."""
    return (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute) for minute in itertools.count())


class CorpusContract:
    """The contract."""

    @pytest.fixture
    def corpus(self, engine: Engine) -> Corpus:
        clock = ticking()
        return Corpus(engine, lambda: next(clock))

    # -- replacing ---------------------------------------------------------------------------------------------

    def test_what_is_stated_is_read_back_equal(self, corpus: Corpus) -> None:
        stated = [
            resource("a/1", title="A study", keyword="sleep", claims=(Claim("ages", "18+", value={"lower": 18}),)),
            resource("a/1/d", "dataset", title="Its data", part_of=("a/1",)),
            *variables("a/1/d", 3, statistics={"mean": 1.5}, extra={"odd": [1, None, {"x": "y"}]}),
        ]
        assert corpus.replace("a", "r", stated).added == 5
        assert corpus.settle() == 2
        for one in stated:
            item = corpus.find(one.id)
            assert item.resource == one
            assert item.members == (one.id,)
            assert item.sources == ("a",)
        assert corpus.counts() == {"series": 0, "study": 1, "dataset": 1, "variable": 3}

    def test_the_same_again_changes_nothing(self, corpus: Corpus) -> None:
        stated = [resource("a/1", title="A study"), *variables("a/1", 2)]
        corpus.replace("a", "r", stated)
        corpus.settle()
        before = corpus.last_seq()
        later = [resource("a/1", title="A study", date="2025-05-05"), *variables("a/1", 2, date="2025-05-05")]
        counts = corpus.replace("a", "r", later)
        assert (counts.added, counts.changed, counts.unchanged, counts.removed) == (0, 0, 3, 0)
        assert corpus.settle() == 0
        assert corpus.last_seq() == before
        assert corpus.find("a/1").resource.origins[0].date == "2025-05-05"

    def test_a_change_is_one_change(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="A study"), *variables("a/1", 3)])
        corpus.settle()
        before = corpus.last_seq()
        changed = variables("a/1", 3)
        changed[1] = resource("a/1/v2", "variable", part_of=("a/1",), name="v2", position=2, title="Now with a label")
        counts = corpus.replace("a", "r", [resource("a/1", title="A study"), *changed])
        corpus.settle()
        assert (counts.changed, counts.unchanged) == (1, 3)
        assert [change.id for change in corpus.changes(before)] == ["a/1/v2"]
        assert corpus.find("a/1/v2").resource.title == "Now with a label"

    def test_what_is_no_longer_said_is_gone(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1"), resource("a/2"), *variables("a/1", 2)])
        corpus.settle()
        before = corpus.last_seq()
        counts = corpus.replace("a", "r", [resource("a/1"), *variables("a/1", 1)])
        corpus.settle()
        assert counts.removed == 2
        for identity in ("a/2", "a/1/v2"):
            with pytest.raises(GoneError):
                corpus.find(identity)
            with pytest.raises(GoneError):
                corpus.find(uuid_of(identity))
        gone = {change.id for change in corpus.changes(before) if change.deleted}
        assert gone == {"a/2", "a/1/v2"}
        assert corpus.items(["a/1", "a/2", "a/1/v2"]).keys() == {"a/1"}

    def test_what_is_withdrawn_can_come_back(self, corpus: Corpus) -> None:
        stated = [resource("a/1", title="Back again"), *variables("a/1", 2)]
        corpus.replace("a", "r", stated)
        corpus.settle()
        before = all_shapes(corpus)
        assert corpus.withdraw("a", "r").removed == 3
        corpus.settle()
        assert all_shapes(corpus) == {}
        assert corpus.counts() == {"series": 0, "study": 0, "dataset": 0, "variable": 0}
        corpus.replace("a", "r", stated)
        corpus.settle()
        assert all_shapes(corpus) == before
        assert corpus.find("back-again").id == "a/1"

    def test_an_id_that_two_records_state_is_reported_and_the_last_counts(self, corpus: Corpus) -> None:
        corpus.replace("a", "one", [resource("a/1", title="First", record="one")])
        corpus.replace("a", "two", [resource("a/1", title="Second", record="two")])
        corpus.settle()
        assert corpus.find("a/1").resource.title == "Second"
        assert corpus.issue_counts("a") == {"id.restated": 1}
        corpus.replace("a", "one", [])
        corpus.settle()
        assert corpus.find("a/1").resource.title == "Second"

    def test_an_id_said_twice_by_a_record_is_reported(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="First"), resource("a/1", title="Second")])
        corpus.settle()
        assert corpus.find("a/1").resource.title == "Second"
        assert corpus.issue_counts() == {"id.repeated": 1}

    def test_a_variable_of_another_source_is_not_overwritten(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", variables("a/1", 1))
        counts = corpus.replace("b", "r", variables("a/1", 1, title="Not mine"))
        assert (counts.added, counts.issues) == (0, 1)
        assert corpus.find("a/1/v1").resource.titles == ()
        assert [noted.issue.code for noted in corpus.issues("b")] == ["id.taken"]

    def test_what_cannot_be_stored_is_an_issue(self, corpus: Corpus) -> None:
        bad = [
            resource("a/\ud800"),
            resource("a/\0"),
            resource("a/1", title="half \udfff pair"),
            resource("a/" + "x" * 3000),
        ]
        counts = corpus.replace(
            "a", "r\0\ud800", [*bad, resource("a/2")], [Issue(code="x", path="/", value="\0\ud800")]
        )
        corpus.settle()
        assert (counts.added, counts.issues) == (1, 5)
        assert corpus.issue_counts() == {"resource.unwritable": 4, "x": 1}
        assert corpus.replace("a", "r\0\ud800", [resource("a/2")]).unchanged == 1

    def test_issues_are_those_of_the_last_reading(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [], [Issue(code="one", path="/a", value="1"), Issue(code="two", path="/b")])
        corpus.replace("a", "s", [], [Issue(code="one", path="/c", level="error")])
        assert corpus.issue_counts() == {"one": 2, "two": 1}
        corpus.replace("a", "r", [], [])
        [noted] = corpus.issues("a", "one")
        assert (noted.record, noted.issue.path, noted.issue.level) == ("s", "/c", "error")
        assert corpus.issues("a", after=noted.key) == []
        assert corpus.issues("a", record="s") == [noted]
        assert corpus.issues("a", record="r") == []
        assert corpus.issues("b") == []

    def test_many_records_in_small_batches(self, corpus: Corpus) -> None:
        records = [
            Statement(source="a", record=str(n), resources=[resource(f"a/{n}", record=str(n)), *variables(f"a/{n}", 3)])
            for n in range(20)
        ]
        assert corpus.replace_many(records, batch=7).added == 80
        assert corpus.replace_many([*records, *records], batch=30).unchanged == 160
        corpus.settle()
        [state] = corpus.states()
        assert state.counts == {"study": 20, "variable": 60}
        assert state.read is not None
        assert corpus.last_read() == state.read

    def test_an_id_may_change_its_kind(self, corpus: Corpus) -> None:
        seen: dict[str, str] = {}
        since = 0
        for kind in ("variable", "dataset", "variable", "study"):
            corpus.replace("a", "r", [resource("a/1", kind)])  # type: ignore[arg-type]
            corpus.settle()
            assert corpus.find("a/1").kind == kind
            assert corpus.counts()[kind] == sum(corpus.counts().values()) == 1
            for change in corpus.changes(since):
                seen.pop(change.id, None)
                if not change.deleted:
                    seen[change.id] = change.kind
                since = change.seq
            assert seen == {"a/1": kind}

    # -- merging -----------------------------------------------------------------------------------------------

    def test_the_same_doi_merges(self, corpus: Corpus) -> None:
        corpus.replace(
            "a", "r", [resource("a/1", title="A study", doi="10.5/x", keyword="sleep"), *variables("a/1", 2)]
        )
        corpus.replace(
            "b",
            "r",
            [resource("b/9", title="The study", doi="10.5/x", keyword="work", sex="all"), *variables("b/9", 3)],
        )
        corpus.settle()
        item = corpus.find("b/9")
        assert item.members == ("b/9", "a/1")
        assert item.sources == ("b", "a")
        assert item.variables == 5
        assert [origin.source for origin in item.resource.origins] == ["b", "a"]
        assert {keyword.label for keyword in item.resource.keywords} == {"sleep", "work"}
        assert item.resource.title == "The study"
        assert [text.value for text in item.resource.alternate_titles] == ["A study"]
        for key in ("a/1", uuid_of("a/1")):
            with pytest.raises(MovedError) as moved:
                corpus.find(key)
            assert moved.value.target == "b/9"
        assert corpus.find("a/1/v1").resource.part_of == ("b/9",)
        assert [child.id for child in corpus.children("b/9")] == ["a/1/v1", "b/9/v1", "a/1/v2", "b/9/v2", "b/9/v3"]
        assert [above.id for above in corpus.ancestors("a/1/v1")] == ["b/9"]

    def test_the_same_id_of_two_sources_merges(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="A study", keyword="sleep", sex="all")])
        other = resource("a/1", title="As others say", keyword="work")
        corpus.replace("b", "r", [other])
        corpus.settle()
        item = corpus.find("a/1")
        assert item.members == ("a/1",)
        assert item.sources == ("a", "b")
        assert {keyword.label for keyword in item.resource.keywords} == {"sleep", "work"}
        corpus.withdraw("a", "r")
        corpus.settle()
        assert corpus.find("a/1").resource == other

    def test_an_id_named_as_identifier_merges(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="A study", sex="all")])
        named = resource("b/x", title="Seen elsewhere", identifiers=(Identifier("accession", "A/1"),))
        corpus.replace("b", "r", [named])
        corpus.settle()
        assert corpus.find("a/1").members == ("a/1", "b/x")

    def test_a_merge_announces_what_changed(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", doi="10.5/x"), *variables("a/1", 1), resource("a/2")])
        corpus.settle()
        before = corpus.last_seq()
        corpus.replace("b", "r", [resource("b/1", doi="10.5/x", title="Fuller")])
        corpus.settle()
        news = {change.id: change.deleted for change in corpus.changes(before)}
        assert news == {"a/1": True, "b/1": False, "a/1/v1": False}

    def test_children_with_the_doi_of_their_study_stay_apart(self, corpus: Corpus) -> None:
        stated = [
            resource("a/1", doi="10.5/x"),
            resource("a/1/d1", "dataset", part_of=("a/1",), doi="10.5/x"),
            resource("a/1/d2", "dataset", part_of=("a/1",), doi="10.5/x"),
            resource("a/1/d2/f", "dataset", part_of=("a/1/d2",), doi="10.5/x"),
        ]
        corpus.replace("a", "r", stated)
        corpus.replace("b", "r", [resource("b/1", doi="10.5/x", title="The study")])
        corpus.settle()
        assert corpus.find("b/1").members == ("b/1", "a/1")
        assert {child.id for child in corpus.children("b/1")} == {"a/1/d1", "a/1/d2"}
        assert corpus.find("a/1/d2").children == 1

    def test_siblings_stay_apart(self, corpus: Corpus) -> None:
        corpus.replace(
            "a", "r",
            [resource("a/1"), *(resource(f"a/1/{n}", "dataset", part_of=("a/1",), doi="10.5/y") for n in (1, 2))],
        )  # fmt: skip
        corpus.settle()
        assert corpus.counts()["dataset"] == 2

    def test_kinds_merge_only_at_the_top(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", doi="10.5/x"), resource("a/2"), resource("a/3", doi="10.5/y")])
        corpus.replace("b", "r", [resource("b/1", "dataset", doi="10.5/x", title="Top", keyword="k")])
        corpus.replace("c", "r", [resource("c/0"), resource("c/1", "dataset", doi="10.5/y", part_of=("c/0",))])
        corpus.settle()
        assert corpus.find("a/1").members == ("a/1", "b/1")
        assert corpus.find("a/1").kind == "study"
        assert corpus.find("a/3").members == ("a/3",)
        assert corpus.find("c/1").members == ("c/1",)

    def test_a_doi_of_too_many_is_no_identity(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource(f"a/{n}", doi="10.5/x") for n in range(4)])
        corpus.replace("b", "r", [resource("b/1", doi="10.5/x")])
        corpus.settle()
        assert corpus.counts()["study"] == 5
        corpus.replace("a", "r", [resource(f"a/{n}", doi="10.5/x") for n in range(3)])
        corpus.settle()
        assert corpus.counts()["study"] == 1

    def test_variables_never_merge(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/v", "variable", doi="10.5/x")])
        corpus.replace("b", "r", [resource("b/v", "variable", doi="10.5/x"), resource("b/1", doi="10.5/x")])
        corpus.settle()
        assert corpus.counts() == {"series": 0, "study": 1, "dataset": 0, "variable": 2}

    def test_a_withdrawn_leader_leads_to_what_is_left(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", doi="10.5/x", title="Fuller")])
        corpus.replace("b", "r", [resource("b/1", doi="10.5/x")])
        corpus.settle()
        assert corpus.find("a/1").members == ("a/1", "b/1")
        corpus.withdraw("a", "r")
        corpus.settle()
        assert corpus.find("b/1").members == ("b/1",)
        with pytest.raises(MovedError) as moved:
            corpus.find("a/1")
        assert moved.value.target == "b/1"
        corpus.withdraw("b", "r")
        corpus.settle()
        for identity in ("a/1", "b/1"):
            with pytest.raises(GoneError):
                corpus.find(identity)

    # -- judgements --------------------------------------------------------------------------------------------

    def test_judgements_part_and_restore_exactly(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="One"), *variables("a/1", 2)])
        corpus.replace("b", "r", [resource("b/1", title="One", keyword="k"), *variables("b/1", 2)])
        corpus.settle()
        apart = all_shapes(corpus)
        slugs = {identity: corpus.find(identity).slug for identity in ("a/1", "b/1")}
        corpus.judge("b/1", "a/1", "yes", by="ann", why="same team, same years")
        assert corpus.settle() == 2
        assert corpus.find("b/1").members == ("b/1", "a/1")
        corpus.judge("a/1", "b/1", "unsure", by="bob")
        corpus.settle()
        assert all_shapes(corpus) == apart
        assert {identity: corpus.find(identity).slug for identity in ("a/1", "b/1")} == slugs
        first, second = corpus.judgements()
        assert (first.left, first.right, first.verdict, first.by, first.why) == (
            "a/1",
            "b/1",
            "yes",
            "ann",
            "same team, same years",
        )
        assert second.verdict == "unsure"
        assert second.at > first.at

    def test_no_outweighs_a_doi(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", doi="10.5/x")])
        corpus.replace("b", "r", [resource("b/1", doi="10.5/x")])
        corpus.judge("a/1", "b/1", "no", by="ann")
        corpus.settle()
        assert corpus.counts()["study"] == 2

    def test_yes_never_merges_parent_and_child(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1"), resource("a/2", "dataset", part_of=("a/1",))])
        corpus.judge("a/1", "a/2", "yes", by="ann")
        corpus.settle()
        assert [child.id for child in corpus.children("a/1")] == ["a/2"]

    def test_nobody_judges_one_thing(self, corpus: Corpus) -> None:
        with pytest.raises(QueryError):
            corpus.judge("a/1", "a/1", "yes", by="ann")

    # -- the tree ----------------------------------------------------------------------------------------------

    def test_up_and_down(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [
            resource("a/s", "series", title="Series"),
            resource("a/1", title="Study", part_of=("a/s",)),
            resource("a/1/x", "dataset", title="B data", part_of=("a/1",)),
            resource("a/1/y", "dataset", title="A data", part_of=("a/1",)),
            *variables("a/1/x", 3),
            *variables("a/1", 1),
        ])  # fmt: skip
        corpus.settle()
        assert [item.id for item in corpus.ancestors("a/1/x/v2")] == ["a/s", "a/1", "a/1/x"]
        assert corpus.ancestors("a/s") == corpus.ancestors("a/none") == []
        starts = [("a/1/x",), ("a/s",), ("a/none", "a/1"), ("a/1/y", "a/1/x"), ()]
        assert corpus.lineages(starts) == dict(
            zip(starts, [("a/s", "a/1", "a/1/x"), ("a/s",), ("a/s", "a/1", "a/none"), ("a/s", "a/1", "a/1/x", "a/1/y"), ()],
                strict=True)
        )  # fmt: skip
        assert [item.id for item in corpus.children("a/1")] == ["a/1/y", "a/1/x", "a/1/v1"]
        assert [item.id for item in corpus.children("a/1", offset=1, limit=2)] == ["a/1/x", "a/1/v1"]
        assert [item.id for item in corpus.children("a/1/x", ["variable"], 1, 1)] == ["a/1/x/v2"]
        assert corpus.children("a/1", ["series"]) == []
        assert corpus.count_children("a/1") == 3
        assert corpus.count_children("a/1", ["dataset"]) == 2
        assert corpus.count_children("a/1/x", ["variable"]) == 3
        counts = {item.id: (item.variables, item.children) for item in corpus.walk(["series", "study", "dataset"])}
        assert counts == {"a/s": (4, 1), "a/1": (4, 2), "a/1/x": (3, 0), "a/1/y": (0, 0)}
        assert [item.id for item in corpus.roots()] == ["a/s"]
        below = [item.id for item in corpus.descendants("a/s")]
        assert sorted(below) == sorted(["a/1", "a/1/x", "a/1/y", "a/1/v1", "a/1/x/v1", "a/1/x/v2", "a/1/x/v3"])
        assert [item.id for item in corpus.descendants("a/s", ["dataset"])] == ["a/1/y", "a/1/x"]
        assert len(list(corpus.descendants("a/1", ["variable"]))) == 4

    def test_parents_may_come_later(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/d", "dataset", part_of=("a/1",)), *variables("a/2", 2)])
        corpus.settle()
        assert corpus.find("a/d").resource.part_of == ("a/1",)
        assert corpus.find("a/2/v1").resource.part_of == ("a/2",)
        assert sorted(noted.issue.value for noted in corpus.issues("a", "parent.unknown")) == ["a/1", "a/2"]
        assert [item.id for item in corpus.roots()] == ["a/d"]
        corpus.replace("a", "s", [resource("a/1", record="s"), resource("a/2", record="s")])
        corpus.settle()
        assert corpus.issue_counts() == {}
        assert [item.id for item in corpus.ancestors("a/d")] == ["a/1"]
        assert corpus.find("a/2").variables == 2
        assert {item.id for item in corpus.roots()} == {"a/1", "a/2"}

    def test_circles_hang_nothing(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [
            resource("a/1", part_of=("a/3",)),
            resource("a/2", part_of=("a/1",)),
            resource("a/3", part_of=("a/2",)),
            resource("a/4", part_of=("a/4",)),
            resource("a/5", part_of=("a/1",)),
            *variables("a/5", 1),
        ])  # fmt: skip
        corpus.settle()
        assert [item.id for item in corpus.ancestors("a/5/v1")] == ["a/1", "a/5"]
        assert corpus.ancestors("a/2") == []
        assert [item.id for item in corpus.descendants("a/1")] == ["a/5", "a/5/v1"]
        assert {item.id for item in corpus.roots()} == {"a/1", "a/2", "a/3", "a/4"}
        assert corpus.issue_counts()["parent.circle"] == 3
        assert corpus.find("a/2").resource.part_of == ("a/1",)
        assert corpus.find("a/1").variables == 1

    def test_a_variable_of_two_datasets_counts_once_above(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [
            resource("a/1"),
            resource("a/x", "dataset", part_of=("a/1",)),
            resource("a/y", "dataset", part_of=("a/1",)),
            resource("a/v", "variable", part_of=("a/x", "a/y")),
            resource("a/w", "variable", part_of=("a/x", "a/none")),
        ])  # fmt: skip
        corpus.settle()
        assert [corpus.find(key).variables for key in ("a/1", "a/x", "a/y")] == [2, 2, 1]
        assert [child.id for child in corpus.children("a/y")] == ["a/v"]
        assert corpus.count_children("a/y", ["variable"]) == 1
        assert {item.id for item in corpus.ancestors("a/v")} == {"a/1", "a/x", "a/y"}
        corpus.replace(
            "a", "r", [resource("a/1"), resource("a/y", "dataset"), resource("a/v", "variable", part_of=("a/y",))]
        )
        corpus.settle()
        assert [corpus.find(key).variables for key in ("a/1", "a/y")] == [0, 1]

    # -- finding -----------------------------------------------------------------------------------------------

    def test_found_by_id_uuid_and_slug(self, corpus: Corpus) -> None:
        corpus.replace("ukds", "r", [resource("ukds/855318", title="Work & Sleep: 2000"), *variables("ukds/855318", 1)])
        corpus.settle()
        uuid = "737aa5a75b96c25093f65ba075970ec7"
        dashed = "737aa5a7-5b96-c250-93f6-5ba075970ec7"
        for key in ("ukds/855318", " UKDS/855318 ", uuid, dashed, uuid.upper(), "work-sleep-2000"):
            assert corpus.find(key).id == "ukds/855318"
        assert corpus.item("ukds/855318").uuid == uuid
        variable = corpus.find("ukds/855318/v1")
        assert variable.slug == variable.uuid
        assert corpus.find(variable.slug) == variable

    @pytest.mark.parametrize(
        "key", ["", " ", "none", "a/none", "0" * 32, "x" * 100_000, "a\0b", "\ud800", "' OR 1=1 --", "%"]
    )
    def test_what_is_not_there_is_not_found(self, corpus: Corpus, key: str) -> None:
        corpus.replace("a", "r", [resource("a/1", title="A study")])
        corpus.settle()
        with pytest.raises(NotFoundError):
            corpus.find(key)
        assert corpus.items([key]) == {}
        assert corpus.children(key) == corpus.ancestors(key) == list(corpus.descendants(key)) == []
        assert corpus.count_children(key) == 0
        assert [item.id for item in corpus.walk(after=key)] == ["a/1"]

    def test_slugs_are_unique_and_stay(self, corpus: Corpus) -> None:
        stated = [resource(f"a/{n}", title="Same title") for n in range(3)]
        corpus.replace("a", "r", [*stated, resource("a/odd")])
        corpus.settle()
        assert [corpus.find(f"a/{n}").slug for n in range(3)] == ["same-title", "same-title-2", "same-title-3"]
        assert corpus.find("a/odd").slug == "a-odd"
        corpus.replace(
            "a", "r", [resource("a/0", title="Another title"), *stated[1:], resource("a/new", title="Same title")]
        )
        corpus.settle()
        assert corpus.find("same-title").resource.title == "Another title"
        assert corpus.find("a/new").slug == "same-title-4"

    def test_long_titles_make_short_slugs(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource(f"a/{n}", title="word " * 100) for n in range(12)])
        corpus.settle()
        slugs = {corpus.find(f"a/{n}").slug for n in range(12)}
        assert len(slugs) == 12
        assert max(map(len, slugs)) <= 220

    def test_a_slug_changed_on_purpose_leads_on(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="Old name"), resource("a/2", title="Other")])
        corpus.settle()
        before = corpus.last_seq()
        assert corpus.rename("a/1", "New Name!") == "new-name"
        assert [change.id for change in corpus.changes(before)] == ["a/1"]
        assert corpus.find("new-name").id == "a/1"
        with pytest.raises(MovedError) as moved:
            corpus.find("old-name")
        assert moved.value.target == "a/1"
        for taken in ("other", "...", "0" * 32):
            with pytest.raises(QueryError):
                corpus.rename("a/1", taken)
        with pytest.raises(QueryError):
            corpus.rename("a/2", "old-name")
        with pytest.raises(NotFoundError):
            corpus.rename("a/none", "x")
        corpus.replace("a", "s", [resource("a/3", title="Old name", record="s")])
        corpus.settle()
        assert corpus.find("a/3").slug == "old-name-2"
        assert corpus.rename("a/1", "old-name") == "old-name"
        assert corpus.find("old-name").id == "a/1"

    # -- going through -----------------------------------------------------------------------------------------

    def test_walking_gives_each_once_and_goes_on_where_it_stopped(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [
            *(resource(f"a/{n}", "dataset", doi=f"10.5/{n % 4}") for n in range(6)),
            *itertools.chain.from_iterable(variables(f"a/{n}", 3) for n in range(6)),
            resource("a/alone", "variable"), resource("a/alone2", "variable"),
        ])  # fmt: skip
        corpus.settle()
        whole = [item.id for item in corpus.walk(page=2)]
        assert len(whole) == len(set(whole)) == 4 + 18 + 2
        assert {item.kind for item in corpus.walk(["dataset"], page=3)} == {"dataset"}
        assert all(corpus.find(identity).kind == "dataset" for identity in whole[:4])
        for at, identity in enumerate(whole):
            assert [item.id for item in corpus.walk(after=identity, page=5)] == whole[at + 1 :]
        parents = [corpus.find(identity).resource.part_of for identity in whole[4:22]]
        assert len(list(itertools.groupby(corpus.find(i).resource.id.rsplit("/", 1)[0] for i in whole[4:22]))) == 6
        assert all(parents)

    def test_roots_by_page(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource(f"a/{n}") for n in range(5)])
        corpus.settle()
        found: list[str] = []
        while page := corpus.roots(after=found[-1] if found else None, limit=2):
            found += [item.id for item in page]
        assert sorted(found) == [f"a/{n}" for n in range(5)]
        assert corpus.roots(["dataset"]) == []

    def test_changes_by_page(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1"), *variables("a/1", 5)])
        corpus.settle()
        corpus.replace("a", "s", [resource("a/2", record="s")])
        corpus.settle()
        found = []
        while page := corpus.changes(found[-1].seq if found else 0, limit=2):
            found += page
        assert [change.seq for change in found] == sorted({change.seq for change in found})
        assert {change.id for change in found} == {"a/1", "a/2", *(f"a/1/v{n}" for n in range(1, 6))}
        assert found[-1].seq == corpus.last_seq()
        item = corpus.find("a/2")
        assert item.seq == found[-1].seq
        assert item.changed.startswith("2024-01-01T00:")

    def test_opening_again_finds_everything(self, corpus: Corpus) -> None:
        corpus.replace("a", "r", [resource("a/1", title="Kept")])
        corpus.settle()
        assert Corpus(corpus.engine).find("kept").id == "a/1"
