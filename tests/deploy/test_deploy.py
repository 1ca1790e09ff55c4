"""What lies in deploy/ against the code: every setting and command exists; ports, paths, users and times agree.

No engine runs these files here; their form was checked once with the tools that deploy/README.md names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from reperio import __version__
from reperio.cli.app import app
from reperio.database.work import StageState
from reperio.index.opensearch_address import parse_address
from reperio.jobs.crew import STAGES
from reperio.settings import PREFIX, Settings
from reperio.web.labour import WorkStanding
from reperio.web.metrics import PATH, Metrics
from reperio.web.readiness import LIVE, READY, Readiness
from reperio.web.standing import IndexStanding, SourceStanding
from web.standin import StandIn

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
PORT = str(Settings.model_fields["port"].default)
UID = 10001
OF_OTHERS = {"REPERIO_SOURCES_DIRECTORY", "REPERIO_PROXY_PORT"}
"""Names that only compose.yaml knows."""


def documents(name: str) -> list[dict[str, Any]]:
    found = [one for one in YAML(typ="safe").load_all((DEPLOY / name).read_text(encoding="utf-8")) if one]
    assert found, name
    return found


def units(pattern: str) -> dict[str, dict[str, list[str]]]:
    """The lines of units by section.name."""
    found = {}
    for path in sorted((DEPLOY / "systemd").glob(pattern)):
        lines: dict[str, list[str]] = {}
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif "=" in line and not line.startswith("#"):
                name, _, value = line.partition("=")
                lines.setdefault(f"{section}.{name}", []).append(value)
        found[path.name] = lines
    assert found, pattern
    return found


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    paths = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    assert len(paths) >= 4
    for path in paths:
        for one in documents(f"kubernetes/{path.name}"):
            yield f"{path.name}: {one['kind']} {one['metadata']['name']}", one


def pods() -> dict[str, dict[str, Any]]:
    found = {}
    for name, one in manifests():
        if one["kind"] in {"Deployment", "StatefulSet"}:
            found[name] = one["spec"]["template"]["spec"]
        elif one["kind"] == "CronJob":
            found[name] = one["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert len(found) == 4
    return found


def test_every_setting_named_exists() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OF_OTHERS
    named = {
        name: str(path.relative_to(ROOT))
        for path in FILES
        for name in re.findall(r"REPERIO_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 12
    assert {name: where for name, where in named.items() if name not in known} == {}


def calls() -> list[tuple[str, list[str]]]:
    """Every call of the command line: in units, in compose, in Kubernetes, in the image."""
    found = [
        (name, value.removeprefix("-").split()[1:])
        for name, lines in units("*.service").items()
        for value in lines["Service.ExecStart"]
        if value.removeprefix("-").split()[0].endswith("/bin/reperio")
    ]
    services = documents("docker/compose.yaml")[0]["services"]
    found += [(name, one["command"]) for name, one in services.items() if "command" in one]
    found += [(name, one["args"]) for name, pod in pods().items() for one in pod["containers"]]
    image = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert 'ENTRYPOINT ["reperio"]' in image
    found.append(("Dockerfile", re.findall(r'^CMD \["(\w+)"\]', image, re.MULTILINE)))
    return found


def test_every_command_exists_with_its_options() -> None:
    found = calls()
    assert {words[0] for _, words in found} == {"serve", "harvest", "read", "index", "work", "backup"}
    for where, words in found:
        result = CliRunner().invoke(app, [*map(str, words), "--help"])
        assert result.exit_code == 0, f"{where}: reperio {' '.join(words)}: {result.output}"


def test_stages_shared_out_are_all_of_them() -> None:
    services = documents("docker/compose.yaml")[0]["services"]
    shared = {word for name in ("indexer", "worker") for word in services[name]["command"] if word in STAGES}
    assert shared == set(STAGES)


def test_probes_ask_what_there_is() -> None:
    web = next(pod for name, pod in pods().items() if "reperio-web" in name)["containers"][0]
    asked = {kind: web[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    assert asked == {"startup": LIVE, "liveness": LIVE, "readiness": READY}
    assert f"http://127.0.0.1:{PORT}{READY}" in (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert f"location = {PATH} {{ return 404; }}" in (DEPLOY / "docker" / "nginx.conf").read_text(encoding="utf-8")


def test_ports_agree() -> None:
    image = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^EXPOSE (\d+)", image, re.MULTILINE) == [PORT]
    assert f"REPERIO_PORT={PORT}" in image
    proxy = (DEPLOY / "docker" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"server (web-\d):(\d+)", proxy) == [("web-1", PORT), ("web-2", PORT)]
    (listened,) = re.findall(r"listen (\d+);", proxy)
    services = documents("docker/compose.yaml")[0]["services"]
    assert services["proxy"]["ports"][0].endswith(f":{listened}")
    assert {name for name in services if name.startswith("web")} == {"web-1", "web-2"}
    web = next(pod for name, pod in pods().items() if "reperio-web" in name)["containers"][0]
    assert [port["containerPort"] for port in web["ports"]] == [int(PORT)]
    targets = documents("prometheus/scrape.yaml")[0]["scrape_configs"][0]["static_configs"][0]["targets"]
    assert targets == [f"web-1:{PORT}", f"web-2:{PORT}"]


def test_paths_agree() -> None:
    image = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    home, sources = (re.findall(rf"REPERIO_{name}=(\S+)", image)[0] for name in ("HOME", "SOURCES"))
    services = documents("docker/compose.yaml")[0]["services"]
    for name in ("web-1", "web-2", "indexer"):
        assert any(volume.endswith(f":{home}") for volume in services[name]["volumes"]), name
    for name in ("web-1", "web-2", "indexer", "worker"):
        assert any(volume.endswith(f":{sources}:ro") for volume in services[name]["volumes"]), name
    for name, pod in pods().items():
        mounted = {one["mountPath"] for one in pod["containers"][0]["volumeMounts"]}
        assert {home, sources, "/tmp"} <= mounted, name
    declared = set(documents("docker/compose.yaml")[0]["volumes"])
    used = {
        volume.split(":")[0] for one in services.values() for volume in one.get("volumes", ()) if volume[0] not in "./$"
    }
    assert used == declared


def test_urls_can_be_read() -> None:
    settings = documents("docker/compose.yaml")[0]["x-settings"]
    assert parse_address(settings["REPERIO_INDEX_URL"]).nodes == tuple(f"http://search-{n}:9200" for n in (1, 2, 3))
    secret = next(one for name, one in manifests() if one["kind"] == "Secret")
    assert parse_address(secret["stringData"]["REPERIO_INDEX_URL"]).replicas == 1
    assert secret["stringData"]["REPERIO_DATABASE"].startswith("postgresql://")


def test_nobody_is_stopped_before_it_has_stopped() -> None:
    """The time that systemd, Docker and Kubernetes wait is longer than draining and stopping take."""
    linger = 5
    fields = Settings.model_fields
    unset = fields["drain_seconds"].default + fields["stop_seconds"].default + linger
    for name in ("reperio.service",):
        assert int(units(name)[name]["Service.TimeoutStopSec"][0].rstrip("s")) > unset
    web = documents("docker/compose.yaml")[0]["services"]["web-1"]
    told = int(web["environment"]["REPERIO_DRAIN_SECONDS"]) + int(web["environment"]["REPERIO_STOP_SECONDS"])
    assert int(web["stop_grace_period"].rstrip("s")) > told + linger
    held = next(one for _, one in manifests() if one["kind"] == "ConfigMap")["data"]
    pod = next(pod for name, pod in pods().items() if "reperio-web" in name)
    told = int(held["REPERIO_DRAIN_SECONDS"]) + int(held["REPERIO_STOP_SECONDS"])
    assert pod["terminationGracePeriodSeconds"] > told + linger


def test_nothing_runs_with_rights_it_does_not_need() -> None:
    image = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.*)", image, re.MULTILINE) == [f"{UID}:{UID}"]
    assert image.count("FROM ") == 2
    assert "--require-hashes" in image
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == UID, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] is True
            assert rights["allowPrivilegeEscalation"] is False
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]
            assert "cpu" not in container["resources"]["limits"], "a limit of the processor makes it stutter"
    for name, lines in units("*.service").items():
        for wanted in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "User=reperio"):
            key, _, value = wanted.partition("=")
            assert lines[f"Service.{key}"] == [value], name


def test_versions_are_pinned_and_ours_is_this_one() -> None:
    images = {one["image"] for one in documents("docker/compose.yaml")[0]["services"].values()}
    images |= {one["image"] for pod in pods().values() for one in pod["containers"]}
    for image in images:
        assert re.search(r":\d+\.\d", image), image
        assert "reperio" not in image or image.endswith(f":{__version__}"), image


def pins(name: str) -> dict[str, str]:
    found = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
    assert len(found) > 40
    return found


def test_the_image_has_what_was_tested_and_the_client_of_the_cluster() -> None:
    held, tested = pins("requirements-cluster.lock"), pins("requirements-dev.lock")
    assert pins("requirements.lock").items() <= held.items() <= tested.items()
    assert {"opensearch-py", "psycopg", "prometheus-client"} <= held.keys()
    copied = re.findall(
        r"^COPY (?!--from)(.*) \S+$", (DEPLOY / "docker" / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    wanted = {f"!{name}" for one in copied for name in one.split()}
    assert wanted <= set((DEPLOY / "docker" / "Dockerfile.dockerignore").read_text("utf-8").split())
    assert all((ROOT / name[1:]).exists() for name in wanted)


def test_selectors_find_their_pods() -> None:
    labelled = [
        one["spec"]["template"]["metadata"]["labels"]
        for _, one in manifests()
        if one["kind"] in {"Deployment", "StatefulSet"}
    ]
    for name, one in manifests():
        if one["kind"] in {"Service", "PodDisruptionBudget"}:
            selector = one["spec"]["selector"]
            wanted = selector.get("matchLabels", selector)
            assert any(wanted.items() <= labels.items() for labels in labelled), name


def test_timers_have_their_service() -> None:
    services = set(units("*.service"))
    timers = {name.replace(".timer", ".service") for name in units("*.timer")}
    assert timers <= services
    assert timers == {"reperio-update.service", "reperio-backup.service"}


def test_alerts_and_page_name_the_metrics_that_there_are() -> None:
    metrics = Metrics()
    readiness = Readiness(StandIn().condition)
    metrics.add(IndexStanding(readiness))
    families = {family.name for family in metrics.registry.collect()}
    families |= {one.name for one in SourceStanding(StandIn().sources, lambda _source: []).collect()}
    state = type("State", (), {"stages": {"read": StageState()}, "workers": ()})()
    families |= {one.name for one in WorkStanding(lambda: state).collect()}
    readiness.close()
    page = (ROOT / "docs" / "howto" / "monitor.md").read_text(encoding="utf-8")
    text = (DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8") + page
    named = set(re.findall(r"\breperio_[a-z_]+", text))
    assert len(named) > 8
    for name in named:
        assert {name, name.removesuffix("_total"), name.removesuffix("_bucket")} & families, name
    ours = {name for name in families if name.startswith("reperio_")} - {"reperio_build_info"}
    assert [name for name in ours if name not in page] == [], "every metric is told on its page"


def test_the_page_for_operators_shows_the_units_of_deploy() -> None:
    page = (ROOT / "docs" / "howto" / "operate.md").read_text(encoding="utf-8")
    for name in ("reperio.service", "reperio-update.service", "reperio-update.timer"):
        assert f"deploy/systemd/{name}" in page
    assert "[Service]" not in page, "units stand in deploy/ alone"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_secret_is_in_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for found in re.findall(r"^\s*(?:\w*PASSWORD|\w*TOKEN)[:=] *(.*)$", text, re.MULTILINE):
        assert not found or found.startswith(("${", "CHANGE-ME")), found
