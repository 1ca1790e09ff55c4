"""Pairs that may be one: side by side, judged, taken back, with who and when."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from fastapi.responses import Response

from reperio.corpus.judging import Open
from reperio.desk import clean
from reperio.errors import NotFoundError, QueryError
from reperio.web.admin.gate import Form, Visit
from reperio.web.admin.overview import search_state

PAGE = 20
HISTORY = 50
ID_MAX = 500
WHY_MAX = 2000
DONE = {
    "same": "Kept: they are the same.",
    "different": "Kept: they are different.",
    "split": "Kept: it is taken out of all it was merged with.",
    "undo": "Taken back. What was in force before counts again.",
}


class Waiting(msgspec.Struct, frozen=True):
    """A pair in the queue, with the titles of its sides."""

    pair: Open
    left: str
    right: str
    url: str


def queue(visit: Visit) -> Response:
    """Pairs that wait, the most probable first."""
    corpus = visit.office.corpus
    found = corpus.unsure(PAGE + 1, visit.number("after"))
    shown = found[:PAGE]
    return visit.page(
        "admin_review.html",
        waiting=[_waiting(visit, pair) for pair in shown],
        total=corpus.count_unsure(),
        after=shown[-1].key if len(found) > PAGE else None,
        done=DONE.get(visit.asked("done"), ""),
        settling=visit.office.settler.waiting,
        **search_state(visit),
        recent=corpus.history(by_people=True, limit=5),
        pair_link=lambda left, right: _pair_link(visit, left, right),
    )


def _waiting(visit: Visit, pair: Open) -> Waiting:
    titles = [_title(visit, identity) for identity in (pair.left, pair.right)]
    return Waiting(pair, titles[0], titles[1], _pair_link(visit, pair.left, pair.right))


def _title(visit: Visit, identity: str) -> str:
    try:
        return visit.office.corpus.said_of(identity).title
    except NotFoundError:
        return identity


def _pair_link(visit: Visit, left: str, right: str, **more: str) -> str:
    return visit.link(f"review/pair?{urlencode({'left': left, 'right': right, **more})}")


def pair(visit: Visit) -> Response:
    """One pair, side by side."""
    left, right = _ids(visit.asked)
    corpus = visit.office.corpus
    found = corpus.review(left, right)
    judged = next((entry for entry in found.history if entry.in_force and entry.judgement.by != "rules"), None)
    waiting = corpus.unsure(1, found.key) if found.key is not None else corpus.unsure(1)
    following = next((one for one in waiting if {one.left, one.right} != {found.left.id, found.right.id}), None)
    return visit.page(
        "admin_pair.html",
        found=found,
        judged=judged,
        sides=((found.left, corpus.merged_with(found.left.id)), (found.right, corpus.merged_with(found.right.id))),
        following=_pair_link(visit, following.left, following.right) if following else "",
        done=DONE.get(visit.asked("done"), ""),
        settling=visit.office.settler.waiting,
        why_max=WHY_MAX,
        heaviest=max((abs(reason.weight) for reason in found.score.reasons), default=1.0) or 1.0,
    )


def judge(visit: Visit, form: Form) -> Response:
    """Keep what was said on a pair, and go on to the next one that waits."""
    left, right = _ids(lambda name: form.get(name, ""))
    answer, why = form.get("answer", ""), clean(form.get("why", ""), WHY_MAX)
    corpus, name = visit.office.corpus, visit.session.name
    for identity in (left, right):
        corpus.profile(identity)
    if answer in {"same", "different"}:
        corpus.judge(left, right, "yes" if answer == "same" else "no", name, why)
    elif answer == "undo":
        corpus.unjudge(left, right, name, why)
    elif answer in {"split-left", "split-right"}:
        _split(visit, left if answer == "split-left" else right, why)
    else:
        raise QueryError("Say whether they are the same or different.")
    visit.office.settler.soon()
    return _onward(visit, answer.partition("-")[0], left, right)


def _split(visit: Visit, identity: str, why: str) -> None:
    others = visit.office.corpus.merged_with(identity)
    if not others:
        raise QueryError("It is merged with nothing.")
    visit.office.corpus.split(identity, others, visit.session.name, why)


def _onward(visit: Visit, done: str, left: str, right: str) -> Response:
    """The next pair in the queue after a judgement; the same pair after something was taken back or apart."""
    if done in {"same", "different"}:
        waiting = visit.office.corpus.unsure(1)
        if waiting:
            return visit.to(
                f"review/pair?{urlencode({'left': waiting[0].left, 'right': waiting[0].right, 'done': done})}"
            )
        return visit.to(f"review?{urlencode({'done': done})}")
    return visit.to(f"review/pair?{urlencode({'left': left, 'right': right, 'done': done})}")


def history(visit: Visit) -> Response:
    """Who judged what, when and why, the last first."""
    people = visit.asked("by") != "all"
    about = visit.asked("id").strip()
    found = visit.office.corpus.history(
        about or None, by_people=people, limit=HISTORY + 1, before=visit.number("before")
    )
    shown = found[:HISTORY]
    return visit.page(
        "admin_history.html", entries=shown, people=people, about=about,
        before=shown[-1].key if len(found) > HISTORY else None,
        pair_link=lambda left, right: _pair_link(visit, left, right),
    )  # fmt: skip


def _ids(ask: Callable[[str], str]) -> tuple[str, str]:
    left, right = (ask(name).strip()[:ID_MAX] for name in ("left", "right"))
    if not left or not right or left == right:
        raise QueryError("A pair has two different identifiers.", hint="Write them as `ukds/6614`.")
    return left, right
