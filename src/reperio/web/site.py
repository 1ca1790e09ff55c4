"""The site: what every page needs at hand, built once with the application."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from reperio import __version__
from reperio.index.ask import FacetCounts
from reperio.query.model import Query
from reperio.settings import Settings
from reperio.source.model import Source
from reperio.web.assets import Assets
from reperio.web.card import check_fonts
from reperio.web.facets import Labels
from reperio.web.kept import Kept
from reperio.web.links import Links
from reperio.web.service import Service
from reperio.web.templating import build_environment

LISTS = 12
"""Lists of all values of a filter that are kept: one may hold tens of thousands."""
HOME_FACETS = ("topic", "instrument", "country", "study_design")


class Site:
    """Settings, service, links, assets and templates, together."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self.settings = settings
        self.service = service
        self.links = Links(settings)
        check_fonts(settings.card_fonts)
        self.assets = Assets({"brand": settings.brand_css, "brand-logo": settings.brand_logo})
        self.environment = build_environment(settings, self.links, self.assets)
        self.kept = Kept()
        self.kept_lists = Kept(LISTS)
        self._sources: Mapping[str, Source] | None = None
        self._overview: tuple[str, dict[str, FacetCounts]] | None = None

    @cached_property
    def edition(self) -> str:
        """What, beside index and corpus, a page depends on: our version, the styles and scripts, the settings it shows."""
        held = self.settings
        shown = (held.site_name, held.contact, held.public_url, held.languages, held.admin, held.feedback)
        return f"{__version__}-{self.assets.digest}-{hashlib.sha256(repr(shown).encode()).hexdigest()[:12]}"

    def page(
        self, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        """Draw a template."""
        html = self.environment.get_template(template).render(**context)
        return HTMLResponse(html, status_code=status, headers=headers)

    def source_map(self) -> Mapping[str, Source]:
        """Declared sources by key. They are read once: declarations do not change while a site runs."""
        if self._sources is None:
            self._sources = {view.source.key: view.source for view in self.service.sources()}
        return self._sources

    def labels(self) -> Labels:
        """Names of facet values."""
        return Labels({key: source.title for key, source in self.source_map().items()})

    def overview(self) -> dict[str, FacetCounts]:
        """The facets of everything, counted once for each index generation."""
        generation = self.service.status().generation
        if self._overview is None or self._overview[0] != generation:
            self._overview = (generation, self.service.facets(Query(), HOME_FACETS, size=16))
        return self._overview[1]


def site_of(request: Request) -> Site:
    """The site an application serves."""
    site: Site = request.app.state.site
    return site
