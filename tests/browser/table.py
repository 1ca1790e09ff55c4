"""Every page of a site, by its route: the states in which browsers, validators and people look at it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from web.standin import STUDY, VARIABLES

FIRST = "growing-up-and-sleeping-well-survey"
VARIABLE = VARIABLES[0].uuid
BOTH = f"/search/compare?item={FIRST}&item={FIRST}-wave-1&item=study-of-everyday-life-3"
LISTED = f"/search/saves?title=Sleep&item={STUDY.uuid}&folder=Cohorts&note=mine&item={VARIABLE}&search={quote('query=sleep')}"
PAIR = "left=a%2Fferry&right=b%2F77"
PAGES: dict[str, dict[str, str]] = {
    "/search/": {
        "home": "/search/",
        "search": "/search/?query=sleep&source=arch&year_min=1990",
        "results": "/search/?query=study",
        "nothing": "/search/?query=zzzz",
        "corrected": "/search/?query=slep",
        "variables found": "/search/?query=sleep&resource_type=variable",
    },
    "/search/discover": {"many": "/search/discover?page=2"},
    "/search/explore": {
        "explore": "/search/explore?period=2000",
        "explore a search": "/search/explore?query=sleep&source=arch",
        "explore nothing": "/search/explore?query=zzzz",
    },
    "/search/facets/{name}": {"values": "/search/facets/keyword?query=sleep"},
    "/search/topics": {"topics": "/search/topics"},
    "/search/topics/{slug}": {"topic": "/search/topics/mental-health"},
    "/search/instruments": {"instruments": "/search/instruments"},
    "/search/instruments/{slug}": {"instrument": "/search/instruments/sdq"},
    "/search/organisations": {"organisations": "/search/organisations"},
    "/search/sources": {"sources": "/search/sources"},
    "/search/sources/{slug}": {"source": "/search/sources/arch"},
    "/search/sources/{key}/quality": {"quality of a source": "/search/sources/arch/quality"},
    "/search/studies": {
        "browse": "/search/studies",
        "browse datasets": "/search/studies?resource_type=dataset&source=arch",
    },
    "/search/studies/{key}": {
        "study": f"/search/studies/{FIRST}",
        "hostile": "/search/studies/script-alert-x-script",
    },
    "/search/items/{key:path}": {
        "variable": f"/search/items/{VARIABLE}",
        "dataset": f"/search/items/{FIRST}-wave-1",
        "missing": "/search/items/nothing-here",
    },
    "/search/items/{key}/variables": {"variables": f"/search/items/{FIRST}/variables?query=sleep"},
    "/search/compare": {
        "compare nothing": "/search/compare",
        "compare one": f"/search/compare?item={FIRST}",
        "compare": f"{BOTH}&about=sleep",
        "compare differences": f"{BOTH}&only=differences",
        "compare gone": f"/search/compare?item={FIRST}&item=gone&add=everyday",
    },
    "/search/questionnaire": {"questionnaire": "/search/questionnaire"},
    "/search/crosswalk": {
        "crosswalk": f"/search/crosswalk?{urlencode([('label', 'Worry'), ('v', VARIABLES[0].uuid + '~0'), ('v', VARIABLES[1].uuid + '~0')])}"
    },
    "/search/saves": {
        "saves empty": "/search/saves",
        "saves": LISTED,
        "saves gone": "/search/saves?item=withdrawn&search=year_min%3Dx",
    },
    "/search/saves/harmony": {
        "harmony": f"/search/saves/harmony?item={VARIABLE}&item={FIRST}&whole=1",
        "harmony nothing": f"/search/saves/harmony?item={STUDY.uuid}",
    },
    "/search/about": {"about": "/search/about"},
    "/search/help": {"help": "/search/help"},
    "/search/accessibility": {"accessibility": "/search/accessibility"},
    "/search/privacy": {"privacy": "/search/privacy"},
    "/search/feedback": {
        "feedback": "/search/feedback",
        "feedback on a study": f"/search/feedback?item={FIRST}",
        "feedback on a search": "/search/feedback?search=query%3Dsleep",
    },
    "/api/v1/": {"api": "/api/v1/"},
    "/-/patterns": {"patterns": "/-/patterns"},
    "/search/admin/": {"admin": "/search/admin/"},
    "/search/admin/sign-in": {"sign in": "/search/admin/sign-in"},
    "/search/admin/sources/{key}": {"admin source": "/search/admin/sources/a"},
    "/search/admin/sources/{key}/issues": {"admin issues": "/search/admin/sources/a/issues"},
    "/search/admin/health": {"admin health": "/search/admin/health"},
    "/search/admin/review": {"admin review": "/search/admin/review"},
    "/search/admin/review/pair": {"admin pair": f"/search/admin/review/pair?{PAIR}"},
    "/search/admin/review/history": {"admin history": "/search/admin/review/history"},
    "/search/admin/feedback": {"admin feedback": "/search/admin/feedback"},
    "/search/admin/missed": {"admin missed": "/search/admin/missed"},
}
"""What is looked at, by route: a name and an address for each state of the page."""
NOT_PAGES = (
    "/search",  # goes to /search/
    "/",
    "/search/admin",
    "/api/v1",
    "/api/v1/openapi.json",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/search/studies/{key}/variables",  # goes to the items
    "/search/compare.{ending}",
    "/search/crosswalk.{ending}",
    "/search/export.{ending}",
    "/search/feed.{ending}",
    "/search/saves.{ending}",
    "/search/saves/harmony.json",
    "/search/facets/{name}/list",  # a part of a page, opened in place of a short list
    "/search/items/{key}/preview",  # a part of a page, looked at beside a list
    "/search/items/{key}/card.png",
    "/search/items/{key}/variables.{ending}",
    "/search/admin/feedback.csv",
    "/search/sitemap.xml",
    "/search/sitemap-{number:int}.xml",
    "/search/opensearch.xml",
    "/robots.txt",
    "/favicon.ico",
    "/assets/{name}",
)
"""Routes that answer with a file or send elsewhere; the endpoints of the API are tested as such."""
IN_THE_SAMPLE = {"/search/organisations/{slug}": "/search/organisations/cancer-research-uk"}
"""What the stand-in has none of."""
SIGNED_OUT = "/search/admin/sign-in"
"""The one page that those who are in do not see."""
STATES = {name: address for states in PAGES.values() for name, address in states.items()}
UNKNOWN = {"missing"}
"""States that answer 404, with a page."""
