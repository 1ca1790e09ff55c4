"""Which texts are titles of what is held: a look-up by slug, since a slug is a title folded."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BindParameter, Engine, bindparam, select

from reperio.corpus.tables import ITEM
from reperio.database import our_errors
from reperio.text.slugs import slugify

CHUNK = 500

# Built once: to build a statement costs as much as to ask it.
_SLUGS: BindParameter[str] = bindparam("slugs", expanding=True)
_TITLES = select(ITEM.c.slug).where(ITEM.c.slug.in_(_SLUGS), ITEM.c.lead.is_not(None))


def titles_among(engine: Engine, texts: Iterable[str]) -> frozenset[str]:
    """Those of some texts that are the title of a series, a study or a dataset (compared as slugs are).

    Raises:
        BackendError: the database does not answer.
    """
    slugs = {slugify(text): text for text in texts}
    slugs.pop("", None)
    wanted = sorted(slugs)
    found: set[str] = set()
    with our_errors("The corpus cannot do this now."), engine.connect() as connection:
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            rows = connection.scalars(_TITLES, {"slugs": some})
            found.update(slugs[slug] for slug in rows if slug in slugs)
    return frozenset(found)
