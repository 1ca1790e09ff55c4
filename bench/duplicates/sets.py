"""The scored sets: pairs of profiles, labelled.

| set | pairs | labels |
|---|---|---|
| hdruk | two renderings or versions of one dataset of the HDR UK gateway, identifiers and addresses hidden | its own ids |
| cohorts | cohorts in UK LLC, HDR UK, the mental health catalogue and IHCC | by hand (`cohorts.tsv`) |
| lookup | linked health records in UK LLC and HDR UK | UK LLC's own list |
| sample | the sample catalogue, fourteen sources | by hand (`sample.tsv`) |
| aliases | a dataset by its title and by one of its aliases alone (Coleridge) | the list of aliases |
| variants | what catalogues call well-known studies, with few facts or none (`variants.tsv`) | by hand |
| namesakes | different things of the same name, with few facts or none (`namesakes.tsv`) | by hand: all differ |
| families | look-alikes: sweeps, editions, releases, country files, parts (`families.tsv`) | by hand: all differ |

Every set falls into a training and a held-out half by a hash of what the pair is about, so that all pairs of one study
are on one side.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from reperio.corpus.blocking import strong_keys, weak_keys
from reperio.corpus.profile import Profile, profile_of
from reperio.jobs import Workshop
from reperio.log import configure
from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Text
from reperio.resource.read.registry import read_record
from reperio.settings import Settings
from reperio.source.load import load_sources
from reperio.text.ages import read_ages
from reperio.text.dates import read_period
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier
from reperio.text.places import read_places
from reperio.text.sizes import Size, read_sizes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = ROOT.parent / "shared" / "data"

SALT = bytes([28])
"""Chosen so that the two halves of the sets labelled by hand are of about one size, before anything was scored."""


class Case(NamedTuple):
    """A labelled pair. `about` decides on which side of the split it falls; `meets`: blocking brings the two together."""

    set: str
    about: str
    left: Profile
    right: Profile
    same: bool
    meets: bool

    @property
    def held_out(self) -> bool:
        """Whether the pair is kept from training."""
        return hashlib.blake2b(self.about.encode(), digest_size=1, salt=SALT).digest()[0] % 2 == 1


def load_cases(data: Path = DATA) -> Iterator[Case]:
    """Every labelled pair; sets whose data is absent are left out."""
    yield from families()
    yield from variants()
    yield from namesakes()
    yield from sample()
    if data.is_dir():
        yield from hdruk(data)
        yield from cohorts(data)
        yield from lookup(data)
        yield from aliases(data)


def _case(name: str, about: str, left: Profile, right: Profile, *, same: bool) -> Case:
    keys = {*strong_keys(left), *weak_keys(left)} & {*strong_keys(right), *weak_keys(right)}
    return Case(name, about, left, right, same, bool(keys))


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


# -- look-alikes -------------------------------------------------------------------------------------------------


def families() -> Iterator[Case]:
    """Every two titles of a family, as if two catalogues gave them with the same publisher and place."""
    held: dict[str, list[str]] = defaultdict(list)
    for row in _rows("families.tsv"):
        held[row["family"]].append(row["title"])
    for family, titles in held.items():
        for left, right in itertools.combinations(titles, 2):
            yield _case("families", family, _bare("a", left), _bare("b", right), same=False)


def _bare(source: str, title: str, publisher: str = "UK Data Service") -> Profile:
    return profile_of([
        Resource(
            id=f"{source}/x", kind="study", source=source, titles=(Text(title, "en"),),
            publishers=(Agent(publisher),) if publisher else (), spatial=read_places("United Kingdom") if publisher else (),
        )
    ])  # fmt: skip


# -- variants ----------------------------------------------------------------------------------------------------


def variants() -> Iterator[Case]:
    """Every two renderings of a study as if two catalogues gave them; those of different studies that share a key."""
    rows = _rows("variants.tsv")
    held = [(row["thing"], _rendered("a", row), _rendered("b", row)) for row in rows]
    for (one, left, _), (other, _, right) in itertools.combinations(held, 2):
        case = _case("variants", one, left, right, same=one == other)
        if case.same or case.meets:
            yield case


def namesakes() -> Iterator[Case]:
    """Different things of one name."""
    for number, row in enumerate(_rows("namesakes.tsv")):
        left, right = (
            _rendered(side[0], {"title": row["title"], "facts": row[side] or ""}) for side in ("left", "right")
        )
        yield _case("namesakes", f"{row['title']} {number}", left, right, same=False)


def _rendered(source: str, row: dict[str, str]) -> Profile:
    """A title with facts: y years, p place, w publisher, n people, a aliases, d DOI, k kind."""
    facts = dict(fact.split("=", 1) for fact in row["facts"].split(";") if fact)
    period = read_period(facts["y"]) if "y" in facts else None
    return profile_of([
        Resource(
            id=f"{source}/{source}", kind=facts.get("k", "study"), source=source, titles=(Text(row["title"], "en"),),
            alternate_titles=tuple(map(Text, facts["a"].split(","))) if "a" in facts else (),
            temporal=(period,) if period else (), spatial=read_places(facts["p"]) if "p" in facts else (),
            publishers=(Agent(facts["w"]),) if "w" in facts else (),
            sizes=(Size(int(facts["n"]), "participants"),) if "n" in facts else (),
            identifiers=(Identifier("doi", facts["d"]),) if "d" in facts else (),
        )
    ])  # fmt: skip


# -- the sample catalogue ----------------------------------------------------------------------------------------


def sample() -> Iterator[Case]:
    """Every two ids of the sample that are labelled and of different sources."""
    things = {row["id"]: row["thing"] for row in _rows("sample.tsv")}
    held = _read_sources(ROOT / "sample" / "sources", ())
    missing = things.keys() - held.keys()
    if missing:
        raise SystemExit(f"not in the sample catalogue: {sorted(missing)}")
    yield from _labelled("sample", things, {identity: profile_of(held[identity]) for identity in things})


def _labelled(name: str, things: dict[str, str], profiles: dict[str, Profile]) -> Iterator[Case]:
    for left, right in itertools.combinations(sorted(things), 2):
        if left.split("/")[0] == right.split("/")[0]:
            continue
        one, other = sorted((things[left], things[right]))
        if other == f"{one} series":
            continue  # a series and the study of its name: people may decide either way
        same = one == other
        case = _case(name, one, profiles[left], profiles[right], same=same)
        if same or case.meets:
            yield case


def _read_sources(sources: Path, keys: Iterable[str]) -> dict[str, list[Resource]]:
    """What sources state, by id, without variables."""
    configure("error", "text")
    found: dict[str, list[Resource]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home:
        workshop = Workshop(Settings(home=Path(home), sources=sources, model="none"))
        for _ in workshop.harvest(list(keys)):
            pass
        for source in workshop.chosen(list(keys)):
            for _, record in workshop.archive.records(source.key, 0):
                for resource in read_record(record, source).resources:
                    if resource.kind != "variable":
                        found[resource.id].append(resource)
        workshop.engine.dispose()
    return found


# -- HDR UK ------------------------------------------------------------------------------------------------------


def hdruk(data: Path) -> Iterator[Case]:
    """The gold pairs, and as many look-alikes as blocking proposes among what is not the same by persistent id."""
    records = _hdruk_records(data)
    pids = _pids(data, records)
    gold = [
        json.loads(line) for line in (data / "catalogues/hdruk/gold_same_dataset_pairs.jsonl").open(encoding="utf-8")
    ]
    profiles: dict[tuple[str, str, str], Profile] = {}

    def profile(side: str, schema: str, identity: str) -> Profile:
        key = (side, schema, identity)
        if key not in profiles:
            profiles[key] = _hidden(side, records[schema, identity])
        return profiles[key]

    latest = {identity: schema for schema, identity in sorted(records)}
    for pair in gold:
        left, right = _sides(pair["a"], latest), _sides(pair["b"], latest)
        if left in records and right in records:
            about = pids.get(left[1]) or pids.get(right[1]) or left[1]
            yield _case("hdruk", about, profile("a", *left), profile("b", *right), same=True)
    yield from _hdruk_lookalikes(records, pids, profile)


def _sides(side: object, latest: dict[str, str]) -> tuple[str, str]:
    """(schema, id) of one side of a gold pair."""
    if isinstance(side, list):
        return side[0], side[1]
    return latest.get(str(side), ""), str(side)


def _hdruk_lookalikes(records: dict, pids: dict[str, str], profile) -> Iterator[Case]:  # type: ignore[no-untyped-def,type-arg]
    """Pairs of different persistent ids that share a key."""
    blocks: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for schema, identity in records:
        if schema == "v2" and identity in pids:
            for key in weak_keys(profile("a", schema, identity)):
                blocks[key].setdefault(pids[identity], (schema, identity))
    seen = set()
    for members in blocks.values():
        if len(members) > 20:
            continue
        for (one, left), (other, right) in itertools.combinations(sorted(members.items()), 2):
            if (one, other) not in seen:
                seen.add((one, other))
                yield _case("hdruk", one, profile("a", *left), profile("b", *right), same=False)


def _hdruk_records(data: Path) -> dict[tuple[str, str], Resource]:
    source = load_sources(ROOT / "bench" / "real" / "sources")["hdruk_union"]
    found: dict[tuple[str, str], Resource] = {}
    with (data / "catalogues/hdruk/union_latest_by_id.jsonl").open("rb") as file:
        for line in file:
            row = json.loads(line)
            identity = row["record"].get("id") or row["record"].get("identifier") or ""
            record = Record(
                source=source.key, identifier=identity, body=line, media_type="application/json", fetched="2026-01-01"
            )
            catalogued = [one for one in read_record(record, source).resources if one.kind != "variable"]
            if catalogued:
                found[row["schema"], identity] = catalogued[0]
    return found


def _pids(data: Path, records: dict[tuple[str, str], Resource]) -> dict[str, str]:
    held = json.loads((data / "catalogues/hdruk/pids.json").read_text(encoding="utf-8"))["data"]
    found = {identity: entry["pid"] for entry in held for identity in entry["datasetIds"]}
    for (_, identity), resource in records.items():
        for identifier in resource.identifiers:
            if identifier.scheme == "accession" and re.fullmatch(r"[0-9a-f-]{36}", identifier.value):
                found.setdefault(identity, identifier.value)
    return found


def _hidden(source: str, resource: Resource) -> Profile:
    """The profile without anything that gives the id away."""
    bare = msgspec.structs.replace(
        resource, id=f"{source}/hidden {id(resource)}", source=source, identifiers=(), urls=(), links=(), part_of=()
    )
    text = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    texts = tuple(Text(text.sub(" ", one.value), one.lang) for one in bare.abstracts)
    return profile_of([msgspec.structs.replace(bare, abstracts=texts)])


# -- cohorts -----------------------------------------------------------------------------------------------------


def cohorts(data: Path) -> Iterator[Case]:
    """Every two labelled cohorts of different catalogues that are one or share a key."""
    things = {row["id"]: row["thing"] for row in _rows("cohorts.tsv")}
    held = {
        identity: profile_of(said)
        for identity, said in _read_sources(ROOT / "bench" / "real" / "sources", ("ukllc", "ihcc")).items()
        if identity in things
    }
    held |= {f"mhc/{one.id.split('/')[1]}": profile_of([one]) for one in mental_health(data)}
    union = {identity: resource for (_, identity), resource in sorted(_hdruk_records(data).items())}
    for identity in things:
        catalogue, _, own = identity.partition("/")
        if catalogue.startswith("hdruk") and own in union:
            one = msgspec.structs.replace(union[own], id=identity, source=catalogue)
            held[identity] = profile_of([one])
    missing = things.keys() - held.keys()
    if missing:
        print(f"  not found and left out: {sorted(missing)}")
    yield from _labelled("cohorts", {identity: things[identity] for identity in things if identity in held}, held)


def mental_health(data: Path) -> Iterator[Resource]:
    """The studies of the mental health catalogue."""
    path = data / "catalogues/ukllc_explore_app/mh_catalogue.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            period = read_period(row["Start date"])
            ages = read_ages(row["Age at recruitment"])
            yield Resource(
                id=f"mhc/{row['MH_study_id']}", kind="study", source="mhc", titles=(Text(row["LPS name"], "en"),),
                abstracts=(Text(plain_text(row["Aims"]), "en"),), temporal=(period,) if period else (),
                sizes=read_sizes(plain_text(row["Sample size at recruitment"])), ages=(ages,) if ages else (),
                spatial=read_places(row["Geographic coverage - Nations"]),
            )  # fmt: skip


def lookup(data: Path) -> Iterator[Case]:
    """Linked records of UK LLC and the gateway's dataset that UK LLC says they are; all others are not."""
    wanted = json.loads((data / "catalogues/ukllc_explore_app/datasets_pids_lookup.json").read_text(encoding="utf-8"))
    records = _hdruk_records(data)
    pids = _pids(data, records)
    theirs = {
        pids[identity]: resource for (_, identity), resource in sorted(records.items()) if pids.get(identity) in wanted
    }
    held = _read_sources(ROOT / "bench" / "real" / "sources", ("ukllc",))
    codes = {code.lower(): pid for pid, code in wanted.items()}
    ours = {code: profile_of(held[f"ukllc/nhse_{code}"]) for code in codes if f"ukllc/nhse_{code}" in held}
    for code, profile in ours.items():
        for pid, resource in theirs.items():
            case = _case("lookup", code, profile, _hidden("hdruk", resource), same=codes[code] == pid)
            if case.same or case.meets:
                yield case


