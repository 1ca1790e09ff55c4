"""How documents lie in a tantivy index: its fields, and a document as the JSON the engine takes.

For each text field there is one of exact words and one of stems for each language analysed; for each facet one column
of values, in which `UNKNOWN` stands where a document has none, so that it can be counted and chosen like a value.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, Final

import msgspec
import tantivy

from reperio.errors import BackendError
from reperio.index.analysis import EXACT, Analysis, build_analyzer
from reperio.index.columns import exact_field, facet_columns, facet_field, number_columns, without_surrogates
from reperio.index.document import FACETS, RANGES, TEXT_FIELDS, Document
from reperio.index.ordering import title_order

UNKNOWN: Final = "\x01"

ROOT_MARK: Final = "yes"

_encoder = msgspec.json.Encoder()


def stem_field(name: str, language: str) -> str:
    """Name of the engine's field of the stems of a text field in a language."""
    return f"s_{language}_{name}"


_KEYWORD_FACETS: Final = frozenset(FACETS)
_NUMBER_FACETS: Final = frozenset(RANGES)
_NOTHING_KNOWN: Final = {facet_field(name): UNKNOWN for name in (*FACETS, *RANGES)}


def build_schema(analysis: Analysis) -> tantivy.Schema:
    """Build the engine's schema."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "root", "parent"):
        builder.add_text_field(name, stored=True, fast=name == "id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("top", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=True, fast=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title_order", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("whole_name", tokenizer_name="whole", index_option="basic")
    builder.add_text_field("place_name", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("root_key", "parent_key"):
        builder.add_unsigned_field(name, fast=True)
    for name in ("published", "size", "position"):
        builder.add_integer_field(name, fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(exact_field(name), tokenizer_name=EXACT)
        for language in analysis.languages:
            builder.add_text_field(stem_field(name, language), tokenizer_name=f"stem_{language}")
    for name in (*FACETS, *RANGES):
        builder.add_text_field(facet_field(name), fast=True, tokenizer_name="raw", index_option="basic")
    for name in RANGES:
        for part in ("lower", "upper", "known"):
            builder.add_float_field(f"{name}_{part}", fast=True)
    return builder.build()


def register_analysers(index: tantivy.Index, analysis: Analysis) -> None:
    """Give an open index the analysers its schema names."""
    index.register_tokenizer(EXACT, build_analyzer())
    for language in analysis.languages:
        index.register_tokenizer(f"stem_{language}", build_analyzer(language))
    whole = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.lowercase()).build()
    index.register_tokenizer("whole", whole)


@lru_cache(maxsize=4096)
def key_of(identifier: str) -> int:
    """Give a number for an id to group by: 52 bits, so that the engine's arithmetic keeps it exact."""
    return int.from_bytes(hashlib.blake2b(identifier.encode("utf-8", "replace"), digest_size=7).digest()) >> 4


def encode(document: Document, analysis: Analysis) -> str:
    """Give a document as the engine's JSON.

    Raises:
        BackendError: it has no id, or names a text field or facet that does not exist.
    """
    if not document.id:
        raise BackendError("A document without an id cannot be indexed.")
    fields = _structure(document)
    _add_texts(fields, document, analysis)
    _add_facets(fields, document)
    try:
        return _encoder.encode(fields).decode()
    except UnicodeEncodeError:
        return _encoder.encode(without_surrogates(fields)).decode()


def _structure(document: Document) -> dict[str, Any]:
    parent = document.parent or document.id
    fields: dict[str, Any] = {
        "id": document.id,
        "root": document.root,
        "parent": parent,
        "root_key": key_of(document.root),
        "parent_key": key_of(parent),
        "title_order": title_order(document.title),
    }
    if document.root == document.id:
        fields["top"] = ROOT_MARK
    if document.kind == "variable":
        fields["whole_name"] = [name[:100] for name in document.texts.get("name", ())]
    else:
        fields["title"] = document.title[:500]
        fields["place_name"] = [place[:100] for place in document.texts.get("place", ()) if place]
    return fields | number_columns(document)


def _add_texts(fields: dict[str, Any], document: Document, analysis: Analysis) -> None:
    usual = analysis.language(document.language)
    for name, texts in document.texts.items():
        if name not in TEXT_FIELDS:
            raise BackendError(f"There is no text field {name!r}.", id=document.id)
        exact: list[str] = []
        spoken = document.languages.get(name)
        for place, text in enumerate(texts):
            indexed = analysis.indexed(text)
            exact += indexed
            language = analysis.language(spoken[place]) if spoken else usual
            fields.setdefault(stem_field(name, language), []).extend(indexed)
        fields[exact_field(name)] = exact


def _add_facets(fields: dict[str, Any], document: Document) -> None:
    unknown_names = (document.facets.keys() - _KEYWORD_FACETS) | (document.ranges.keys() - _NUMBER_FACETS)
    if unknown_names:
        raise BackendError(f"There is no facet {min(unknown_names)!r}.", id=document.id)
    fields |= _NOTHING_KNOWN | facet_columns(document)
