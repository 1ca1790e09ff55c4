"""The application: pages, JSON API and the original's contract, over one `Service`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from reperio import __version__
from reperio.database.work import Queue
from reperio.errors import ReperioError
from reperio.jobs import Workshop
from reperio.log import configure_if_nobody_did, get_logger
from reperio.record.archive import Run
from reperio.settings import Settings
from reperio.web.admin import routes as admin_routes
from reperio.web.admin.office import Office
from reperio.web.api import description
from reperio.web.api.routes import ENDPOINTS
from reperio.web.assets import PATH as ASSETS_PATH
from reperio.web.labour import WorkStanding
from reperio.web.links import API
from reperio.web.metrics import PATH as METRICS
from reperio.web.metrics import Metrics, check, counting, metrics
from reperio.web.negotiation import Languages
from reperio.web.pages import (
    browse,
    cards,
    compare,
    crosswalk,
    entities,
    explore,
    exports,
    feedback,
    feeds,
    guide,
    home,
    item,
    machines,
    patterns,
    preview,
    quality,
    questionnaire,
    saves,
    search,
    values,
    variables,
)
from reperio.web.problem import answer_error, answer_problem
from reperio.web.readiness import LIVE, READY, Readiness, live, ready
from reperio.web.security import Conditional, SecureHeaders
from reperio.web.service import Service
from reperio.web.site import Site, site_of
from reperio.web.standing import IndexStanding, SourceStanding
from reperio.web.watch import HEADER as REQUEST_ID
from reperio.web.watch import Watch

GZIP_FROM = 700
GZIP_LEVEL = 5
"""A page is a fortieth larger than at level 9, and packed in two fifths less time."""
PAGES: tuple[tuple[str, Callable[[Request], Response]], ...] = (
    ("/discover", search.search),
    ("/explore", explore.explore),
    ("/facets/{name}", values.values),
    ("/facets/{name}/list", values.listed),
    ("/topics", entities.topics),
    ("/topics/{slug}", entities.topic),
    ("/instruments", entities.instruments),
    ("/instruments/{slug}", entities.instrument),
    ("/organisations", entities.organisations),
    ("/organisations/{slug}", entities.organisation),
    ("/sources/{slug}", entities.source),
    ("/studies", browse.browse),
    ("/about", home.about),
    ("/help", guide.help_page),
    ("/accessibility", guide.accessibility),
    ("/privacy", guide.privacy),
    ("/feedback", feedback.feedback),
    *admin_routes.PAGES,
    ("/sources", home.sources),
    ("/sources/{key}/quality", quality.source_page),
    ("/compare", compare.compare),
    ("/compare.{ending}", compare.compare_file),
    ("/crosswalk", crosswalk.crosswalk),
    ("/crosswalk.{ending}", crosswalk.crosswalk_file),
    ("/questionnaire", questionnaire.questionnaire),
    ("/export.{ending}", exports.export),
    ("/feed.{ending}", feeds.search_feed),
    ("/saves", saves.saves),
    ("/saves/harmony", saves.harmony),
    ("/saves/harmony.json", saves.harmony_file),
    ("/saves.{ending}", saves.saves_file),
    ("/items/{key}/preview", preview.preview),
    ("/items/{key}/card.png", cards.card),
    ("/items/{key}/variables", variables.variables_page),
    ("/items/{key}/variables.{ending}", variables.variables_file),
    ("/studies/{key}/variables", variables.variables_page),
    ("/studies/{key}", item.item_page),
    ("/items/{key:path}", item.item_page),
    ("/sitemap.xml", machines.sitemap_index),
    ("/sitemap-{number:int}.xml", machines.sitemap_part),
    ("/opensearch.xml", machines.opensearch),
)
"""Pages by their path below the prefix; the first that fits answers."""


def create_app(settings: Settings, service: Service, workshop: Workshop | None = None) -> FastAPI:
    """Build the ASGI application of a site. Nothing is read or opened until it is asked.

    Without a `workshop` it has no pages for operators and takes no feedback.
    """
    check(settings)
    configure_if_nobody_did(settings.log_format)
    counts = Metrics()
    service = counting(service, counts)
    site = Site(settings, service)
    readiness = Readiness(service.condition)
    app = FastAPI(
        title=f"{settings.site_name} API",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.site = site
    app.state.metrics = counts
    app.state.readiness = readiness
    app.state.office = Office(settings, workshop) if workshop is not None else None
    site.environment.globals.update(
        has_admin=bool(workshop and settings.admin), has_feedback=bool(workshop and settings.feedback)
    )
    _add_watching(app, workshop)
    _add_pages(app, site)
    _add_api(app)
    _add_errors(app)
    app.add_middleware(Conditional, site=site)
    app.add_middleware(Languages, offered=settings.languages, english=("/-/", site.links.page("admin")))
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=GZIP_LEVEL)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Watch, settings=settings, metrics=counts, readiness=readiness)
    return app


def _add_watching(app: FastAPI, workshop: Workshop | None) -> None:
    app.add_route(LIVE, live)
    app.add_route(READY, ready)
    app.add_route(METRICS, metrics)
    counts: Metrics = app.state.metrics
    counts.add(IndexStanding(app.state.readiness))
    if workshop is not None:
        site: Site = app.state.site
        counts.add(SourceStanding(site.service.sources, _runs_of(workshop)))
        counts.add(WorkStanding(lambda: Queue(workshop.engine).state()))


def _runs_of(workshop: Workshop) -> Callable[[str], Sequence[Run]]:
    """The archive is opened when it is first asked, not when the application is built."""
    return lambda source: workshop.archive.runs(source)  # noqa: PLW0108 - see above


def _add_pages(app: FastAPI, site: Site) -> None:
    prefix = site.links.prefix
    app.add_route(f"{prefix}/", search.start)
    if prefix:
        app.add_route(prefix, _to_home)
        app.add_route("/", _to_home)
    for path, page in PAGES:
        app.add_route(prefix + path, page)
    app.add_route(f"{prefix}/saves/import", saves.import_list, methods=["POST"])
    app.add_route(f"{prefix}/questionnaire", questionnaire.search_posted, methods=["POST"])
    for path, post in (*admin_routes.ACTS, ("/feedback", feedback.send)):
        app.add_route(prefix + path, post, methods=["POST"])
    app.add_route("/-/patterns", patterns.patterns)
    app.add_route("/robots.txt", machines.robots)
    app.add_route("/favicon.ico", machines.favicon)
    app.add_route(f"{ASSETS_PATH}/{{name}}", machines.asset)


def _add_api(app: FastAPI) -> None:
    for endpoint in ENDPOINTS:
        app.add_route(endpoint.path, endpoint.handler, methods=[endpoint.method])
    app.add_route(f"{API}/openapi.json", description.openapi)
    app.add_route(f"{API}/", description.reference)
    app.add_route(API, _to_reference)


def _to_reference(_: Request) -> Response:
    return RedirectResponse(f"{API}/", status_code=308)


def _to_home(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(site_of(request).links.home() + query, status_code=307)


def _add_errors(app: FastAPI) -> None:
    app.add_exception_handler(ReperioError, answer_error)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(Exception, _answer_unexpected)


def _answer_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    detail = "There is no such page." if error.status_code == 404 else ""
    return answer_problem(request, error.status_code, detail, headers=dict(error.headers or {}))


def _answer_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    return answer_problem(request, 400, f"{'.'.join(map(str, first['loc']))}: {first['msg']}.")


def _answer_unexpected(request: Request, error: Exception) -> Response:
    number = getattr(request.state, "request_id", "")
    get_logger("web").error("request.crashed", path=request.url.path, request_id=number, exc_info=error)
    return answer_problem(request, 500, headers={REQUEST_ID: number} if number else None)
