"""`python bench/matching/languages.py [HOME]`: how well questions are told across languages.

Sets made of what the development data hold in several languages: the seven items of the GAD-7 in twelve, terms and
definitions of vocabularies of CESSDA and DDI in eleven, definitions of areas of information (Maelstrom) in two. A pair is a
text in another language and one in English; it matches when both stand for one item or term. Told for each set: AUC of the
plain cosine and of the likeness in use; how many texts have their own translation nearest, among those of the set and of
other questions in English (4,000 of the catalogue in HOME, where one is given); and at the threshold in use: for how many the nearest is
shown, how many of these are false, with the interval of Wilson. Vocabularies are told in two halves: the threshold was
chosen on the first. Takes some 3 minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import msgspec
import numpy as np
import yaml

from reperio.index.compose import wordings_of
from reperio.index.encoder import Vectors
from reperio.index.multilingual import Multilingual, is_installed
from reperio.index.tongues import Tongues, likeness
from reperio.index.wordings import CLOSE
from reperio.jobs import Workshop
from reperio.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from links import SOURCES, wilson
from score import auc

HERE = Path(__file__).parent
VOCABULARIES = ("TopicClassification", "ModeOfCollection", "SamplingProcedure", "AnalysisUnit", "TypeOfInstrument")
OTHERS = 4000
WORDS = 30
"""Words of a definition that are read: a question is not longer."""


class Said(msgspec.Struct, frozen=True):
    """An item or term in a language."""

    set: str
    what: str
    language: str
    text: str


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data")
    options.add_argument("--cache", type=Path, default=Path(gettempdir()) / "reperio-relevance" / "cache" / "models")
    options.add_argument("home", type=Path, nargs="?")
    given = options.parse_args()
    if not given.data.is_dir() or not is_installed():
        print("The development data or the multilingual encoder are not here; nothing was measured.")
        return 0
    said = [*items(given.data), *terms(given.data), *areas(given.data)]
    encoder = Multilingual(given.cache, "on").encoder()
    foreign = np.array([one.language != "en" for one in said])
    texts = [one.text for one in said]
    plain, ours = encoder.encode(texts, purpose="query"), Tongues(encoder).rows(texts, foreign)
    others = others_of(given.home) if given.home else []
    beside = Tongues(encoder).rows(others, np.zeros(len(others), bool)) if others else ours[:0]
    print(
        "| set | texts | AUC, plain cosine | AUC | own translation nearest | shown | of these false | 95 % interval |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name in sorted({half_of(one) for one in said}):
        told(name, [place for place, one in enumerate(said) if half_of(one) == name], said, plain, ours, beside)
    return 0


def others_of(home: Path) -> list[str]:
    """Random wordings of a catalogue, each once."""
    workshop = Workshop(Settings(home=home, sources=SOURCES))
    texts = sorted({text for item in workshop.corpus.walk(("variable",)) for text in wordings_of(item.resource)})
    return [texts[place] for place in np.random.default_rng(5).permutation(len(texts))[:OTHERS]]


def half_of(one: Said) -> str:
    if one.set == "GAD-7":
        return one.set
    return f"{one.set}, {'first' if hashlib.md5(one.what.encode()).digest()[0] % 2 == 0 else 'second'} half"


def told(name: str, places: list[int], said: list[Said], plain: Vectors, ours: Vectors, beside: Vectors) -> None:
    """A row of the table."""
    english = [place for place in places if said[place].language == "en"]
    abroad = [place for place in places if said[place].language != "en"]
    what = np.array([said[place].what for place in english])
    same = np.array([said[place].what for place in abroad])[:, None] == what[None]
    before = plain[abroad] @ plain[english].T
    scores = likeness(ours[abroad] @ ours[english].T)
    best = scores.max(1)
    rival = likeness(ours[abroad] @ beside.T).max(1) if len(beside) else np.full(len(abroad), -1.0)
    right = same[np.arange(len(abroad)), scores.argmax(1)] & (best >= rival)
    shown = np.maximum(best, rival) >= CLOSE
    wrong = int((shown & ~right).sum())
    low, high = wilson(wrong, max(1, int(shown.sum())))
    under = [auc(found.ravel().astype(np.float64), same.ravel()) for found in (before, scores)]
    print(
        f"| {name} | {len(abroad)} | {under[0]:.3f} | {under[1]:.3f} "
        f"| {right.mean():.0%} | {shown.mean():.0%} | {wrong / max(1, shown.sum()):.1%} | {low:.1%} to {high:.1%} |"
    )


def items(data: Path) -> Iterator[Said]:
    path = data / "variables" / "harmony_example_questionnaires" / "example_questionnaires.json"
    for line in path.read_text("utf-8").splitlines():
        instrument = json.loads(line)
        name, _, language = instrument["instrument_name"].partition(" ")
        if name == "GAD-7":
            for number, question in enumerate(instrument["questions"][:7]):
                yield Said("GAD-7", str(number), "en" if language == "English" else language, question["question_text"])


def terms(data: Path) -> Iterator[Said]:
    for name in VOCABULARIES:
        path = data / "vocabularies" / "cessda_vocabularies" / name / f"{name}.json"
        held: set[str] = set()
        for version in json.loads(path.read_text("utf-8"))["versions"]:
            if version["language"] in held:
                continue
            held.add(version["language"])
            for concept in version["concepts"]:
                what = f"{name}.{concept['notation']}"
                yield Said("terms", what, version["language"], concept["title"])
                if concept.get("definition"):
                    definition = " ".join(concept["definition"].split()[:WORDS])
                    yield Said("definitions", what, version["language"], definition)


class Taxonomy(yaml.SafeLoader):
    """Reads the taxonomies, whose root bears the name of a class."""


Taxonomy.add_multi_constructor(
    "tag:yaml.org,2002:org.", lambda loader, _, node: loader.construct_mapping(node, deep=True)
)


def areas(data: Path) -> Iterator[Said]:
    text = (data / "vocabularies" / "maelstrom_taxonomies" / "AreaOfInformation.yml").read_text("utf-8")
    for vocabulary in yaml.load(text, Taxonomy)["vocabularies"]:
        for term in vocabulary["terms"]:
            for language in ("en", "fr"):
                if term["description"].get(language):
                    yield Said("areas", vocabulary["name"] + term["name"], language, term["description"][language])


if __name__ == "__main__":
    sys.exit(main())
