"""Reading the answers of an OAI-PMH 2.0 server (http://www.openarchives.org/OAI/openarchivesprotocol.html).

Answers are hostile until read: no entity is resolved, no DTD loaded, nothing fetched, and an answer with a document
type at all is refused, since the protocol has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from reperio.errors import ProtocolError

NO_RECORDS_MATCH = "noRecordsMatch"
BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105  # a code of the standard
BAD_ARGUMENT = "badArgument"
CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_REFERENCES = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));")


class OaiError(ProtocolError):
    """The server says one of the errors of the standard; `code` is its code there."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"The server says {code}: {message or 'no reason given'}.", code=code)
        self.code = code


class BrokenAnswerError(ProtocolError):
    """The answer is no OAI-PMH document; cut short, an error page, or XML that is none."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of itself.

    Attributes:
        name: name of the repository.
        granularity: `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ssZ`.
        deletions: how it keeps track of deleted records: no, transient, persistent.
        earliest: datestamp no record is older than; None when not stated.
    """

    name: str
    granularity: str
    deletions: str
    earliest: str | None

    @property
    def by_second(self) -> bool:
        """Whether datestamps have seconds."""
        return "T" in self.granularity.upper()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a list; `body` is the metadata alone, so that a new datestamp changes nothing."""

    identifier: str
    datestamp: str | None
    deleted: bool
    body: bytes


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a list.

    Attributes:
        items: its records.
        token: how to ask for the next page; None on the last one.
        total: size of the whole list, when the server says.
        answered: when the server answered, by its own clock.
        repaired: the answer held characters no XML may hold, which were removed.
    """

    items: tuple[Item, ...] = ()
    token: str | None = None
    total: int | None = None
    answered: str | None = None
    repaired: bool = False


def read_identity(body: bytes) -> Identity:
    """Read the answer to `Identify`.

    Raises:
        OaiError: the server says an error.
        BrokenAnswerError: it is no such answer.
    """
    root, _ = _parse(body)
    answer = _answer(root, "Identify")
    return Identity(
        name=_text(answer, "repositoryName") or "",
        granularity=_text(answer, "granularity") or "YYYY-MM-DD",
        deletions=_text(answer, "deletedRecord") or "no",
        earliest=_text(answer, "earliestDatestamp"),
    )


def read_formats(body: bytes) -> list[str]:
    """Read the metadata prefixes from the answer to `ListMetadataFormats`; raises as `read_identity`."""
    root, _ = _parse(body)
    formats = _children(_answer(root, "ListMetadataFormats"), "metadataFormat")
    return [prefix for each in formats if (prefix := _text(each, "metadataPrefix"))]


def read_page(body: bytes) -> Page:
    """Read an answer to `ListRecords`; raises as `read_identity`."""
    root, repaired = _parse(body)
    answer = _answer(root, "ListRecords")
    token = next(_children(answer, "resumptionToken"), None)
    size = "" if token is None else token.get("completeListSize", "")
    return Page(
        items=tuple(_items(answer)),
        token=None if token is None else _content(token) or None,
        total=int(size) if size.isdecimal() and len(size) < 15 else None,
        answered=_text(root, "responseDate"),
        repaired=repaired,
    )


def _parse(body: bytes) -> tuple[etree._Element, bool]:
    try:
        return _parse_xml(body), False
    except etree.XMLSyntaxError as error:
        mended = _mend(body)
        try:
            if mended != body:
                return _parse_xml(mended), True
        except etree.XMLSyntaxError:
            pass
        raise BrokenAnswerError(f"The answer is not XML: {error.msg}.") from error


def _parse_xml(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenAnswerError("The answer declares a document type, which OAI-PMH has none of; it is not read.")
    return root


def _mend(body: bytes) -> bytes:
    """Remove characters no XML may hold, and replace bytes that are no UTF-8."""
    clean = _CONTROL_REFERENCES.sub(b"", _CONTROLS.sub(b"", body))
    return clean.decode("utf-8", "replace").encode()


def _answer(root: etree._Element, verb: str) -> etree._Element:
    if _name(root) != "OAI-PMH":
        raise BrokenAnswerError(f"The answer is a document <{_name(root)[:40]}>, not <OAI-PMH>.")
    error = next(_children(root, "error"), None)
    if error is not None:
        raise OaiError(error.get("code", "error"), " ".join(_content(error).split())[:300])
    answer = next(_children(root, verb), None)
    if answer is None:
        raise BrokenAnswerError(f"The answer holds no <{verb}>.")
    return answer


def _items(answer: etree._Element) -> Iterator[Item]:
    for record in _children(answer, "record"):
        header = next(_children(record, "header"), None)
        identifier = None if header is None else _text(header, "identifier")
        if header is None or not identifier:
            raise BrokenAnswerError("The answer holds a record without an identifier.")
        deleted = header.get("status") == "deleted"
        yield Item(
            identifier=identifier,
            datestamp=_text(header, "datestamp"),
            deleted=deleted,
            body=b"" if deleted else _metadata(record),
        )


def _metadata(record: etree._Element) -> bytes:
    """Give the one document inside `<metadata>`; what is otherwise comes as it is, for the reader to report."""
    metadata = next(_children(record, "metadata"), None)
    if metadata is None:
        return _write(record)
    documents = [child for child in metadata if isinstance(child.tag, str)]
    return _write(documents[0] if len(documents) == 1 else metadata)


def _write(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True, with_tail=False)


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _name(child) == name)


def _name(element: etree._Element) -> str:
    return etree.QName(element.tag).localname if isinstance(element.tag, str) else ""


def _text(element: etree._Element, name: str) -> str | None:
    child = next(_children(element, name), None)
    return None if child is None else _content(child) or None


def _content(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext()).strip()
