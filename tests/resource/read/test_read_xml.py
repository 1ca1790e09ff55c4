"""XML made safe."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.resource.read.reading import Reading
from reperio.resource.read.xml import attribute, children, descend, find_all, language_of, load_xml, local


def load(body: bytes) -> tuple[str | None, list[str]]:
    reading = Reading()
    root = load_xml(body, reading)
    return (None if root is None else "".join(str(each) for each in root.itertext())), [
        issue.code for issue in reading.issues
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1", "cp1250"])
def test_encodings(encoding: str) -> None:
    declared = encoding.removesuffix("-le")
    assert load(f'<?xml version="1.0" encoding="{declared}"?><a>é</a>'.encode(encoding)) == ("é", [])


def test_wrong_and_unknown_encodings() -> None:
    assert load("<a>é</a>".encode("latin-1")) == ("é", ["encoding.wrong"])
    assert load('<?xml version="1.0" encoding="base64"?><a>é</a>'.encode()) == ("é", ["encoding.unknown"])


def test_entity_bomb_is_not_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><a b="&e11;">&e11;</a>'.encode()
    start = time.monotonic()
    text, codes = load(body)
    assert codes == ["xml.entities"]
    assert text == "&e11;"
    assert time.monotonic() - start < 2


def test_external_entities_are_not_fetched(tmp_path: object) -> None:
    text, codes = load(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>')
    assert (text, codes) == ("&x;", ["xml.entities"])


def test_harmless_doctype_and_named_characters() -> None:
    assert load(b'<!DOCTYPE a PUBLIC "-//x>" "y.dtd" [<!-- ] > --><!ELEMENT a ANY>]><a>caf&eacute;&amp;&nbsp;</a>') == (
        "café&\xa0",
        [],
    )


def test_malformed_is_read_as_far_as_it_goes() -> None:
    text, codes = load(b"<a><b>one</b><b>two & three</c></a>")
    assert text is not None
    assert "one" in text
    assert codes == ["xml.malformed"]


@pytest.mark.parametrize("body", [b"<a>" * 5000, b"<a>" + b"x" * 11_000_000 + b"</a>"])
def test_depth_and_length_are_bounded(body: bytes) -> None:
    assert "xml.malformed" in load(body)[1]


def test_control_characters_are_dropped() -> None:
    assert load(b"<a>o\x00n\x0be</a>") == ("one", ["xml.characters"])


@given(st.binary())
def test_never_raises(body: bytes) -> None:
    assert load(b"<" + body)[1] or load(body)[1] or body


def test_walking() -> None:
    reading = Reading()
    root = load_xml(b'<x:a xmlns:x="u" xml:lang="en"><x:b LANG="1"/><c><b xml:lang="fr"><b/></b></c></x:a>', reading)
    assert root is not None
    assert [local(each) for each in children(root)] == ["b", "c"]
    assert [language_of(each) for each in descend(root, "c", "b", "b")] == ["fr"]
    assert len(list(find_all(root, "b"))) == 2
    first = next(children(root, "b"))
    assert (attribute(first, "lang"), language_of(first)) == ("1", "en")
