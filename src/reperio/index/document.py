"""Documents: what an index holds of an item.

TEXT_FIELDS, FACETS and RANGES derive from `reperio.resource.fields`, with what rolling up adds.
"""

from __future__ import annotations

import msgspec

from reperio.resource.model import Kind


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What an index holds of one item.

    Attributes:
        id: canonical id of the item.
        kind: its kind.
        root: id of its top-level resource (its own when it is one).
        parent: id of the nearest resource above it, empty for a root.
        ancestors: ids of everything above it.
        texts: words by text field (see `TEXT_FIELDS`), each value apart.
        facets: values by keyword facet. Children inherit what they lack, roots gather what their children have.
        inherited: names of the facets whose values are inherited from above.
        ranges: (lower, upper) by number facet, either may be None: year, age, sample_size, waves, variables.
        title: for sorting and suggesting.
        published: ISO date for `newest`, else the end of its coverage; None when unknown.
        size: sample size, None when unknown.
        position: place in its study, by dataset and then in its file, for variables.
        seq: change number of the item.
        language: language of the texts (BCP 47), empty when not known; says how they are stemmed.
        languages: by text field, the language of each of its texts in their order, where not all are in `language`.
    """

    id: str
    kind: Kind
    root: str
    parent: str = ""
    ancestors: tuple[str, ...] = ()
    texts: dict[str, tuple[str, ...]] = {}
    facets: dict[str, tuple[str, ...]] = {}
    inherited: tuple[str, ...] = ()
    ranges: dict[str, tuple[float | None, float | None]] = {}
    title: str = ""
    published: str | None = None
    size: int | None = None
    position: int | None = None
    seq: int = 0
    language: str = ""
    languages: dict[str, tuple[str, ...]] = {}

    def language_of(self, field: str, place: int) -> str:
        """Language of one text of a field; empty when not known."""
        return (self.languages.get(field) or (self.language,) * (place + 1))[place]


TEXT_FIELDS: dict[str, float] = {
    "title": 1.5, "alternate": 1.5, "abstract": 1.0, "keyword": 1.2, "instrument": 1.5, "place": 1.0, "people": 0.7,
    "design": 0.8, "population": 0.7, "identifier": 3.0, "publication": 0.3,
    "children": 0.7,  # titles of datasets below it
    "contents": 0.5,  # labels, wordings and names of variables below it, each distinct text once
    # of variables
    "name": 3.0, "label": 1.5, "question": 1.2, "preamble": 0.4, "category": 0.3, "concept": 0.8,
}  # fmt: skip
"""Text fields and their weights: a word counts in its best field, and a little in the others."""

FACETS = (
    "source", "kind", "topic", "keyword", "instrument", "study_design", "country", "language", "access", "sex",
    "genetic_data", "licence", "time_method", "analysis_unit", "collection_mode", "sampling", "creator", "publisher",
    "funder", "wave", "ancestor",
)  # fmt: skip
"""Keyword facets. `ancestor` holds the ids above a document: filtering by it searches inside a study."""

RANGES = ("year", "age", "sample_size", "waves", "variables")
"""Number facets, filtered by overlap."""