# -- aliases -----------------------------------------------------------------------------------------------------


def aliases(data: Path) -> Iterator[Case]:
    """A dataset by its title and by one alias alone, with their provider; and the aliases of its provider's others."""
    entries = json.loads((data / "catalogues/coleridge_rcdatasets/datasets.json").read_text(encoding="utf-8"))
    by_provider: dict[str, list[dict]] = defaultdict(list)  # type: ignore[type-arg]
    for entry in entries:
        by_provider[entry.get("provider", "")].append(entry)
    for provider, group in by_provider.items():
        for entry in group:
            titled = _described("a", entry, provider)
            for alias in entry.get("alt_title", ()):
                yield _case("aliases", entry["id"], titled, _bare("b", alias, provider), same=True)
        for one, other in itertools.permutations(group[:60], 2):
            own = {one["title"].casefold(), *(alias.casefold() for alias in one.get("alt_title", ()))}
            for alias in other.get("alt_title", ())[:1]:
                if alias.casefold() in own:
                    continue  # an alias of both tells nothing
                case = _case(
                    "aliases", one["id"], _described("a", one, provider), _bare("b", alias, provider), same=False
                )
                if case.meets:
                    yield case


def _described(source: str, entry: dict, provider: str) -> Profile:  # type: ignore[type-arg]
    return profile_of([
        Resource(
            id=f"{source}/{entry['id']}", kind="dataset", source=source, titles=(Text(entry["title"]),),
            abstracts=(Text(entry["description"]),) if entry.get("description") else (), publishers=(Agent(provider),),
        )
    ])  # fmt: skip
