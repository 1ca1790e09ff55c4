"""Loading declarations: YAML 1.2, one file a source, every mistake named with its file, line and key."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from reperio.errors import SourceError
from reperio.source.model import Files, Source

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
SUFFIX = ".yml"

Location = tuple[int | str, ...]


def load_sources(directory: Path) -> dict[str, Source]:
    """Load every `*.yml` of `directory`, sorted by key.

    Raises:
        SourceError: the directory is missing, a declaration is wrong, or two declare the same key.
    """
    if not directory.is_dir():
        raise SourceError(f"There is no directory of sources at {directory}.", hint="Give one, or set REPERIO_SOURCES.")
    for path in sorted(directory.glob("*.yaml")):
        raise SourceError(f"{path} would not be read.", hint=f"Name it {path.stem}{SUFFIX}.", path=str(path))
    sources: dict[str, Source] = {}
    declared: dict[str, Path] = {}
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        source = load_source(path)
        if source.key in sources:
            raise SourceError(
                f"{path}: key: {source.key!r} is declared in {declared[source.key].name} already.",
                hint="A key names one source.",
                path=str(path),
                key=source.key,
            )
        sources[source.key], declared[source.key] = source, path
    return dict(sorted(sources.items()))


def load_source(path: Path) -> Source:
    """Load one declaration; the path of protocol `files` comes back absolute, read from the declaration's place.

    Neither `~` nor variables of the environment are expanded.

    Raises:
        SourceError: naming file, line and key of each mistake, with the nearest allowed word.
    """
    tree = _load_yaml(path)
    try:
        source = Source.model_validate(_plain(tree, path))
    except ValidationError as error:
        raise _source_error(path, tree, error) from error
    return _with_absolute_path(source, path)


def _with_absolute_path(source: Source, path: Path) -> Source:
    if not isinstance(source.harvest, Files):
        return source
    if not source.harvest.path or "\0" in source.harvest.path:
        raise SourceError(f"{path}: harvest.path names no file.", hint="Give a file, a directory or a glob.")
    absolute = str(path.parent.absolute() / source.harvest.path)
    return source.model_copy(update={"harvest": source.harvest.model_copy(update={"path": absolute})})


def _load_yaml(path: Path) -> CommentedMap:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", path=str(path)) from error
    if len(data) > MAX_BYTES:
        raise SourceError(f"{path} has {len(data)} bytes; a declaration has at most {MAX_BYTES}.", path=str(path))
    try:
        tree = YAML(typ="rt", pure=True).load(data)
    except MarkedYAMLError as error:
        raise _syntax_error(path, error) from error
    except (YAMLError, ValueError, RecursionError, AttributeError) as error:
        raise SourceError(f"{path} is not YAML: {error}.", hint="It must be UTF-8 text.", path=str(path)) from error
    if not isinstance(tree, CommentedMap):
        raise SourceError(f"{path}:1: a declaration is a mapping of keys to values.", path=str(path), line=1)
    return tree


def _syntax_error(path: Path, error: MarkedYAMLError) -> SourceError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = str(error.problem or error.context or "cannot be read").split("\n")[0]
    return SourceError(f"{path}:{line}: not YAML: {problem}.", path=str(path), line=line)


def _plain(tree: CommentedMap, path: Path) -> dict[str, Any]:
    """Give the tree as plain dicts, lists and scalars; an alias that unfolds without end is refused."""
    left = [MAX_NODES]

    def plain(node: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise SourceError(f"{path} unfolds to more than {MAX_NODES} values.", path=str(path))
        if isinstance(node, Mapping):
            return {_plain_scalar(key): plain(value) for key, value in node.items()}
        if isinstance(node, Sequence) and not isinstance(node, str | bytes):
            return [plain(value) for value in node]
        return _plain_scalar(node)

    try:
        plain_tree: dict[str, Any] = plain(tree)
    except RecursionError as error:
        raise SourceError(f"{path} is nested too deeply.", path=str(path)) from error
    return plain_tree


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def _source_error(path: Path, tree: CommentedMap, error: ValidationError) -> SourceError:
    problems = [_describe(path, tree, details) for details in error.errors()]
    problems.sort(key=lambda problem: problem[0])
    line, key, _ = problems[0]
    return SourceError("\n".join(text for _, _, text in problems), path=str(path), line=line, key=key)


def _describe(path: Path, tree: CommentedMap, details: ErrorDetails) -> tuple[int, str, str]:
    context = details.get("ctx", {})
    wrong_tag = details["type"] == "union_tag_invalid"
    location = (*details["loc"], "protocol") if wrong_tag else details["loc"]
    line, keys = _locate(tree, location)
    key = ".".join(keys)
    if details["type"] == "extra_forbidden":
        what = f"unknown key `{key}`." + _suggest(keys[-1], _allowed_keys(location[:-1]))
    elif details["type"] in {"missing", "union_tag_not_found"}:
        missing = key if details["type"] == "missing" else f"{key}.protocol"
        what = f"key `{missing}` is missing."
    else:
        allowed = str(context.get("expected") or context.get("expected_tags") or "")
        word = str(context["tag"] if wrong_tag else details["input"])
        what = f"`{key}`: {details['msg']}." + _suggest(word, _quoted(allowed))
    return line, key, f"{path}:{line}: {what}"


def _locate(tree: CommentedMap, location: Location) -> tuple[int, list[str]]:
    """Walk to a place pydantic names; the tag of a union, which is no key, is stepped over."""
    node: Any = tree
    line = 1
    keys: list[str] = []
    for position, part in enumerate(location):
        if isinstance(node, CommentedMap) and part in node:
            line, node = node.lc.key(part)[0] + 1, node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line, node = node.lc.item(part)[0] + 1, node[part]
        elif position < len(location) - 1 or part == "[key]":
            continue
        keys.append(str(part))
    return line, keys


def _suggest(word: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(word, allowed, n=1, cutoff=0.5)
    if near:
        return f" Did you mean `{near[0]}`?"
    return f" Allowed: {', '.join(allowed)}." if allowed else ""


def _quoted(text: str) -> list[str]:
    return text.split("'")[1::2]


def _allowed_keys(location: Location) -> list[str]:
    kinds: list[type[BaseModel]] = [Source]
    for part in location:
        inner = [kind for model in kinds for kind in _models_at(model, part)]
        kinds = inner or [kind for kind in kinds if part in _tags(kind)]
    return [name for kind in kinds for name in kind.model_fields]


def _models_at(model: type[BaseModel], part: int | str) -> Iterator[type[BaseModel]]:
    field = model.model_fields.get(str(part))
    if field is None:
        return
    union = typing.get_origin(field.annotation) in {typing.Union, types.UnionType}
    for kind in typing.get_args(field.annotation) if union else (field.annotation,):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("protocol")
    return typing.get_args(field.annotation) if field else ()
