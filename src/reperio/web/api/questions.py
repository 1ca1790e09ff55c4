"""Search by questionnaire in the API."""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response

from reperio.errors import QueryError
from reperio.query.questionnaire.model import Asked
from reperio.query.questionnaire.rank import Holding, Match
from reperio.query.questionnaire.read import BYTES_MAX
from reperio.web.api.answers import json_answer
from reperio.web.pages.questionnaire import TEXT_MAX, Result, ask
from reperio.web.site import Site, site_of
from reperio.web.upload import Sent, read_body, read_form


class FoundVariable(msgspec.Struct, frozen=True, kw_only=True):
    """A variable that answers an item."""

    id: str
    uuid: str
    name: str | None
    text: str
    url: str


class FoundItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item found in a study: its place in the questionnaire (from 0), the variable, and how alike they are.

    Attributes:
        item: place of the item.
        variable: the variable.
        likeness: 1 for the same wording.
        right: of pairs so alike, the share that people had put together.
        close: whether it is taken for the same question.
    """

    item: int
    variable: FoundVariable
    likeness: float
    right: float
    close: bool


class HoldingStudy(msgspec.Struct, frozen=True, kw_only=True):
    """A study and the items it holds: those close, those perhaps, and its score (coverage times likeness)."""

    id: str
    uuid: str
    title: str
    url: str
    score: float
    close: int
    perhaps: int
    matches: tuple[FoundItem, ...]


class QuestionnaireAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The items as they were read and the studies that hold them, best first. Nothing that was sent is kept."""

    items: tuple[Asked, ...]
    left_off: int
    form: str
    reader: str
    by_meaning: bool
    total: int
    studies: tuple[HoldingStudy, ...]


class Given(msgspec.Struct):
    """The body: the items, or a text to read them from."""

    items: list[str] = []
    text: str = ""


async def questionnaire(request: Request) -> Response:
    """Studies by how many items of a questionnaire they hold; the body is JSON (`items` or `text`), text, or a form with a `file`."""
    site = site_of(request)
    body = await read_body(request, BYTES_MAX + TEXT_MAX * 4)
    file, text = _sent(request.headers.get("content-type", ""), body)
    result = await run_sync(ask, site, file, text)
    return json_answer(_answer(site, result), headers={"Cache-Control": "no-store"})


def _sent(content_type: str, body: bytes) -> tuple[Sent, str]:
    """The file and the text of a request."""
    if content_type.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        form = read_form(content_type, body)
        return form.get("file", Sent(b"")), form.get("text", Sent(b"")).text
    if not content_type.startswith("application/json"):
        return Sent(body), ""
    try:
        given = msgspec.json.decode(body, type=Given)
    except msgspec.DecodeError:
        return Sent(body, "instrument.json"), ""  # of Harmony, perhaps; the reader of files says if it is not
    if not given.items and not given.text:
        return Sent(body, "instrument.json"), ""
    if len(body) > TEXT_MAX * 4:
        raise QueryError("The items are too long.", hint="Send fewer.")
    return Sent(b""), "\n".join(" ".join(item.split()) for item in given.items) or given.text


def _answer(site: Site, result: Result) -> QuestionnaireAnswer:
    read, answer = result.read, result.answer
    return QuestionnaireAnswer(
        items=answer.items,
        left_off=read.left_off,
        form=read.form,
        reader=read.reader,
        by_meaning=answer.by_meaning,
        total=answer.total,
        studies=tuple(_study(site, one) for one in answer.studies),
    )


def _study(site: Site, one: Holding) -> HoldingStudy:
    return HoldingStudy(
        id=one.study.id,
        uuid=one.study.uuid,
        title=one.study.resource.title,
        url=site.links.absolute(site.links.item(one.study)),
        score=one.score,
        close=one.close,
        perhaps=one.perhaps,
        matches=tuple(_found(site, place, match) for place, match in enumerate(one.matches) if match is not None),
    )


def _found(site: Site, place: int, match: Match) -> FoundItem:
    resource = match.item.resource
    variable = FoundVariable(
        id=match.item.id,
        uuid=match.item.uuid,
        name=resource.name,
        text=resource.question[0].value if resource.question else resource.title,
        url=site.links.absolute(site.links.item(match.item)),
    )
    return FoundItem(item=place, variable=variable, likeness=match.score, right=match.right, close=match.is_close)
