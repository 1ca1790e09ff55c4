"""Whatever is replaced, withdrawn, judged and settled in whatever order, the corpus says what its statements say."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reperio.corpus.model import Item
from reperio.corpus.payload import filled
from reperio.corpus.store import Corpus
from reperio.corpus.tables import CODES
from reperio.database import open_database
from reperio.errors import GoneError, MovedError, NotFoundError
from reperio.resource.fields import Resource
from reperio.resource.model import Concept, Origin, Text
from reperio.text.identifiers import Identifier

SOURCES = ("a", "b")
RECORDS = ("r", "s")
# Both records of a source may state `3`, and any id may be of any kind at any time.
NAMES = {"r": ("1", "2", "3"), "s": ("3", "4", "5")}
IDS = [f"{source}/{name}" for source in SOURCES for name in "12345"]
DOIS = ("10.5/x", "10.5/y")

some_parents = st.lists(st.sampled_from(IDS), max_size=2, unique=True).map(tuple)


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, str, tuple[Resource, ...]]:
    """A record and what it says: some of its ids, each as a study, dataset or with variables."""
    source, record = draw(st.sampled_from(SOURCES)), draw(st.sampled_from(RECORDS))
    origin = Origin(source, record, "test", "2024")
    stated = []
    for name in draw(st.lists(st.sampled_from(NAMES[record]), unique=True)):
        kind = draw(st.sampled_from(["study", "study", "dataset", "variable"]))
        stated.append(
            Resource(
                id=f"{source}/{name}", kind=kind, source=source, origins=(origin,),
                titles=draw(st.sampled_from([(), (Text("Same"),), (Text("Other", "en"),)])),
                keywords=tuple(map(Concept, draw(st.lists(st.sampled_from("kl"), unique=True)))),
                identifiers=tuple(Identifier("doi", doi) for doi in draw(st.lists(st.sampled_from(DOIS), max_size=1))),
                part_of=draw(st.just(()) | some_parents),
            )
        )  # fmt: skip
    return source, record, tuple(stated)


def _shape(item: Item) -> tuple[object, ...]:
    return (item.resource, item.members, item.sources, item.variables, item.children)


class CorpusMachine(RuleBasedStateMachine):
    """A corpus beside a dictionary of what every record says."""

    @initialize()
    def begin(self) -> None:
        self.corpus = Corpus(open_database("sqlite://"))
        self.said: dict[tuple[str, str], tuple[Resource, ...]] = {}
        self.verdicts: dict[tuple[str, str], str] = {}
        self.ever: set[str] = set()
        self.follower: dict[str, str] = {}
        self.seen = 0
        self.settled = True

    @rule(reading=readings())
    def replace(self, reading: tuple[str, str, tuple[Resource, ...]]) -> None:
        source, record, stated = reading
        before = self._counting()
        counts = self.corpus.replace(source, record, stated)
        self.said[source, record] = stated
        after = self._counting()
        now = {resource.id: resource for resource in stated}
        assert counts.added == len(after.keys() - before.keys())
        assert counts.removed == len(before.keys() - after.keys())
        assert counts.unchanged >= sum(1 for identity in now if before.get(identity) == after[identity])
        self.ever |= now.keys()
        self.settled = False

    def _counting(self) -> dict[str, Resource]:
        """What counts of what is said: of a source's records that state an id, the one that says most."""
        found: dict[str, tuple[tuple[int, int, str], Resource]] = {}
        for (_, record), stated in self.said.items():
            for resource in stated:
                said = 0 if resource.kind == "variable" else filled(resource)
                rank = (-CODES[resource.kind], said, record)
                if resource.id not in found or rank > found[resource.id][0]:
                    found[resource.id] = (rank, resource)
        return {identity: resource for identity, (_, resource) in found.items()}

    @rule(source=st.sampled_from(SOURCES), record=st.sampled_from(RECORDS))
    def withdraw(self, source: str, record: str) -> None:
        self.corpus.withdraw(source, record)
        self.said.pop((source, record), None)
        self.settled = False

    @rule(
        pair=st.lists(st.sampled_from(IDS), min_size=2, max_size=2, unique=True),
        verdict=st.sampled_from(["yes", "no", "unsure"]),
    )
    def judge(self, pair: list[str], verdict: str) -> None:
        judged = self.corpus.judge(pair[0], pair[1], verdict, by="test")  # type: ignore[arg-type]
        self.verdicts[judged.left, judged.right] = verdict
        self.settled = False

    @rule()
    def settle(self) -> None:
        self.corpus.settle()
        assert self.corpus.settle() == 0
        self.settled = True

    @rule()
    def follow(self) -> None:
        """Those who follow changes look whenever they like, not only when all is settled."""
        for change in self.corpus.changes(self.seen):
            self.seen = change.seq
            self.follower.pop(change.id, None)
            if not change.deleted:
                self.follower[change.id] = change.kind

    @invariant()
    def check(self) -> None:
        if not self.settled:
            return
        self._follow()
        shapes = {item.id: _shape(item) for item in self.corpus.walk()}
        self._check_members(shapes)
        self._check_like_new(shapes)
        self._check_found(shapes)

    def _follow(self) -> None:
        """One who only reads the changes knows what is there."""
        self.follow()
        assert self.follower == {item.id: item.kind for item in self.corpus.walk()}

    def _check_members(self, shapes: dict[str, tuple[object, ...]]) -> None:
        live = self._counting()
        members = [member for shape in shapes.values() for member in shape[1]]  # type: ignore[attr-defined]
        assert sorted(members) == sorted(live)
        kinds = self.corpus.counts()
        assert sum(kinds.values()) == len(shapes)
        assert kinds["variable"] == sum(1 for resource in live.values() if resource.kind == "variable")
        for shape in shapes.values():
            resource: Resource = shape[0]  # type: ignore[assignment]
            stated = [live[member] for member in shape[1]]  # type: ignore[attr-defined]
            assert {word for one in stated for word in one.keywords} == set(resource.keywords)
            assert {origin for one in stated for origin in one.origins} == set(resource.origins)

    def _check_like_new(self, shapes: dict[str, tuple[object, ...]]) -> None:
        """A corpus that hears it all for the first time, in another order, says the same."""
        fresh = Corpus(open_database("sqlite://"))
        for (left, right), verdict in sorted(self.verdicts.items(), reverse=True):
            fresh.judge(right, left, verdict, by="test")  # type: ignore[arg-type]
        for (source, record), stated in sorted(self.said.items(), reverse=True):
            fresh.replace(source, record, stated[::-1])
        fresh.settle()
        assert {item.id: _shape(item) for item in fresh.walk()} == shapes
        fresh.engine.dispose()

    def _check_found(self, shapes: dict[str, tuple[object, ...]]) -> None:
        live = {resource.id for stated in self.said.values() for resource in stated}
        for identity in IDS:
            answer, target = self._answer(identity)
            assert (answer == "here") == (identity in shapes)
            assert target in shapes or answer in {"gone", "unknown"}
            if answer == "gone":
                assert identity in self.ever - live
            if answer == "unknown":
                assert identity not in live
        for item in self.corpus.walk():
            assert self.corpus.find(item.slug) == item
            assert self.corpus.count_children(item.id) == len(self.corpus.children(item.id))
            assert {above.id for above in self.corpus.ancestors(item.id)} & {item.id} == set()

    def _answer(self, identity: str) -> tuple[str, str]:
        try:
            return "here", self.corpus.find(identity).id
        except MovedError as moved:
            return "moved", moved.target
        except GoneError:
            return "gone", ""
        except NotFoundError:
            return "unknown", ""

    def teardown(self) -> None:
        if hasattr(self, "corpus"):
            self.corpus.engine.dispose()


# Shrinking a failure would take minutes; a failure prints its steps anyway.
CorpusMachine.TestCase.settings = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestCorpusMachine = CorpusMachine.TestCase
