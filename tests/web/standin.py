"""A small service of real resources, for tests of the web. Answers come from plain loops over a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.corpus.model import Item, SourceState
from reperio.errors import GoneError, MovedError, NotFoundError
from reperio.index.ask import FacetCounts, Snippet, Suggestion
from reperio.index.measures import Measures
from reperio.query.crosswalk import Crosswalk, align, wording
from reperio.query.elsewhere import Again, Elsewhere
from reperio.query.model import Answer, Chosen, Note, Query, Reason, Result, VariableHit
from reperio.query.questionnaire.model import Asked
from reperio.query.questionnaire.rank import Answered, Holding, Match
from reperio.query.sameness import compare
from reperio.query.view import Condition, Entry, SourceView, Status, VariablePage
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import (
    Agent,
    Category,
    Claim,
    Concept,
    Distribution,
    Link,
    Origin,
    Publication,
    Text,
)
from reperio.resource.quality.tally import Standing, standing_of, tally_of
from reperio.source.model import Credit, Files, Source
from reperio.text.ages import AgeRange
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.licences import Licence
from reperio.text.places import Place
from reperio.text.sizes import Size
from reperio.web.service import VariableSort

EVERY_STUDY = Query(scope="study")
HOSTILE = '</script><script>alert("x")</script><img src=x onerror=alert(1)> & "quotes" \u202e'
ABSTRACT = (
    "A yearly survey of young people and their parents, begun to learn how worry, low mood and sleep change between "
    "childhood and adult life. Families were drawn from school registers in three regions and seen at home. "
) * 6


def _source(key: str, title: str, publisher: str) -> Source:
    return Source(
        key=key,
        title=title,
        url=f"https://{key}.example.org/",
        publisher=publisher,
        country="GB",
        description=f"What {publisher} describes.",
        credit=Credit(
            text=f"Metadata from {title}.",
            licence="CC BY 4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
        ),
        harvest=Files(protocol="files", path="*.json"),
    )


SOURCES = (
    _source("arch", "Archive of Surveys", "University of Somewhere"),
    _source("cohorts", "Cohort Catalogue", "Centre for Cohorts"),
)


def _origin(source: str, record: str) -> Origin:
    return Origin(
        source=source,
        record=record,
        reader="ddi_codebook",
        date="2026-03-02T10:00:00Z",
        url="https://arch.example.org/r/1",
    )


STUDY = Resource(
    id="arch/1001",
    kind="study",
    source="arch",
    identifiers=(Identifier("doi", "10.1234/arch-1001"), Identifier("accession", "SN 1001")),
    urls=("https://arch.example.org/1001", "javascript:alert(1)"),
    version="3",
    date_created="1998",
    date_published="2001-05-04",
    date_modified="2024-11-30",
    titles=(Text("Growing Up and Sleeping Well Survey", "en"), Text("Enquête sur le sommeil des jeunes", "fr")),
    alternate_titles=(Text("GUSWS"),),
    abstracts=(Text(ABSTRACT, "en"), Text("Une enquête annuelle sur le sommeil.", "fr")),
    keywords=(Concept("SLEEP", "HASSET", "https://example.org/sleep"), Concept("household income")),
    topics=(Concept("Mental health", "Topic Classification", code="MentalHealth"), Concept("Sleep")),
    languages=("en", "cy"),
    publications=(Publication("Doe, J. (2005). Sleep and worry.", doi="10.1234/pub"),),
    links=(Link("IsContinuedBy", "https://arch.example.org/1002", "The follow-up"),),
    creators=(
        Agent("Doe, Jane", "Person", (Identifier("orcid", "0000-0002-1825-0097"),), "University of Somewhere"),
        Agent("Centre for Cohorts", "Organization"),
    ),
    publishers=(Agent("Archive of Surveys", "Organization", url="https://arch.example.org"),),
    funders=(Agent("Council of Research", "Organization"),),
    contributors=(Agent("Field Work Limited"),),
    rights_holders=(Agent("The Crown"),),
    contacts=(Agent("Help desk", url="https://arch.example.org/help"),),
    temporal=(Period("1998", "2012"), Period("2015-03", None, ongoing=True)),
    spatial=(Place("Great Britain", "GB"), Place("Wales", "GB", "GB-WLS"), Place("Somewhere Else")),
    ages=(AgeRange(11, 16), AgeRange(35, None)),
    sex="all",
    sizes=(Size(12456, "participants"), Size(5100, "households")),
    population=(Text("Young people aged 11 to 16 in private households."),),
    study_designs=("cohort", "longitudinal"),
    analysis_units=(Concept("Individual"),),
    time_methods=(Concept("Longitudinal: Panel"),),
    sampling=(Concept("Multi-stage stratified sample"),),
    collection_modes=(Concept("Face-to-face interview"),),
    data_kinds=(Concept("Survey data"),),
    instruments=("Strengths and Difficulties Questionnaire (SDQ)", "GHQ-12"),
    waves=7,
    genetic_data=False,
    variable_count=3200,
    access="registered",
    access_notes=(Text("Register with the archive and accept its licence."),),
    licences=(
        Licence(
            "Open Government Licence v3.0",
            "OGL-UK-3.0",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        ),
    ),
    distributions=(Distribution("User guide", "https://arch.example.org/guide.pdf", "application/pdf", 1_400_000),),
    citation="Doe, J. (2001). Growing Up and Sleeping Well Survey. Archive of Surveys.",
    image="https://arch.example.org/logo.png",
    origins=(_origin("arch", "1001"), _origin("cohorts", "gusws")),
    claims=(
        Claim("temporal", "1998 to 2012", "/collDate", value=[{"start": "1998", "end": "2012"}], source="arch"),
        Claim("ages", "Ages eleven-ish", "/universe", source="arch"),
        Claim("study_designs", "longitudinal cohort study", "/title", "derived", ["cohort"], "cohorts"),
    ),
    extra={"odd": "kept as it came"},
)
DATASET = Resource(
    id="arch/1001/wave-1",
    kind="dataset",
    source="arch",
    part_of=("arch/1001",),
    titles=(Text("Growing Up and Sleeping Well Survey: Wave 1"),),
    temporal=(Period("1998", "1999"),),
    spatial=(Place("Great Britain", "GB"),),
    sizes=(Size(12456, "participants"),),
    access="open",
    claims=(Claim("spatial", "Great Britain", "/", "inherited", [], "arch", of="arch/1001"),),
    origins=(_origin("arch", "1001"),),
)


def _variable(number: int, label: str, question: str) -> Resource:
    return Resource(
        id=f"arch/1001/wave-1/v{number}",
        kind="variable",
        source="arch",
        part_of=("arch/1001/wave-1",),
        titles=(Text(label),),
        name=f"gus_{number:03}",
        question=(Text(question),),
        preamble=(Text("The next questions are about the past two weeks."),),
        categories=(
            Category("Not at all", "1", count=812),
            Category("Sometimes", "2"),
            Category("Often", "3"),
            Category("Refused", "-9", missing=True),
        ),
        universe="All young people",
        informant="self",
        reference_period="past two weeks",
        concepts=(Concept("Anxiety"),),
        wave="Wave 1",
        data_type="numeric",
        position=number,
        statistics={"mean": 1.7},
        origins=(_origin("arch", "1001"),),
    )


VARIABLES = tuple(
    _variable(number, f"{topic} ({number})", f"How often {phrase} in the past two weeks?")
    for number, (topic, phrase) in enumerate(
        [
            ("Felt anxious or worried", "have you felt anxious or worried"),
            ("Trouble falling asleep", "did you have trouble falling asleep"),
            ("Household income, banded", "did money run short at home"),
        ]
        * 25,
        1,
    )
)
EVIL = Resource(
    id="cohorts/evil",
    kind="study",
    source="cohorts",
    titles=(Text(HOSTILE),),
    abstracts=(Text(HOSTILE * 30),),
    keywords=(Concept(HOSTILE, HOSTILE, "javascript:alert(2)"),),
    creators=(Agent(HOSTILE, url="data:text/html,<script>alert(3)</script>"),),
    instruments=(HOSTILE,),
    urls=("javascript:alert(4)",),
    licences=(Licence(HOSTILE, None, "javascript:alert(5)"),),
    citation=HOSTILE,
    claims=(Claim("titles", HOSTILE, HOSTILE, value=HOSTILE, source=HOSTILE),),
    origins=(Origin("cohorts", HOSTILE, HOSTILE, "2026-01-01", "javascript:alert(6)"),),
    extra={HOSTILE: {"deep": [HOSTILE]}},
)
BARE = Resource(id="cohorts/bare", kind="study", source="cohorts")


def _item(resource: Resource, slug: str, *, variables: int = 0, children: int = 0, **more: tuple[str, ...]) -> Item:
    return Item(
        resource=resource,
        slug=slug,
        members=more.get("members", (resource.id,)),
        sources=more.get("sources", (resource.source,)),
        variables=variables,
        children=children,
        changed="2026-03-02T11:00:00Z",
    )


ITEMS = (
    _item(
        STUDY,
        "growing-up-and-sleeping-well-survey",
        variables=len(VARIABLES),
        children=1,
        members=("arch/1001", "cohorts/gusws"),
        sources=("arch", "cohorts"),
    ),
    _item(DATASET, "growing-up-and-sleeping-well-survey-wave-1", variables=len(VARIABLES)),
    _item(EVIL, "script-alert-x-script"),
    _item(BARE, "cohorts-bare"),
    *(
        _item(
            Resource(
                id=f"arch/{2000 + n}",
                kind="study",
                source="arch",
                titles=(Text(f"Study of Everyday Life {n}"),),
                temporal=(Period(str(1950 + n)),),
                access=("open", "registered", "controlled", "closed")[n % 4],
                study_designs=("survey",),
                spatial=(Place("Norway", "NO"),),
                sizes=(Size(500 + n),),
            ),
            f"study-of-everyday-life-{n}",
        )
        for n in range(60)
    ),
)
VARIABLE_ITEMS = tuple(_item(resource, resource.uuid) for resource in VARIABLES)


class StandIn:
    """Meets `Service`, by plain loops."""

    def __init__(self) -> None:
        self.items = {item.id: item for item in (*ITEMS, *VARIABLE_ITEMS)}
        self.generation = "g1"
        self.revision = 7
        self.asked: list[Query] = []

    def search(self, query: Query) -> Answer:
        self.asked.append(query)
        found = [self._result(item, query) for item in self._matching(query)]
        if query.sort == "title":
            found.sort(key=lambda result: result.item.resource.title)
        start = (query.page - 1) * query.size
        notes: tuple[Note, ...] = ()
        if query.text == "slep":
            notes = (Note("corrected", "Did you mean “sleep”?", msgspec.structs.replace(query, text="sleep")),)
        return Answer(
            query=query,
            total=len(found),
            results=tuple(found[start : start + query.size]),
            facets=self.facets(query),
            scopes={"all": len(found), "study": 62, "dataset": 1, "variable": 75},
            notes=notes,
        )

    def _matching(self, query: Query) -> list[Item]:
        if query.like:
            self.find(query.like)
        if query.within:
            self.find(query.within)
        kinds = {"all": ("study",)}.get(query.scope, (query.scope,))
        pool = [item for item in self.items.values() if item.kind in kinds]
        sources = next((set(chosen.values) for chosen in query.chosen if chosen.facet == "source"), None)
        if sources:
            pool = [item for item in pool if sources & set(item.sources)]
        words = query.text.casefold().split()
        return [item for item in pool if all(word in self._text(item) for word in words)]

    def _text(self, item: Item) -> str:
        own = " ".join(
            text.value for text in (*item.resource.titles, *item.resource.abstracts, *item.resource.question)
        )
        inner = "".join(v.resource.title for v in VARIABLE_ITEMS[:3]) if item.id == "arch/1001" else ""
        return f"{own} {inner}".casefold()

    def _result(self, item: Item, query: Query) -> Result:
        snippets: tuple[Snippet, ...] = ()
        word = (query.text.casefold().split() or [""])[0]
        for field, text in (("title", item.resource.title), ("abstract", (item.resource.abstract or "")[:240])):
            start = text.casefold().find(word) if word else -1
            if start >= 0:
                snippets += (Snippet(field, text, ((start, start + len(word)),)),)
        hits = (
            self.variables(item.id, text=query.text, limit=3)
            if item.kind == "study" and word
            else VariablePage(total=0)
        )
        return Result(
            item=item,
            score=0.9,
            reasons=(Reason("words", "title", (word,), 0.6), Reason("meaning", weight=0.4)) if word else (),
            snippets=snippets,
            variables=hits.hits,
            variables_total=hits.total,
            datasets=tuple(self.children(item.id)) if hits.total else (),
            ancestors=tuple(self.ancestors(item.id)),
        )

    def facets(self, query: Query, names: Sequence[str] = (), *, size: int = 50) -> dict[str, FacetCounts]:
        items = self._matching(query)
        counted = {
            "source": Counter(source for item in items for source in item.sources),
            "topic": Counter(topic.label for item in items for topic in item.resource.topics),
            "instrument": Counter(name for item in items for name in item.resource.instruments),
            "study_design": Counter(design for item in items for design in item.resource.study_designs),
            "country": Counter(place.country for item in items for place in item.resource.spatial if place.country),
            "language": Counter(code for item in items for code in item.resource.languages),
            "access": Counter(item.resource.access for item in items if item.resource.access),
            "sex": Counter(item.resource.sex for item in items if item.resource.sex),
            "keyword": Counter({f"keyword {n}": 40 - n for n in range(30)}) if items else Counter(),
        }
        made = {
            name: FacetCounts(name, tuple(counter.most_common(size)), unknown=3)
            for name, counter in counted.items()
            if counter and (not names or name in names)
        }
        if items and (not names or "year" in names):
            decades = tuple((str(year), 5 + year % 37) for year in range(1950, 2020, 10))
            made["year"] = FacetCounts("year", decades, 4, 1950, 2019)
        return made

    def find(self, key: str) -> Item:
        if key == "withdrawn":
            raise GoneError("This record was withdrawn by its source.", title="Old survey")
        if key == "old-slug":
            raise MovedError("It moved.", target="growing-up-and-sleeping-well-survey")
        plain = key.replace("-", "")
        for item in self.items.values():
            if key in (item.slug, item.id) or plain == item.uuid:
                return item
        raise NotFoundError(f"Nothing has the key {key!r}.")

    def ancestors(self, of: Item | str) -> Sequence[Item]:
        parents = (self.items[of] if isinstance(of, str) else of).resource.part_of
        return [item for parent in parents for item in (*self.ancestors(parent), self.items[parent])]

    def lines(self, items: Iterable[Item]) -> Mapping[str, Sequence[Item]]:
        return {item.id: self.ancestors(item) for item in items}

    def children(self, item_id: str, *, offset: int = 0, limit: int = 100) -> Sequence[Item]:
        below = [item for item in self.items.values() if item_id in item.resource.part_of and item.kind != "variable"]
        return below[offset : offset + limit]

    def variables(
        self,
        item_id: str,
        *,
        text: str = "",
        sort: VariableSort = "best",
        offset: int = 0,
        limit: int = 50,
        chosen: Sequence[Chosen] = (),
        facets: Sequence[str] = (),
    ) -> VariablePage:
        if item_id not in ("arch/1001", "arch/1001/wave-1"):
            return VariablePage(total=0)
        words = text.casefold().split()
        found = [item for item in VARIABLE_ITEMS if all(word in self._text(item) for word in words)]
        for one in chosen:
            if one.facet == "wave":
                found = [item for item in found if item.resource.wave in one.values]
        if sort == "label":
            found.sort(key=lambda item: item.resource.title)
        hits = tuple(
            VariableHit(item, 0.5, self._marks(item, words), "words") for item in found[offset : offset + limit]
        )
        waves = Counter(item.resource.wave for item in found if item.resource.wave)
        counted = {"wave": FacetCounts("wave", tuple(waves.most_common()))} if "wave" in facets else {}
        return VariablePage(total=len(found), hits=hits, facets=counted)

    def _marks(self, item: Item, words: list[str]) -> tuple[Snippet, ...]:
        text = item.resource.title
        starts = [(text.casefold().find(word), len(word)) for word in words]
        marks = tuple((start, start + length) for start, length in starts if start >= 0)
        return (Snippet("label", text, marks),) if marks else ()

    def beside(self, item: Item, file_id: str) -> tuple[Item | None, Item | None]:
        found = [hit.item for hit in self.variables(file_id, sort="position", limit=10_000).hits]
        if item.resource.position is None or item not in found:
            return None, None
        at = found.index(item)
        return found[at - 1] if at else None, found[at + 1] if at + 1 < len(found) else None

    def similar(self, of: Item | str, *, limit: int = 8) -> Sequence[Result]:
        item_id = of if isinstance(of, str) else of.id
        others = [item for item in ITEMS if item.kind == self.items[item_id].kind and item.id != item_id]
        return [Result(item=item, score=0.4, reasons=(Reason("meaning"),)) for item in others[2 : 2 + min(limit, 3)]]

    def each(self, query: Query, *, limit: int) -> tuple[int, Iterator[Item]]:
        found = self._matching(query)
        return len(found), iter(found[:limit])

    def latest(self, query: Query, *, limit: int) -> Sequence[Item]:
        return sorted(self._matching(query), key=lambda item: (item.changed, item.id), reverse=True)[:limit]

    def crosswalk(self, item_ids: Sequence[str], *, text: str = "", limit: int = 100) -> Crosswalk:
        pages = [self.variables(one, text=text, limit=limit) for one in item_ids]
        rows = align([[hit.item for hit in page.hits] for page in pages], None, floor=1.0)
        counted = tuple(len(page.hits) for page in pages)
        return Crosswalk(rows=rows, looked_at=counted, held=tuple(page.total for page in pages))

    def elsewhere(self, of: Item | str) -> Elsewhere:
        item_id = of if isinstance(of, str) else of.id
        own = self.items[item_id]
        if own.resource.position == 3:
            return Elsewhere(known=True)
        if own.resource.position == 6:
            return Elsewhere(known=False)
        others = [item for item in VARIABLE_ITEMS if item.id != item_id][:20]
        again = [
            Again(
                item=other,
                ancestors=tuple(self.ancestors(other.id)),
                score=1.0 if wording(other.resource) == wording(own.resource) else 0.55,
                right=None if wording(other.resource) == wording(own.resource) else 0.55,
                compared=compare(own.resource, other.resource),
            )
            for other in others
        ]
        close = tuple(one for one in again if one.score == 1)
        return Elsewhere(
            known=True, close=close, perhaps=tuple(one for one in again if one.score < 1)[:3], total=len(close)
        )

    def questionnaire(self, items: Sequence[Asked], *, limit: int = 20) -> Answered:
        def match(asked: Asked) -> Match | None:
            words = set(asked.text.casefold().split())
            best = max(VARIABLE_ITEMS, key=lambda item: len(words & set(wording(item.resource).casefold().split())))
            shared = len(words & set(wording(best.resource).casefold().split())) / max(1, len(words))
            return Match(item=best, score=round(shared, 2), right=0.9) if shared >= 0.5 else None

        matches = tuple(map(match, items))
        held = Holding(study=ITEMS[0], matches=matches, score=sum(map(bool, matches)) / max(1, len(items)))
        studies = (held,) if any(matches) else ()
        return Answered(items=tuple(items), studies=studies[:limit], total=len(studies))

    def likeness(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in set(text.casefold().split()) - {
                "how",
                "often",
                "in",
                "the",
                "past",
                "two",
                "weeks?",
                "you",
                "have",
                "did",
            }:
                row[sum(map(ord, word)) % 64] += 1
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Suggestion]:
        found = [item for item in ITEMS if item.resource.title.casefold().startswith(prefix.casefold())]
        return [Suggestion(item.resource.title, "title", 1, item.id) for item in found[:limit]]

    def issues(self, of: Item | str) -> Sequence[Issue]:
        if (of if isinstance(of, str) else of.id) != "arch/1001":
            return ()
        return (
            Issue(code="ages.unreadable", path="/universe", value="Ages eleven-ish", message="No age could be read."),
        )

    def standings(self) -> Mapping[str, Standing]:
        tallies = {
            source.key: tally_of(item.resource for item in self.items.values() if source.key in item.sources)
            for source in SOURCES
        }
        return {key: standing for key, tally in tallies.items() if (standing := standing_of(tally))}

    def sources(self) -> Sequence[SourceView]:
        state = SourceState(
            key="arch",
            counts={"study": 61, "dataset": 1, "variable": 75},
            issues={"ages.unreadable": 1},
            read="2026-03-02T10:00:00Z",
        )
        return (SourceView(source=SOURCES[0], state=state), SourceView(source=SOURCES[1]))

    def source(self, key: str) -> Source | None:
        return next((source for source in SOURCES if source.key == key), None)

    def status(self) -> Status:
        counts = dict(Counter(item.kind for item in self.items.values()))
        return Status(
            counts=counts,
            generation=self.generation,
            model="minilm",
            version="0.1.0",
            changed="2026-03-02T11:00:00Z",
            revision=self.revision,
        )

    def condition(self) -> Condition:
        if not self.generation:
            return Condition(failed={"index": "Nothing is indexed yet."})
        return Condition(
            measures=Measures(
                generation=self.generation, schema=2, model="minilm", seq=7, changed=1_700_000_000.0,
                documents={"catalogue": 4, "variables": 8}, vectors={"catalogue": 4, "variables": 6},
            ),
            behind=3,
        )  # fmt: skip

    def total(self, query: Query) -> int:
        return len(self._matching(query))

    def letters(self, query: Query = EVERY_STUDY) -> Sequence[tuple[str, int]]:
        letters = Counter(result.resource.title[:1].upper() for result in self._matching(query))
        return sorted((letter if letter.isalpha() else "#", count) for letter, count in letters.items())

    def titled(self, query: Query, *, offset: int = 0, limit: int = 100) -> Sequence[Item]:
        found = sorted(self._matching(query), key=lambda item: item.resource.title)
        return found[offset : offset + limit]

    def walk(self, *, after: str = "") -> Iterator[Entry]:
        for item in sorted(ITEMS, key=lambda item: item.id):
            if item.id > after:
                yield Entry(item.id, item.slug, item.kind, item.changed)
