"""Pages to read: help, accessibility, privacy."""

from __future__ import annotations

from itertools import islice

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.query.model import Query
from reperio.query.parse import FIELDS
from reperio.web.language import N_
from reperio.web.site import Site, site_of


class Example(msgspec.Struct, frozen=True):
    """A search to try: what is typed and what it asks for."""

    text: str
    does: str


EXAMPLES = (
    Example(
        "anxiety and household income", N_("Studies that hold something on each. Every result shows its evidence.")
    ),
    Example('"life satisfaction"', N_("The words together, in this order.")),
    Example("sleep -infant", N_("Sleep, without what speaks of infants.")),
    Example("depression OR anxiety", N_("Either word will do.")),
    Example(
        "UK birth cohort, ages 10 to 16, over 5,000 people",
        N_("Conditions in plain words become filters, which you see and can take back."),
    ),
    Example("GHQ-12", N_("An instrument, by its letters or its name.")),
    Example("title:ageing", N_("Only where the title says so.")),
    Example("year:2000..2010 country:GB", N_("Filters typed: years covered and a country.")),
)


def help_page(request: Request) -> Response:
    """How to search, read results and take them away; the syntax with examples that find something here."""
    site = site_of(request)
    status = site.service.status()
    found = site.kept.get(("help", status.generation), lambda: _found(site)) if status.generation else ()
    return site.page(
        "help.html", status_now=status, examples=found or [(one, None) for one in EXAMPLES], fields=sorted(FIELDS)
    )


def _found(site: Site) -> tuple[tuple[Example, int], ...]:
    """Examples that find something here by their words, with how much."""
    counted = ((one, site.service.total(Query(text=one.text, meaning=False))) for one in EXAMPLES)
    return tuple(islice(((one, total) for one, total in counted if total), len(EXAMPLES)))


def accessibility(request: Request) -> Response:
    """What is met, how it was tested, what is not, and how to report a barrier."""
    return site_of(request).page("accessibility.html")


def privacy(request: Request) -> Response:
    """What is kept, for how long, and what is not."""
    site = site_of(request)
    return site.page(
        "privacy.html", missed_days=site.settings.missed_days, logs_queries=site.settings.log_requests == "full"
    )
