"""Identifiers and accession numbers of what stands below something else: what it belongs to is found."""

from __future__ import annotations

from reperio.corpus.model import Item
from reperio.query.model import Query
from reperio.query.service import SearchService
from reperio.resource.model import CATALOGUE_KINDS


def below_with_identifier(service: SearchService) -> list[tuple[Item, str]]:
    """Datasets and studies below something, each with an identifier of its own."""
    corpus = service._corpus
    found = []
    for item in corpus.walk(CATALOGUE_KINDS):
        above = corpus.ancestors(item.id)
        values = {one.value for one in item.resource.identifiers if one.scheme == "doi"}
        shared = {one.value for ancestor in above for one in ancestor.resource.identifiers}
        found += [(item, value) for value in sorted(values - shared) if above]
    return found


def test_an_identifier_below_the_top_finds_the_top(words_service: SearchService) -> None:
    found = below_with_identifier(words_service)
    assert len(found) > 5
    for item, value in found[:5]:
        answer = words_service.search(Query(text=f"https://doi.org/{value}"))
        tops = [ancestor.id for ancestor in words_service.ancestors(item.id)][:1]
        assert [result.item.id for result in answer.results][:1] == tops, value
        assert words_service.search(Query(text=value, scope=item.kind)).results[0].item.id == item.id  # type: ignore[arg-type]


def test_an_identifier_that_nothing_has_finds_nothing(words_service: SearchService) -> None:
    answer = words_service.search(Query(text="10.5255/UKDA-SN-999999"))
    assert answer.total == 0
