"""What every search backend must do. Subclass `BackendContract` with a fixture `make_backend`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import pytest

from reperio.errors import BackendError
from reperio.index.ask import (
    AllOf,
    AnyOf,
    Ask,
    Between,
    Clause,
    Everything,
    FacetAsk,
    Ids,
    In,
    Page,
    Phrase,
    Sort,
    Without,
    Word,
)
from reperio.index.backend import Backend
from reperio.index.document import Document

MakeBackend = Callable[[], Backend]


def study(number: int, title: str = "", **rest: object) -> Document:
    """A top-level study whose title is its only text, unless texts are given."""
    rest.setdefault("texts", {"title": (title,)})
    identifier = f"source/{number}"
    return Document(id=identifier, kind="study", root=identifier, title=title, **rest)  # type: ignore[arg-type]


def variable(number: int, label: str, parent: str = "source/1", **rest: object) -> Document:
    """A variable of a study."""
    return Document(
        id=f"{parent}/v{number}",
        kind="variable",
        root=parent,
        parent=parent,
        texts={"label": (label,), "name": (f"v{number}",)},
        position=number,
        **rest,  # type: ignore[arg-type]
    )


def filled(backend: Backend, documents: Iterable[Document]) -> Backend:
    backend.upsert(documents)
    backend.commit()
    return backend


def ids(page: Page) -> set[str]:
    return {hit.id.removeprefix("source/") for hit in page.hits}


class BackendContract:
    """The promises of `reperio.index.backend.Backend`."""

    @pytest.fixture
    def make_backend(self) -> MakeBackend:
        raise NotImplementedError

    @pytest.fixture
    def backend(self, make_backend: MakeBackend) -> Iterable[Backend]:
        made = make_backend()
        yield made
        made.close()

    def found(self, backend: Backend, clause: Clause, **rest: object) -> set[str]:
        page = backend.search(Ask(clause=clause, limit=100, **rest))  # type: ignore[arg-type]
        assert page.total == len(page.hits)
        assert page.exact
        return ids(page)

    # -- writing ---------------------------------------------------------------------------------------------------

    def test_an_empty_index_answers(self, backend: Backend) -> None:
        page = backend.search(Ask(clause=Word("sleep"), facets=(FacetAsk("topic"), FacetAsk("year"))))
        assert (page.total, page.hits, page.facets["topic"].values) == (0, (), ())
        assert backend.search(Ask(collection="variables", group="parent")).total_groups == 0

    def test_documents_are_visible_after_commit(self, backend: Backend) -> None:
        assert backend.upsert([study(1, "Sleep")]) == 1
        assert self.found(backend, Word("sleep")) == set()
        backend.commit()
        assert self.found(backend, Word("sleep")) == {"1"}
        backend.look()
        filled(backend, [study(2, "Sleep")])
        backend.look()
        assert self.found(backend, Word("sleep")) == {"1", "2"}

    def test_upsert_replaces_the_whole_document(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep", facets={"topic": ("rest",)})])
        filled(backend, [study(1, "Diet")])
        assert self.found(backend, Word("sleep")) == set()
        assert self.found(backend, Word("diet")) == {"1"}
        assert self.found(backend, Everything(), filters=(In("topic", ("rest",)),)) == set()

    def test_the_last_upsert_of_a_batch_counts(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep"), study(1, "Diet")])
        assert backend.stats().documents["catalogue"] == 1
        assert self.found(backend, Word("diet")) == {"1"}

    def test_deleted_documents_are_gone_after_commit(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep"), variable(1, "Hours of sleep")])
        backend.delete(["source/1", "source/1/v1", "never/there"])
        assert self.found(backend, Word("sleep")) == {"1"}
        backend.commit()
        assert self.found(backend, Word("sleep")) == set()
        assert self.found(backend, Word("sleep"), collection="variables") == set()

    def test_a_document_deleted_and_written_again_is_there(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep")])
        backend.delete(["source/1"])
        filled(backend, [study(1, "Sleep")])
        assert self.found(backend, Word("sleep")) == {"1"}

    def test_variables_and_catalogue_are_apart(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep"), variable(1, "Hours of sleep")])
        assert self.found(backend, Word("sleep")) == {"1"}
        assert self.found(backend, Word("sleep"), collection="variables") == {"1/v1"}
        assert backend.stats().documents == {"catalogue": 1, "variables": 1}

    def test_a_document_without_id_is_refused(self, backend: Backend) -> None:
        with pytest.raises(BackendError):
            backend.upsert([Document(id="", kind="study", root="")])

    @pytest.mark.parametrize("rest", [{"texts": {"colour": ("red",)}}, {"facets": {"colour": ("red",)}}])
    def test_unknown_fields_are_refused_and_not_dropped(self, backend: Backend, rest: dict[str, object]) -> None:
        with pytest.raises(BackendError):
            backend.upsert([study(1, **rest)])

    def test_hostile_texts_are_harmless(self, backend: Backend) -> None:
        hostile = ["\x00\x01", "\ud800 sleep", "a" * 100_000, "<b>sleep</b>", "(sleep OR *) AND [", "e\u0301tude"]
        filled(backend, [study(number, text) for number, text in enumerate(hostile)])
        assert self.found(backend, Word("sleep")) == {"1", "3", "4"}
        assert self.found(backend, Word("étude")) == {"5"}
        assert backend.search(Ask(limit=0)).total == len(hostile)

    def test_a_closed_index_says_so(self, make_backend: MakeBackend) -> None:
        backend = make_backend()
        backend.close()
        backend.close()
        with pytest.raises(BackendError):
            backend.search(Ask())

    # -- words -----------------------------------------------------------------------------------------------------

    def test_stems_match_and_exact_words_come_first(self, backend: Backend) -> None:
        filled(backend, [study(1, "Depressed people"), study(2, "Depression people"), study(3, "Press people")])
        page = backend.search(Ask(clause=Word("depression")))
        assert [hit.id for hit in page.hits] == ["source/2", "source/1"]
        assert self.found(backend, Word("depression", exact=True)) == {"2"}

    def test_case_and_accents_do_not_matter(self, backend: Backend) -> None:
        filled(backend, [study(1, "MÉNIÈRE in Malmö"), study(2, "Meniere")])
        assert self.found(backend, Word("ménière")) == {"1", "2"}
        assert self.found(backend, Word("MALMO")) == {"1"}

    @pytest.mark.parametrize("asked", ["followup", "follow-up", "Follow up", "follow‑up"])
    def test_compounds_meet_however_written(self, backend: Backend, asked: str) -> None:
        filled(
            backend, [study(1, "A followup"), study(2, "A follow-up"), study(3, "A follow up"), study(4, "Up, follow")]
        )
        assert self.found(backend, Word(asked)) == {"1", "2", "3"}

    @pytest.mark.parametrize("asked", ["GHQ12", "GHQ-12", "ghq 12", "Ghq/12"])
    def test_instruments_meet_however_written(self, backend: Backend, asked: str) -> None:
        filled(
            backend, [study(1, "GHQ12"), study(2, "The GHQ-12."), study(3, "GHQ 12"), study(4, "GHQ-28 and 12 more")]
        )
        assert self.found(backend, Word(asked)) == {"1", "2", "3"}

    def test_separate_words_meet_the_joined_one(self, backend: Backend) -> None:
        filled(backend, [study(1, "A followup"), study(2, "The GHQ12")])
        assert self.found(backend, AllOf((Word("follow"), Word("up")))) == {"1"}
        assert self.found(backend, AllOf((Word("ghq"), Word("12")))) == {"2"}

    @pytest.mark.parametrize(
        "name", ["bd9ms", "a_hhinc_2", "10.5255/UKDA-SN-5050-1", "GSE12345", "RNA-Seq", "COVID-19"]
    )
    def test_identifiers_are_found_whole(self, backend: Backend, name: str) -> None:
        others = ["bd9", "a_hhinc_3", "10.5255/UKDA-SN-5051-1", "GSE1234", "RNA", "COVID"]
        filled(backend, [study(1, f"About {name}, and more"), *(study(n, text) for n, text in enumerate(others, 2))])
        assert self.found(backend, Word(name)) == {"1"}
        assert self.found(backend, Word(name.lower())) == {"1"}

    def test_part_of_a_longer_compound(self, backend: Backend) -> None:
        filled(backend, [study(1, "COVID-19-related stress"), study(2, "19 stresses")])
        assert self.found(backend, Word("covid19")) == {"1"}

    def test_decimals_are_not_joined(self, backend: Backend) -> None:
        filled(backend, [study(1, "Body mass index over 3.5"), study(2, "35 years")])
        assert self.found(backend, Word("35")) == {"2"}

    def test_possessives(self, backend: Backend) -> None:
        filled(backend, [study(1, "The child's health"), study(2, "The children’s health")])
        assert self.found(backend, Phrase("child health")) == {"1"}
        assert self.found(backend, Phrase("children's health")) == {"2"}

    def test_named_fields_only(self, backend: Backend) -> None:
        texts = {"title": ("Sleep",), "abstract": ("About diet",)}
        filled(backend, [study(1, texts=texts)])
        assert self.found(backend, Word("diet", fields=("title",))) == set()
        assert self.found(backend, Word("diet", fields=("title", "abstract"))) == {"1"}
        with pytest.raises(BackendError):
            backend.search(Ask(clause=Word("diet", fields=("colour",))))

    def test_prefix(self, backend: Backend) -> None:
        filled(backend, [study(1, "Depression"), study(2, "Deprivation"), study(3, "Follow-up"), study(4, "A dep")])
        assert self.found(backend, Word("depr", prefix=True)) == {"1", "2"}
        assert self.found(backend, Word("dep")) == {"4"}
        assert self.found(backend, Word("follow-u", prefix=True)) == {"3"}

    def test_fuzzy(self, backend: Backend) -> None:
        filled(backend, [study(1, "Depression"), study(2, "Expression"), study(3, "Compassion")])
        assert self.found(backend, Word("depresion")) == set()
        assert self.found(backend, Word("depresion", fuzzy=1)) == {"1"}
        assert self.found(backend, Word("depressoin", fuzzy=1)) == {"1"}
        assert self.found(backend, Word("depression", fuzzy=2)) == {"1", "2"}

    def test_boost(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep things"), study(2, "Diet things")])
        page = backend.search(Ask(clause=AnyOf((Word("sleep"), Word("diet", boost=9)))))
        assert [hit.id for hit in page.hits] == ["source/2", "source/1"]

    def test_text_stemmed_by_its_stated_language_or_the_first(self, backend: Backend) -> None:
        filled(backend, [study(1, "Studies", language="en-GB"), study(2, "Studies", language="xx")])
        assert self.found(backend, Word("study")) == {"1", "2"}

    # -- phrases ---------------------------------------------------------------------------------------------------

    def test_phrases_are_in_order_and_unstemmed(self, backend: Backend) -> None:
        titles = ["Household income", "Income of the household", "Households income", "household, income!"]
        filled(backend, [study(number, title) for number, title in enumerate(titles)])
        assert self.found(backend, Phrase("household income")) == {"0", "3"}

    def test_phrases_do_not_cross_texts(self, backend: Backend) -> None:
        filled(backend, [study(1, texts={"keyword": ("household", "income")})])
        assert self.found(backend, Phrase("household income")) == set()

    def test_slop(self, backend: Backend) -> None:
        filled(backend, [study(1, "income of household"), study(2, "income of the household")])
        assert self.found(backend, Phrase("income household", slop=1)) == {"1"}
        assert self.found(backend, Phrase("income household", slop=2)) == {"1", "2"}

    # -- trees -----------------------------------------------------------------------------------------------------

    def test_all_any_without(self, backend: Backend) -> None:
        filled(backend, [study(1, "sleep diet"), study(2, "sleep"), study(3, "diet"), study(4, "walking")])
        sleep, diet, walk = Word("sleep"), Word("diet"), Word("walk")
        assert self.found(backend, AllOf((sleep, diet))) == {"1"}
        assert self.found(backend, AnyOf((sleep, diet))) == {"1", "2", "3"}
        assert self.found(backend, AnyOf((sleep, diet, walk), at_least=2)) == {"1"}
        assert self.found(backend, AnyOf((sleep, diet), at_least=3)) == set()
        assert self.found(backend, Without(sleep, diet)) == {"2"}
        assert self.found(backend, Without(Everything(), AnyOf((sleep, diet)))) == {"4"}
        assert self.found(backend, AllOf((AnyOf((sleep, walk)), Without(Everything(), diet)))) == {"2", "4"}
        assert self.found(backend, AllOf(())) == {"1", "2", "3", "4"}
        assert self.found(backend, AnyOf(())) == set()

    def test_most_of_some_clauses(self, backend: Backend) -> None:
        clauses = (Word("sleep"), Phrase("long walk"), Without(Word("diet"), Word("salt")))
        assert backend.most(clauses) == 0
        filled(backend, [study(1, "sleeping"), study(2, "diet and salt, a long walk"), variable(1, "Diet")])
        assert backend.most(clauses) == 1
        assert backend.most(clauses, "variables") == 1
        assert backend.most(()) == 0
        filled(backend, [study(3, "diet, long walk"), study(4, "diet with sleep")])
        assert backend.most(clauses) == 2
        assert backend.search(Ask(clause=AnyOf(clauses, at_least=2), limit=0)).total == 2

    def test_stop_words_do_not_exclude(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep"), study(2, "The sleep of the just"), study(3, "Who are we")])
        assert self.found(backend, AllOf((Word("the"), Word("sleep")))) == {"1", "2"}
        assert self.found(backend, AllOf((Word("the", exact=True), Word("sleep")))) == {"2"}
        assert self.found(backend, AllOf((Word("who"), Word("are"), Word("we")))) == {"3"}
        assert self.found(backend, Word("the")) == {"2"}

    def test_texts_without_words(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep")])
        assert self.found(backend, Word(" - ")) == set()
        assert self.found(backend, Phrase("")) == set()
        assert self.found(backend, AllOf((Word("sleep"), Word("&")))) == {"1"}
        assert self.found(backend, AllOf((Word("&"),))) == set()

    def test_ids(self, backend: Backend) -> None:
        filled(backend, [study(number, "Sleep") for number in range(4)])
        page = backend.search(Ask(clause=Ids(("source/1", "source/3", "no/such"))))
        assert ids(page) == {"1", "3"}
        assert {hit.score for hit in page.hits} == {0.0}
        assert self.found(backend, Ids(())) == set()

    # -- filters ---------------------------------------------------------------------------------------------------

    def test_in(self, backend: Backend) -> None:
        topics: list[tuple[str, ...]] = [("a",), ("b",), ("a", "b"), (), ("A",)]
        filled(backend, [study(n, "x", facets={"topic": values}) for n, values in enumerate(topics)])

        def by(*filters: In) -> set[str]:
            return self.found(backend, Everything(), filters=filters)

        assert by(In("topic", ("a",))) == {"0", "2"}
        assert by(In("topic", ("a", "b"))) == {"0", "1", "2"}
        assert by(In("topic", ("a",)), In("topic", ("b",))) == {"2"}
        assert by(In("topic", (), unknown=True)) == {"3"}
        assert by(In("topic", ("b",), unknown=True)) == {"1", "2", "3"}
        assert by(In("topic", ("a",), negate=True)) == {"1", "3", "4"}
        assert by(In("topic", ("a",), unknown=True, negate=True)) == {"1", "4"}
        assert by(In("topic", ())) == set()
        assert by(In("topic", (), negate=True)) == {"0", "1", "2", "3", "4"}

    def test_between_is_by_overlap(self, backend: Backend) -> None:
        years = [(1990, 2005), (2006, 2006), (None, 1950), (2000, None), (None, None)]
        filled(backend, [study(n, "x", ranges={"year": span}) for n, span in enumerate(years)] + [study(5, "x")])

        def by(lower: float | None, upper: float | None, *, unknown: bool = False) -> set[str]:
            return self.found(backend, Everything(), filters=(Between("year", lower, upper, unknown),))

        assert by(2005, 2006) == {"0", "1", "3"}
        assert by(2007, 2100) == {"3"}
        assert by(None, 1990) == {"0", "2"}
        assert by(1940, None) == {"0", "1", "2", "3"}
        assert by(1960, 1970) == set()
        assert by(1960, 1970, unknown=True) == {"4", "5"}
        assert by(None, None) == {"0", "1", "2", "3"}
        assert by(None, None, unknown=True) == {"0", "1", "2", "3", "4", "5"}

    def test_filters_do_not_score(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep", facets={"topic": ("a",)}), study(2, "Sleep")])
        plain = backend.search(Ask(clause=Word("sleep"))).hits
        narrowed = backend.search(Ask(clause=Word("sleep"), filters=(In("topic", ("a",)),))).hits
        assert narrowed[0].score == pytest.approx(plain[0].score)

    def test_unknown_facets_are_refused(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep")])
        for ask in (
            Ask(filters=(In("colour", ("red",)),)),
            Ask(filters=(Between("colour", 1, 2),)),
            Ask(filters=(Between("topic", 1, 2),)),
            Ask(facets=(FacetAsk("colour"),)),
        ):
            with pytest.raises(BackendError):
                backend.search(ask)

    def test_roots_only(self, backend: Backend) -> None:
        below = Document(id="source/1/d", kind="dataset", root="source/1", parent="source/1", title="Sleep data")
        filled(backend, [study(1, "Sleep"), below])
        assert self.found(backend, Everything()) == {"1", "1/d"}
        assert self.found(backend, Everything(), roots_only=True) == {"1"}

    def test_hits_say_where_they_belong(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep"), variable(1, "Sleep")])
        (top,) = backend.search(Ask()).hits
        (under,) = backend.search(Ask(collection="variables")).hits
        assert (top.root, top.parent) == ("source/1", "")
        assert (under.root, under.parent) == ("source/1", "source/1")

    # -- order and pages -------------------------------------------------------------------------------------------

    def test_sorts_put_the_unknown_last(self, backend: Backend) -> None:
        dated = [("2001", 5), ("2001-03", None), (None, 10), ("1999-12-31", 7), ("not a date", 1)]
        filled(backend, [study(n, "Sleep", published=date, size=size) for n, (date, size) in enumerate(dated)])

        def order(sort: Sort, clause: Clause) -> str:
            hits = backend.search(Ask(clause=clause, sort=sort)).hits
            return "".join(hit.id[-1] for hit in hits)

        for clause in (Everything(), Word("sleep")):
            assert order("newest", clause) == "10324"
            assert order("oldest", clause) == "30124"
            assert order("size", clause) == "23041"

    def test_sort_by_title_ignores_case_and_quotes(self, backend: Backend) -> None:
        filled(backend, [study(1, "beta"), study(2, "“Alpha”"), study(3, "Gamma"), study(4, "alpine")])
        assert [hit.id[-1] for hit in backend.search(Ask(sort="title")).hits] == ["2", "4", "1", "3"]

    def test_sort_by_position(self, backend: Backend) -> None:
        filled(backend, [variable(number, "Sleep") for number in (12, 2, 30, 1)])
        hits = backend.search(Ask(collection="variables", sort="position")).hits
        assert [hit.id.rsplit("/v")[-1] for hit in hits] == ["1", "2", "12", "30"]

    @pytest.mark.parametrize("sort", ["score", "newest", "oldest", "size", "title", "position"])
    @pytest.mark.parametrize("clause", [Everything(), Word("sleep")], ids=["all", "word"])
    def test_ties_go_by_id_and_pages_are_disjoint(self, backend: Backend, sort: Sort, clause: Clause) -> None:
        for start in (0, 15, 30):  # several commits: several segments
            filled(backend, [study(100 + (7 * number) % 45, "Sleep") for number in range(start, start + 15)])
        pages = [backend.search(Ask(clause=clause, sort=sort, offset=offset, limit=7)) for offset in range(0, 49, 7)]
        listed = [hit.id for page in pages for hit in page.hits]
        assert listed == [f"source/{number}" for number in range(100, 145)]
        assert {page.total for page in pages} == {45}

    def test_limit_zero_only_counts(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep", facets={"topic": ("a",)})])
        page = backend.search(Ask(limit=0, facets=(FacetAsk("topic"),)))
        assert (page.total, page.hits, page.facets["topic"].values) == (1, (), (("a", 1),))

    def test_beyond_the_last_page(self, backend: Backend) -> None:
        filled(backend, [study(1, "Sleep")])
        page = backend.search(Ask(clause=Word("sleep"), offset=1_000_000))
        assert (page.total, page.hits) == (1, ())

    # -- facets ----------------------------------------------------------------------------------------------------

    def test_facets_count_hits_most_frequent_first(self, backend: Backend) -> None:
        topics = [("b",), ("b", "c", "b"), ("a",), (), ("d",)]
        titles = ["Sleep", "Sleep", "Sleep", "Sleep", "Diet"]
        filled(backend, [study(n, t, facets={"topic": f}) for n, (t, f) in enumerate(zip(titles, topics, strict=True))])
        counts = backend.search(Ask(clause=Word("sleep"), facets=(FacetAsk("topic"),))).facets["topic"]
        assert counts.values == (("b", 2), ("a", 1), ("c", 1))
        assert counts.unknown == 1

    def test_a_facet_leaves_out_its_own_filters(self, backend: Backend) -> None:
        rows = [("a", "GB"), ("a", "DE"), ("b", "GB"), ("c", "DE")]
        filled(backend, [study(n, "x", facets={"topic": (t,), "country": (c,)}) for n, (t, c) in enumerate(rows)])
        page = backend.search(
            Ask(
                filters=(In("topic", ("a",)), In("country", ("GB",))),
                facets=(FacetAsk("topic"), FacetAsk("country"), FacetAsk("source")),
            )
        )
        assert page.total == 1
        assert page.facets["topic"].values == (("a", 1), ("b", 1))
        assert page.facets["country"].values == (("DE", 1), ("GB", 1))
        assert page.facets["source"].unknown == 1

    def test_top_values_and_unknown_of_a_long_facet(self, backend: Backend) -> None:
        documents = [study(n, "x", facets={"creator": (f"c{n:03}", "everyone")}) for n in range(60)]
        filled(backend, [*documents, study(99, "x")])
        counts = backend.search(Ask(facets=(FacetAsk("creator", 3),))).facets["creator"]
        assert counts.values == (("everyone", 60), ("c000", 1), ("c001", 1))
        assert counts.unknown == 1

    def test_number_facets_count_by_bucket(self, backend: Backend) -> None:
        spans = [(1985, 1991), (1990, 1990), (None, None)]
        filled(
            backend, [study(n, "x", ranges={"year": s, "sample_size": (n * 90, n * 90)}) for n, s in enumerate(spans)]
        )
        facets = backend.search(Ask(facets=(FacetAsk("year"), FacetAsk("sample_size"), FacetAsk("age")))).facets
        assert facets["year"].values == (("1990", 2), ("1980", 1))
        assert (facets["year"].minimum, facets["year"].maximum, facets["year"].unknown) == (1985, 1991, 1)
        assert facets["sample_size"].values == (("0", 1), ("10", 1), ("100", 1))
        assert (facets["age"].minimum, facets["age"].maximum, facets["age"].unknown) == (None, None, 3)

    # -- groups ----------------------------------------------------------------------------------------------------

    def test_groups_come_by_their_best_hit_with_exact_totals(self, backend: Backend) -> None:
        documents = [variable(n, "Sleep and many other things", "source/1") for n in range(4)]
        documents += [variable(0, "Sleep", "source/2"), variable(1, "Diet", "source/3")]
        filled(backend, documents)
        ask = Ask(collection="variables", clause=Word("sleep"), group="parent", group_size=2)
        page = backend.search(ask)
        assert [(group.key, group.total, len(group.hits)) for group in page.groups] == [
            ("source/2", 1, 1),
            ("source/1", 4, 2),
        ]
        assert (page.total, page.total_groups, page.hits) == (5, 2, ())
        assert [hit.id for hit in page.groups[1].hits] == ["source/1/v0", "source/1/v1"]

    @pytest.mark.parametrize("named", [True, False])
    def test_groups_that_are_only_counted(self, backend: Backend, *, named: bool) -> None:
        found = [variable(n, "Sleep", f"source/{n % 2}", facets={"ancestor": (f"source/{n % 2}",)}) for n in range(5)]
        filled(backend, [*found, variable(9, "Diet", "source/2", facets={"ancestor": ("source/2",)})])
        above = (In("ancestor", ("source/0", "source/1", "source/2", "source/3")),) if named else ()
        ask = Ask(collection="variables", clause=Word("sleep"), filters=above, group="root", group_size=0)
        backend.search(msgspec.structs.replace(ask, filters=(), group="", limit=0))  # what is known now helps
        page = backend.search(ask)
        assert sorted((group.key, group.total, group.hits) for group in page.groups) == [
            ("source/0", 3, ()),
            ("source/1", 2, ()),
        ]
        assert (page.total, page.total_groups) == (5, 2)

    def test_pages_of_groups(self, backend: Backend) -> None:
        filled(backend, [variable(n, "Sleep", f"source/{g}") for g in range(10, 35) for n in range(3)])
        keys: list[str] = []
        for offset in range(0, 30, 4):
            ask = Ask(collection="variables", clause=Word("sleep"), group="parent", offset=offset, limit=4)
            page = backend.search(ask)
            assert page.total_groups == 25
            assert all(group.total == 3 for group in page.groups)
            keys += [group.key for group in page.groups]
        assert keys == [f"source/{number}" for number in range(10, 35)]

    def test_a_root_groups_under_itself(self, backend: Backend) -> None:
        below = Document(
            id="source/1/d", kind="dataset", root="source/1", parent="source/1", texts={"title": ("Sleep",)}
        )
        filled(backend, [study(1, "Sleep well"), below, study(2, "Sleep badly tonight")])
        for by in ("parent", "root"):
            page = backend.search(Ask(clause=Word("sleep"), group=by))  # type: ignore[arg-type]
            assert {(group.key, group.total) for group in page.groups} == {("source/1", 2), ("source/2", 1)}

    # -- completing and correcting ---------------------------------------------------------------------------------

    def test_suggest(self, backend: Backend) -> None:
        rest = {"facets": {"instrument": ("GHQ-12",), "topic": ("Depressive disorders",)}}
        texts = {"title": ("Survey of depression",), "place": ("Denmark",)}
        named = Document(id="s/1/v", kind="variable", root="s/1", parent="s/1", texts={"name": ("DEP_01",)})
        filled(backend, [study(1, "Survey of depression", texts=texts, **rest), study(2, "Diet"), named])
        assert {(s.kind, s.text) for s in backend.suggest("dep")} == {
            ("title", "Survey of depression"),
            ("topic", "Depressive disorders"),
            ("variable", "dep_01"),
        }
        assert [(s.kind, s.text) for s in backend.suggest("denm")] == [("place", "Denmark")]
        assert [(s.kind, s.text, s.count) for s in backend.suggest("ghq-1")] == [("instrument", "GHQ-12", 1)]
        assert [s.id for s in backend.suggest("survey of dep")] == ["source/1"]
        assert len(backend.suggest("dep", limit=1)) == 1
        assert not backend.suggest("")
        assert not backend.suggest("  -")

    def test_suggestions_are_counted_and_ordered(self, backend: Backend) -> None:
        topics = [("Sleep",), ("Sleepiness",), ("Sleepiness",), ("Deep sleep",)]
        filled(backend, [study(n, "x", facets={"topic": values}) for n, values in enumerate(topics)])
        assert [(s.text, s.count) for s in backend.suggest("sleep")] == [
            ("Sleepiness", 2),
            ("Sleep", 1),
            ("Deep sleep", 1),
        ]

    def test_correct(self, backend: Backend) -> None:
        labels = ["Depression score", "Depression now", "Anxiety", "Anxiety"]
        filled(backend, [study(n, label) for n, label in enumerate(labels)] + [variable(1, "Household income")])
        asked = ["depresion", "anxeity", "houshold", "depressions", "score", "qqqqqqq", "dp"]
        assert backend.correct(asked) == {"depresion": "depression", "anxeity": "anxiety", "houshold": "household"}

    def test_words_that_occur_are_corrected_where_they_are_slips(self, backend: Backend) -> None:
        written = ["Depression score"] * 25 + ["Anxieties"] * 5
        slips = ["Depresion", "Depressionx", "Anxietiez", "Repression", "GHQABCD"]
        filled(backend, [study(number, label) for number, label in enumerate([*written, *slips])])
        assert backend.correct(["depresion"]) == {"depresion": "depression"}
        assert backend.correct(["depression", "DEPRESION"]) == {}
        assert backend.correct(["depressionx"]) == {}  # a form of the word, as far as can be told
        assert backend.correct(["anxietiez"]) == {}  # not frequent enough beside it
        assert backend.correct(["repression", "ghqabcd"]) == {}

    def test_frequency_counts_documents_of_any_form(self, backend: Backend) -> None:
        filled(backend, [study(1, "Study of studies"), study(2, "Studied"), study(3, "Diet"), variable(1, "Study")])
        assert backend.frequency("study") == 2
        assert backend.frequency("study", "variables") == 1
        assert backend.frequency("nothing") == 0

    # -- languages -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("language", "written", "asked"),
        [
            ("de", "Befragungen in Haushalten", "Befragung Haushalt"),
            ("nl", "onderzoeken naar gezondheid van ouders", "ouder onderzoek"),
            ("fr", "enquêtes sur l'emploi des jeunes", "enquete emploi"),
            ("es", "encuestas a familias españolas", "encuesta familia"),
            ("pt", "inquéritos às famílias portuguesas", "inquerito familia"),
            ("fi", "kyselyssä lapsen elämää", "kysely elama"),
            ("sv", "undersökningarna om arbetslösheten", "undersokning arbetsloshet"),
            ("no", "undersøkelsene om arbeidsledigheten", "undersokelse arbeidsledighet"),
            ("da", "undersøgelserne om arbejdsløsheden", "undersogelse arbejdsloshed"),
            ("it", "indagini sulle famiglie italiane", "indagine famiglia"),
            ("en", "surveys of households", "survey household"),
        ],
    )
    def test_words_are_stemmed_by_the_language_of_their_text(
        self, backend: Backend, language: str, written: str, asked: str
    ) -> None:
        filled(backend, [study(1, written, language=language), study(2, "something else", language="en")])
        words = tuple(Word(word) for word in asked.split())
        assert self.found(backend, AllOf(words)) == {"1"}
        assert self.found(backend, AllOf(tuple(Word(word, exact=True) for word in asked.split()))) == set()

    def test_texts_of_one_record_have_their_own_languages(self, backend: Backend) -> None:
        texts = {"title": ("Kinderen en ouders", "Studies of children"), "abstract": ("Gezinnen",)}
        mixed = study(1, texts=texts, language="nl", languages={"title": ("nl", "en")})
        filled(backend, [mixed])
        for word in ("ouder", "study", "gezin"):
            assert self.found(backend, Word(word)) == {"1"}, word
        alone = msgspec.structs.replace(mixed, languages={})
        filled(backend, [alone])
        assert self.found(backend, Word("study")) == set()

    def test_exact_beats_stemmed_in_every_language(self, backend: Backend) -> None:
        filled(backend, [
            study(1, "Haushalt und Einkommen", language="de"), study(2, "Haushalte und Einkommen", language="de"),
            study(3, "Wetter", language="de"),
        ])  # fmt: skip
        for asked, first in (("Haushalt", "1"), ("Haushalte", "2")):
            page = backend.search(Ask(clause=Word(asked), limit=10))
            assert page.hits[0].id == f"source/{first}"
            assert page.total == 2

    def test_common_words_of_the_language_asked_in_exclude_nothing(self, backend: Backend) -> None:
        filled(backend, [study(1, "Arbeit: Gesundheit", language="de"), study(2, "Arbeit", language="de")])
        asked = AllOf(tuple(map(Word, ("Arbeit", "und", "die", "Gesundheit"))))
        assert self.found(backend, asked) == {"1"}
        english = AllOf(tuple(map(Word, ("arbeit", "die"))))
        assert self.found(backend, english) == set()

    def test_articles_that_lean_on_a_word_are_no_part_of_it(self, backend: Backend) -> None:
        filled(backend, [study(1, "L’emploi des jeunes", language="fr"), study(2, "Emploi", language="fr")])
        assert self.found(backend, Word("emploi")) == {"1", "2"}
        assert self.found(backend, Word("l'emploi")) == {"1", "2"}
