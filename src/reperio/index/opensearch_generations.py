"""Generations of the index in a cluster: made beside the one in use, swapped in one step, the last one kept.

A generation is two indexes, named by the prefix, the generation and the collection; what asks uses two aliases::

    reperio-catalogue  ->  reperio-v2-minilm-384-000000001234-catalogue
    reperio-variables  ->  reperio-v2-minilm-384-000000001234-variables

Where the cluster can keep vectors, a generation has an index of them for each field of meaning besides
(`reperio-v2-minilm-384-000000001234-meaning_catalogue`), asked by its own name.

The `_meta` of each mapping says the schema, the encoder and the analysis it was built by; others are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec

from reperio.errors import NotReadyError
from reperio.index.analysis import EVERY_LANGUAGE, Analysis
from reperio.index.backend import Collection
from reperio.index.generation import Generation, Manifest
from reperio.index.meaning import Entry
from reperio.index.opensearch_address import Address
from reperio.index.opensearch_backend import OpenSearchBackend
from reperio.index.opensearch_meaning import ClusterMeaning
from reperio.index.opensearch_schema import mapping, settings, shards_of
from reperio.index.opensearch_vectors import MOST_NEAR, VectorIndex, has_vectors, vectors_mapping, vectors_settings
from reperio.index.opensearch_wire import Wire
from reperio.index.opensearch_words import COLLECTIONS
from reperio.index.vectors import TextVectors

HEALTH_SECONDS = 3.0
MEANING: Final = "meaning_"
STATES: Final = ("green", "yellow", "red")
HINT = "`reperio index --full` builds it anew."


class Cluster:
    """The generations of one prefix in one cluster.

    Args:
        address: the cluster and the prefix.
        analysis: how text becomes words.
    """

    def __init__(self, address: Address, analysis: Analysis = EVERY_LANGUAGE) -> None:
        self._address = address
        self._analysis = analysis
        self.wire = Wire(address)

    @cached_property
    def keeps_vectors(self) -> bool:
        """Whether vectors lie in the cluster."""
        return has_vectors(self.wire, self._address)

    def index_name(self, generation: str, collection: Collection) -> str:
        """Name of the index of a collection in a generation."""
        return f"{self._address.prefix}-{generation}-{collection}"

    def _alias(self, collection: Collection) -> str:
        return f"{self._address.prefix}-{collection}"

    def begin(self, generation: str, manifest: Manifest) -> None:
        """Make the empty indexes of a generation; nobody is sent there until it is published."""
        for collection in COLLECTIONS:
            body = {
                "settings": settings(self._address, collection),
                "mappings": mapping(self._meta(generation, manifest)),
            }
            self.wire.settled("PUT", f"/{self.index_name(generation, collection)}", body, wait_for_active_shards=1)

    def _meta(self, generation: str, manifest: Manifest) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.to_builtins(manifest)
        return told | {"generation": generation, "analysis": self._analysis.name}

    def open(self, generation: str, *, read_only: bool = False) -> OpenSearchBackend:
        """Open a generation.

        Raises:
            NotReadyError: it is not there, or was built by another analysis of text.
        """
        self._check_analysis(self._told(self.index_name(generation, "catalogue")))
        indexes = {collection: self.index_name(generation, collection) for collection in COLLECTIONS}
        return OpenSearchBackend(self.wire, indexes, analysis=self._analysis, read_only=read_only)

    # -- meaning ---------------------------------------------------------------------------------------------------

    def _meaning_name(self, generation: str, field: str) -> str:
        return f"{self._address.prefix}-{generation}-{MEANING}{field}"

    def put_meaning(
        self, generation: str, field: str, entries: Iterable[Entry], gone: Sequence[str], store: TextVectors
    ) -> None:
        """Write the vectors of entries into a field of meaning, and remove ids that are gone.

        Args:
            generation: the generation.
            field: `catalogue`, `variables`, or a part of the second field.
            entries: all that stands below each root that is written.
            gone: ids of what is no more.
            store: has the vectors.
        """
        index = self._meaning_name(generation, field)
        if not self.wire.exists(f"/{index}"):
            body = {
                "settings": vectors_settings(self._address, shards_of(self._address, field)),
                "mappings": vectors_mapping(
                    self._address.dialect, store.dimensions, {"dimensions": store.dimensions, "generation": generation}
                ),
            }
            self.wire.settled("PUT", f"/{index}", body, wait_for_active_shards=1)
        VectorIndex(self.wire, index).put(entries, gone, store)

    def meanings(self, generation: str) -> dict[str, ClusterMeaning]:
        """The fields of meaning of a generation that are complete."""
        if not self.keeps_vectors:
            return {}
        begun = self._meaning_name(generation, "")
        found: dict[str, ClusterMeaning] = {}
        for index, told in self.wire.ask("GET", f"/{begun}*/_mapping").items():
            meta = told["mappings"].get("_meta", {})
            if meta.get("complete"):
                size = (int(meta["dimensions"]), int(meta.get("texts", MOST_NEAR + 1)))
                found[index.removeprefix(begun)] = ClusterMeaning(self.wire, self._address.dialect, index, *size)
        return found

    # -- generations -----------------------------------------------------------------------------------------------

    def has(self, generation: str) -> bool:
        """Whether a generation is there."""
        return self.wire.exists(f"/{self.index_name(generation, 'catalogue')}")

    def health(self, generation: str) -> tuple[str, str]:
        """States of a generation's words and of its vectors as the cluster names them.

        They are `green`, `yellow` (a copy is missing), or `red`; that of vectors is empty where there are none.

        Raises:
            BackendError: the cluster does not answer within a few seconds, or does not tell us.
        """
        begun = f"{self._address.prefix}-{generation}-"
        told = self.wire.ask("GET", f"/_cluster/health/{begun}*", seconds=HEALTH_SECONDS, level="indices")
        states = {name.removeprefix(begun): str(one["status"]) for name, one in told.get("indices", {}).items()}
        words = [states.get(name, "red") for name in COLLECTIONS]
        vectors = [state for name, state in states.items() if name.startswith(MEANING)]
        return _worst(words), _worst(vectors) if vectors else ""

    def _told(self, index: str) -> dict[str, Any]:
        (answer,) = self.wire.ask("GET", f"/{index}/_mapping").values()
        told: dict[str, Any] = answer["mappings"].get("_meta", {})
        return told

    def _check_analysis(self, told: dict[str, Any]) -> None:
        if told.get("analysis") != self._analysis.name:
            raise NotReadyError(
                f"The index in the cluster was built with the analysis {told.get('analysis')}; "
                f"this version needs {self._analysis.name}.",
                hint=HINT,
            )

    def current(self, schema: int) -> tuple[str, Manifest]:
        """Name and manifest of the generation in use.

        Raises:
            NotReadyError: there is none, or it is of another schema or unfinished.
        """
        try:
            told = self._told(self._alias("catalogue"))
        except NotReadyError as error:
            raise NotReadyError("Nothing is indexed yet in the cluster.", hint="`reperio index` builds it.") from error
        if told.get("schema") != schema:
            raise NotReadyError(
                f"The index in the cluster is of schema {told.get('schema')}; this version needs {schema}.", hint=HINT
            )
        self._check_analysis(told)
        manifest = msgspec.convert({name: told[name] for name in Manifest.__struct_fields__ if name in told}, Manifest)
        return str(told["generation"]), manifest

    def publish(self, generation: str, manifest: Manifest) -> None:
        """Send everyone to a generation in one step, keep the one before it and remove all others."""
        meta = self._meta(generation, manifest)
        actions: list[dict[str, Any]] = []
        before: set[str] = set()
        swaps = False
        for collection in COLLECTIONS:
            index = self.index_name(generation, collection)
            self.wire.settled("PUT", f"/{index}/_mapping", {"_meta": meta})
            pointed = self._pointed(collection)
            swaps = swaps or pointed != {index}
            before |= {name.removesuffix(f"-{collection}") for name in pointed}
            actions += [{"remove": {"index": name, "alias": self._alias(collection)}} for name in pointed - {index}]
            actions.append({"add": {"index": index, "alias": self._alias(collection)}})
        if not swaps:
            return  # told anew of what is in use; the one before stays
        self.wire.settled("POST", "/_aliases", {"actions": actions})
        self._remove_others({f"{self._address.prefix}-{generation}", *before})

    def _pointed(self, collection: Collection) -> set[str]:
        try:
            return set(self.wire.ask("GET", f"/_alias/{self._alias(collection)}"))
        except NotReadyError:
            return set()

    def _remove_others(self, kept: set[str]) -> None:
        for index in self._indexes():
            if index.rpartition("-")[0] not in kept:
                self.wire.settled("DELETE", f"/{index}")

    def _indexes(self) -> list[str]:
        """Names of all indexes that are generations of this prefix."""
        found = self.wire.ask("GET", f"/{self._address.prefix}-v*-*/_alias")
        names = []
        for index in found:
            generation, _, collection = index.removeprefix(f"{self._address.prefix}-").rpartition("-")
            if (collection in COLLECTIONS or collection.startswith(MEANING)) and Generation.parse(generation):
                names.append(index)
        return names

    def discard(self, generation: str) -> None:
        """Remove a generation that is not wanted."""
        for index in self._indexes():
            if index.rpartition("-")[0] == f"{self._address.prefix}-{generation}":
                self.wire.settled("DELETE", f"/{index}")

    def close(self) -> None:
        """Close the connections."""
        self.wire.close()


def _worst(states: Iterable[str]) -> str:
    return max(states, key=STATES.index)
