"""One study once, over the sample catalogue: what must merge, what must not, and the commands to judge."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from reperio.cli import review
from reperio.corpus.store import Corpus
from reperio.jobs import Workshop
from reperio.settings import Settings

MUST_MERGE = (
    ("mhc/genscot", "hdruk/generation-scotland", "ukllc/genscot"),
    ("closer/alspac", "mhc/alspac", "ukllc/alspac"),
    ("closer/nshd", "mhc/nshd", "ukllc/nshd46"),
    ("closer/sws", "mhc/sws"),
    ("mhc/teds", "ukllc/teds"),
    ("cls/mcs", "mhc/mcs", "ukds/2000031", "ukllc/mcs"),
    ("cls/ncds", "mhc/ncds", "ukds/2000032"),
    ("cls/bcs70", "mhc/bcs70", "ukds/200001", "ukllc/bcs70"),
    ("mhc/elsa", "ukds/200011"),
    ("cessda/gesis-za5400", "gesis/za5400"),
    ("cessda/series/international_social_survey_programme", "gesis/series/international_social_survey_programme"),
)
MUST_NOT_MERGE = (
    ("ukds/3535", "ukds/200001"),
    ("cessda/ukds-5566", "mhc/ncds"),
    ("ukds/6379", "cessda/ukds-8203"),
    ("ukds/8644", "ukds/6614"),
    ("ukds/5151", "ukllc/ukhls"),
    ("hdruk/uk-biobank", "mhc/ukb"),
    ("gesis/za1680", "gesis/za5400"),
    ("cessda/ess8", "cessda/ess9"),
    ("mhc/elsa", "cohorts/tilda"),
    ("cohorts/gui", "ukds/growing-up-in-scotland"),
    ("ukds/2000021", "ukds/scottish-health-survey"),
    ("adruk/ons-ls", "adruk/sls"),
    ("mhc/e-risk", "mhc/teds"),
    ("hdruk/hes-apc", "ukllc/nhse_hesapc"),
    ("mhc/alspac/age-13", "mhc/alspac"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    workshop = Workshop(Settings(home=home, sources=root / "sample" / "sources", model="none"))
    assert all(report.outcome != "failed" for report in workshop.harvest())
    assert sum(report.records for report in workshop.read()) > 100
    workshop.corpus.resolve()
    workshop.corpus.settle()
    workshop.engine.dispose()
    return home


@pytest.fixture(scope="module")
def corpus(home: Path) -> Corpus:
    return Workshop(Settings(home=home, sources=home, model="none")).corpus


@pytest.fixture(scope="module")
def items(corpus: Corpus) -> dict[str, str]:
    """The item each id is in."""
    return {member: item.id for item in corpus.walk(("series", "study", "dataset")) for member in item.members}


@pytest.mark.parametrize("ids", MUST_MERGE, ids=lambda ids: ids[0])
def test_must_merge(ids: tuple[str, ...], items: dict[str, str]) -> None:
    assert len({items[identity] for identity in ids}) == 1


@pytest.mark.parametrize("pair", MUST_NOT_MERGE, ids="-".join)
def test_must_not_merge(pair: tuple[str, str], items: dict[str, str]) -> None:
    assert items[pair[0]] != items[pair[1]]


def test_no_item_holds_two_things(root: Path, items: dict[str, str]) -> None:
    with (root / "bench" / "duplicates" / "sample.tsv").open(encoding="utf-8", newline="") as file:
        things = {row["id"]: row["thing"].removesuffix(" series") for row in csv.DictReader(file, delimiter="\t")}
    assert len(things) > 60
    held: dict[str, set[str]] = {}
    for identity, thing in things.items():
        held.setdefault(items[identity], set()).add(thing)
    assert {item: names for item, names in held.items() if len(names) > 1} == {}


def test_a_merged_study_bears_the_name_of_the_whole_and_keeps_all(corpus: Corpus, items: dict[str, str]) -> None:
    item = corpus.item(items["mhc/ncds"])
    assert item.resource.title == "National Child Development Study"
    assert set(item.sources) == {"ukds", "mhc", "cls"}
    keywords = {keyword.label for keyword in item.resource.keywords}
    for member in item.members:
        assert {keyword.label for keyword in corpus.said_of(member).keywords} <= keywords
        assert set(corpus.said_of(member).urls) <= set(item.resource.urls)
    assert {child.id for child in corpus.children(item.id)} >= {"ukds/2000032/f1", "mhc/ncds/age-42", "cls/ncds_2013"}


def test_a_file_is_found_under_its_study(corpus: Corpus, items: dict[str, str]) -> None:
    file = next(child for child in corpus.children(items["mhc/ncds"]) if child.id == "ukds/2000032/f1")
    assert file.resource.title == "ncds1_age7"
    assert [above.resource.title for above in corpus.ancestors(file.id)] == ["National Child Development Study"]


def test_commands_propose_list_show_accept_split_and_undo(home: Path) -> None:
    app = typer.Typer()
    review.register(app)

    def run(*words: str) -> object:
        result = CliRunner().invoke(app, ["review", *words, "--home", str(home), "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert run("propose")["compared"] == 0  # type: ignore[index]
    pairs = run("list", "--limit", "3")
    assert isinstance(pairs, list)
    assert 0 < len(pairs) <= 3
    left, right = pairs[0]["left"], pairs[0]["right"]
    shown = run("show", left, right)
    assert shown["score"]["reasons"]  # type: ignore[index]
    assert shown["judgement"]["by"] == "rules"  # type: ignore[index]
    accepted = run("accept", left, right, "--by", "ann", "--why", "same team")
    assert [judgement["verdict"] for judgement in accepted["judgements"]] == ["yes"]  # type: ignore[index]
    assert run("show", left, right)["merged"] is True  # type: ignore[index]
    assert (left, right) not in [(pair["left"], pair["right"]) for pair in run("list")]  # type: ignore[attr-defined]
    run("undo", left, right, "--by", "bob")
    assert (left, right) in [(pair["left"], pair["right"]) for pair in run("list")]  # type: ignore[attr-defined]
    said = run("split", "mhc/teds", "--by", "ann")
    assert [judgement["verdict"] for judgement in said["judgements"]] == ["no"]  # type: ignore[index]
    assert run("show", "mhc/teds", "ukllc/teds")["merged"] is False  # type: ignore[index]
    run("undo", "mhc/teds", "ukllc/teds", "--by", "ann")
    assert run("show", "mhc/teds", "ukllc/teds")["merged"] is True  # type: ignore[index]
    told = run("history", "mhc/teds", "ukllc/teds", "--people")
    assert [entry["judgement"]["verdict"] for entry in told] == ["undone", "no"]  # type: ignore[attr-defined]


def test_commands_speak_to_people(home: Path) -> None:
    app = typer.Typer()
    review.register(app)
    for words, wanted in (
        (("list",), "probability"),
        (("show", "mhc/teds", "ukllc/teds"), "Twins Early Development Study"),
        (("propose",), "pairs compared"),
    ):
        result = CliRunner().invoke(app, ["review", *words, "--home", str(home)])
        assert result.exit_code == 0, result.output
        assert wanted in result.stdout
    assert CliRunner().invoke(app, ["review", "split", "mhc/cfas2", "--home", str(home)]).exit_code != 0
