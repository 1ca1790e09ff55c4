"""How documents lie in an index of OpenSearch or Elasticsearch: its mapping, and a document as the JSON it takes.

The texts are sent as the words and stems of our own analysis, put between spaces, and the engine only splits them
there: every backend finds the same documents, in every language, whatever analysers a cluster has. Stems carry their
language (`de:haushalt`), so that one field of them serves every language.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from reperio.errors import BackendError
from reperio.index.analysis import Analysis, Words
from reperio.index.clauses import check_fields
from reperio.index.columns import exact_field, facet_columns, facet_field, number_columns, without_surrogates
from reperio.index.document import FACETS, RANGES, TEXT_FIELDS, Document
from reperio.index.facets import check_facet
from reperio.index.opensearch_address import Address
from reperio.index.ordering import title_order

LONGEST_ID: Final = 400  # bytes; the engine takes 512
WINDOW: Final = 50_000  # hits that can be asked for in one request
LONGEST_NAME: Final = 100

_encoder = msgspec.json.Encoder()


def stem_field(name: str) -> str:
    """Name of the engine's field of the stems of a text field, each with its language."""
    return f"s_{name}"


def stem_terms(analysis: Analysis, words: Words, language: str) -> Words:
    """Give the stems of words as they are indexed."""
    return tuple(f"{language}:{stem}" for stem in analysis.stems(words, language))


def key_of(identifier: str) -> str:
    """Give the engine's key of a document: its id, or a hash of one too long for the engine."""
    raw = identifier.encode("utf-8", "replace")
    return raw.decode() if len(raw) <= LONGEST_ID else f"hash:{hashlib.blake2b(raw, digest_size=24).hexdigest()}"


def mapping(meta: dict[str, Any]) -> dict[str, Any]:
    """Give the mapping of an index; `meta` tells what it was built by."""
    keyword = {"type": "keyword"}
    words = {"type": "text", "analyzer": "whitespace"}
    fields: dict[str, Any] = dict.fromkeys(("id", "root", "parent_key", "root_key", "langs"), keyword)
    fields |= dict.fromkeys(("title_order", "whole_name", "place_name"), keyword)
    fields |= {"top": {"type": "boolean"}, "parent": {"type": "keyword", "index": False, "doc_values": False}}
    fields |= {"title": {"type": "keyword", "index": False, "doc_values": False}}
    fields |= {name: {"type": "long"} for name in ("published", "size", "position", "stamp")}
    for name in TEXT_FIELDS:
        fields[exact_field(name)] = words
        fields[stem_field(name)] = words
    for name in (*FACETS, *RANGES):
        fields[facet_field(name)] = keyword
    for name in RANGES:
        fields |= {f"{name}_{part}": {"type": "double"} for part in ("lower", "upper", "known")}
    return {
        "dynamic": "strict",
        "_meta": meta,
        "_source": {"includes": ["id", "root", "parent", "title"]},
        "properties": fields,
    }


def shards_of(address: Address, collection: str) -> int:
    """Give the number of shards for a collection: variables are many times more than the catalogue."""
    return address.shards if collection == "variables" else -(-address.shards // 8)


def settings(address: Address, collection: str) -> dict[str, Any]:
    """Give the settings of an index. Nothing becomes visible by itself, only when it is committed."""
    copies: dict[str, Any] = (
        {"auto_expand_replicas": "0-1"} if address.replicas is None else {"number_of_replicas": address.replicas}
    )
    return {
        "index": {
            "number_of_shards": shards_of(address, collection),
            **copies,
            "refresh_interval": "-1",
            "max_result_window": WINDOW,
            "max_inner_result_window": 10_000,
            "translog.durability": "request",
        }
    }


def encode(document: Document, analysis: Analysis, stamp: int) -> bytes:
    """Give a document as the engine's JSON.

    Raises:
        BackendError: it has no id, or names a text field or facet that does not exist.
    """
    if not document.id:
        raise BackendError("A document without an id cannot be indexed.")
    check_fields(tuple(document.texts))
    for name in (*document.facets, *document.ranges):
        check_facet(name)
    fields = _structure(document) | _texts(document, analysis) | facet_columns(document) | {"stamp": stamp}
    try:
        return _encoder.encode(fields)
    except UnicodeEncodeError:
        return _encoder.encode(without_surrogates(fields))


def _structure(document: Document) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": document.id,
        "root": document.root,
        "parent": document.parent,
        "root_key": document.root,
        "parent_key": document.parent or document.id,
        "title_order": title_order(document.title),
        "top": document.root == document.id,
    }
    if document.kind == "variable":
        fields["whole_name"] = [name.lower()[:LONGEST_NAME] for name in document.texts.get("name", ())]
    else:
        fields["title"] = document.title[:500]
        fields["place_name"] = [place[:LONGEST_NAME] for place in document.texts.get("place", ()) if place]
    return fields | number_columns(document)


def _texts(document: Document, analysis: Analysis) -> dict[str, Any]:
    fields: dict[str, list[str]] = {"langs": []}
    for name, texts in document.texts.items():
        for place, text in enumerate(texts):
            language = analysis.language(document.language_of(name, place))
            for piece in analysis.indexed(text):
                words = analysis.words(piece)
                fields.setdefault(exact_field(name), []).append(" ".join(words))
                fields.setdefault(stem_field(name), []).append(" ".join(stem_terms(analysis, words, language)))
            fields["langs"].append(f"{name}/{language}")
    fields["langs"] = sorted(set(fields["langs"]))
    return fields
