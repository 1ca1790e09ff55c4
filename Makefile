# Reperio in two commands: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
comma := ,
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test test-cluster faults bench-scale check bench bench-relevance bench-normalising bench-duplicates bench-constraints bench-matching bench-speed lock texts clean browser postgresql proof lighthouse

## demo: install, load the sample catalogue, index it and serve it
demo: $(VENV)/.run
	$(BIN)/reperio demo

## test: install everything tests need, then check and test
test: $(VENV)/.dev browser postgresql check
	$(BIN)/pytest -n auto --dist loadfile

## test-cluster: the index over real nodes of OpenSearch and Elasticsearch, killed, hung, cut off and filled; needs Java 21 and Maven (a quarter of an hour, 4 GB); PART=short: one node of each, no faults (5 minutes, 2 GB)
test-cluster: $(VENV)/.dev
	CLUSTER_PART=$(PART) timeout -s INT 2400 $(BIN)/pytest -p no:xdist -m cluster -o junit_family=xunit1 --junit-xml=build/cluster.xml tests/cluster

## faults: what users see when something dies, hangs, is cut off or runs full; writes the table of docs/explanation/scale.md (a quarter of an hour)
faults: $(VENV)/.dev
	FAULT_TABLE=docs/explanation/scale.md timeout -s INT 2400 $(BIN)/pytest -p no:xdist -m cluster tests/cluster/test_*faults.py tests/cluster/test_opensearch_cut_off.py tests/cluster/test_opensearch_away.py

## bench-scale: one node against three, and what larger sizes need; writes the tables of docs/explanation/scale.md (three quarters of an hour, 4 GB)
bench-scale: $(VENV)/.dev
	$(BIN)/python bench/scale/measure.py --write

## check: style, types, the direction of imports, generated documentation
check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/reperio docs --check
	$(BIN)/python -m reperio.web.catalogue --check

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Reperio needs Python 3.11 or later; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/pip
	@test -f $(VENV)/.dev || { $(BIN)/pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/pip install --quiet --no-deps --no-build-isolation -e . ; }
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Browser tests drive Debian's chromium; as root we install it, otherwise we say plainly what is missing.
browser:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "chromium is missing, so the browser tests will skip; install Debian's package chromium to run them." >&2; fi

# PostgreSQL's tests start a server of their own from Debian's package, as the user postgres where we are root.
postgresql:
	@if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	else echo "PostgreSQL's server is missing, so its tests will skip; install Debian's package postgresql to run them." >&2; fi

## texts: bring the catalogues of the interface up to date with its texts
texts: $(VENV)/.dev
	$(BIN)/python -m reperio.web.catalogue

## bench: every scored set, one command each; they tell where the development data are absent
bench: bench-normalising bench-duplicates bench-constraints bench-matching bench-relevance

bench-normalising: $(VENV)/.dev
	$(BIN)/python bench/normalising/score.py

bench-duplicates: $(VENV)/.dev
	$(BIN)/python bench/duplicates/score.py

bench-constraints: $(VENV)/.dev
	$(BIN)/python bench/constraints/score.py

## bench-matching: how well questions that ask the same are told; CATALOGUE=home adds hidden questionnaires, WRITE=1 freezes the tables
bench-matching: $(VENV)/.dev
	$(BIN)/python bench/matching/write.py $(CATALOGUE) $(if $(WRITE),--write)

## bench-relevance: judged sets through the real query path
bench-relevance: $(VENV)/.dev
	$(BIN)/python bench/relevance/run.py
	$(BIN)/python bench/relevance/reperio/score.py

## bench-speed: a generated catalogue built and asked, beside other engines with PEERS=1 (an hour on 2 cores; SCALES=100k,1m,5m for more)
SCALES ?= 100k,1m
bench-speed: $(VENV)/.dev
	for scale in $(subst $(comma), ,$(SCALES)); do bench/speed/prepare.sh $(BIN) build/speed/$$scale $$scale || exit 1; done
	$(if $(PEERS),test -d build/speed/peers || { $(PYTHON) -m venv build/speed/peers && build/speed/peers/bin/pip install --quiet -r bench/speed/requirements-peers.txt; })
	$(BIN)/python bench/speed/measure.py --scales $(SCALES) --homes build/speed --change $(if $(PEERS),--peers build/speed/peers)

## proof: pages in every look, the Nu Html Checker (npm, Java) over a crawl; longer than the tests
proof: $(VENV)/.dev browser
	npm install --silent --no-audit --no-fund --prefix build/proof vnu-jar
	PROOF=full VNU_JAR=$(CURDIR)/build/proof/node_modules/vnu-jar/build/dist/vnu.jar \
	  $(BIN)/pytest -n auto --dist loadfile tests/browser tests/web/test_every_link_and_html.py

## lighthouse: scores of home, search and item of a running site (`make demo` in another terminal)
lighthouse:
	$(BIN)/python bench/web/lighthouse.py $(SITE)

## lock: resolve the dependencies anew
lock: $(VENV)/.dev
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra build --extra postgresql pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra build --extra postgresql --extra opensearch pyproject.toml -o requirements-cluster.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra build --extra dev --extra postgresql --extra opensearch pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
