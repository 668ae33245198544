# The targets with a "##" are listed by `make help`.
VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
LOCK  := var/lock
AUDIT := var/audit
DEMO  := var/demo
# An environment like .venv, but with Whoosh 2.7.4.
OLDER := var/whoosh274
PORT  ?= 8080
# Set it to choose the Python that .venv is made with: make PYTHON=/opt/python/bin/python3 test
PYTHON ?=
# Tests start some hundreds of processes; each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard webui/translations/*/LC_MESSAGES/*.po))

INSTALL := -m pip install --quiet --disable-pip-version-check

# Sets the shell variable `python` to the first Python that runs, is new enough and can make virtual environments.
FIND_PYTHON = \
	python= old=; \
	for name in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python3.14 python); do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		if $$name -c 'import ensurepip, venv' >/dev/null 2>&1; then python=$$name; break; fi; \
		old=$$name; \
	done; \
	if [ -z "$$python" ] && [ -n "$$old" ]; then \
		echo "$$old is here, but its modules venv and ensurepip are not. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	elif [ -z "$$python" ]; then \
		echo "timtin needs Python 3.11 or newer; none was found (make PYTHON=/path/to/python3 names one)." >&2; exit 1; \
	fi

# What tests drive: the programs, one of which has to be there, and the packages of Debian that bring them.
TOOLS := chromium,google-chrome:chromium,fonts-dejavu-core nginx:nginx-light openssl:openssl \
	java:default-jre-headless mvn:maven ip:iproute2

.DEFAULT_GOAL := help
.PHONY: help setup demo test cluster tools bench whoosh274 settings licences audit docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F '|' '{ printf "%-15s %s\n", $$1, $$2 }'

setup: $(READY) $(CATALOGUES) ## make .venv, or bring it up to date with the lock

# What uv installs has the hashes of the lock too, and takes a third of the time; where it cannot, pip does.
$(READY): requirements-dev.txt requirements-setup.txt pyproject.toml
	@if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		$(FIND_PYTHON); \
		echo "Making $(VENV) with $$python"; $$python -m venv --clear $(VENV); \
	fi
	@$(BIN)/python $(INSTALL) --require-hashes -r requirements-setup.txt && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements-dev.txt || \
		$(BIN)/python $(INSTALL) --require-hashes -r requirements-dev.txt
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

%.mo: %.po | $(READY)
	@$(BIN)/python hatch_build.py

demo: setup ## index the sample articles and serve them on 127.0.0.1 (PORT=8080); prints the address
	@if ! { [ -e $(DEMO)/CURRENT ] && $(BIN)/timtin-index update --quiet --index $(DEMO) corpus/sample; }; then \
		$(BIN)/timtin-index build --index $(DEMO) corpus/sample; \
	fi
	@exec $(BIN)/timtin-serve --index $(DEMO) --host 127.0.0.1 --port $(PORT)

# The tests need not wait for mypy, which keeps one core busy for half a minute.
test: setup tools ## check style and types, run every test, some of them on three nodes of OpenSearch
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy & types=$$!; $(BIN)/pytest -n auto -rs; tested=$$?; wait $$types && exit $$tested

cluster: setup tools ## run only the tests that need the three nodes
	$(BIN)/pytest -n auto -rs -m cluster

# Where one of the tools cannot be installed, the tests that need it say so; with CI=true they then fail.
tools: setup
	@PATH="$$PATH:/usr/sbin:/sbin"; missing=; \
	for tool in $(TOOLS); do \
		found=; for name in $$(echo "$${tool%:*}" | tr , ' '); do command -v $$name >/dev/null 2>&1 && found=1; done; \
		[ -n "$$found" ] || missing="$$missing $${tool#*:}"; \
	done; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing for the tests:$$missing"; \
		apt-get update -qq || true; \
		for packages in $$missing; do \
			DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
				$$(echo "$$packages" | tr , ' ') >/dev/null || true; \
		done; \
	fi

bench: setup ## measure ranking and speed on the sample articles, beside other engines; run whoosh274
	$(BIN)/python -m tests.benchmarks.relevance corpus/sample tests/benchmarks/sample.jsonl \
		--peers --forms --expect tests/benchmarks/sample.expected.json
	$(BIN)/python -m tests.benchmarks.speed corpus/sample --queries tests/benchmarks/sample.jsonl \
		--limit 126 --limit 500 --at 126 --draw 10 --rounds 2 --cold 2 --segment 126 --seconds 1 \
		--json var/speed.json --plot var/speed.svg
	@$(MAKE) whoosh274

# Warnings about the source of Whoosh itself, which is older than they are, are no errors here; examples are drawn the
# same each time.
whoosh274: $(OLDER)/.ready ## run the tests of search on Whoosh 2.7.4 instead of whoosh3
	$(OLDER)/bin/pytest --hypothesis-profile=ci -m "not cluster" -o "$$(printf 'filterwarnings=error\nignore:::.*\\bwhoosh\\b')" tests/search

$(OLDER)/.ready: requirements-dev.txt tests/search/whoosh-2.7.4.txt | $(READY)
	$(BIN)/python -m venv --clear $(OLDER)
	$(OLDER)/bin/python $(INSTALL) --require-hashes -r requirements-dev.txt
	$(OLDER)/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes whoosh3
	$(OLDER)/bin/python $(INSTALL) --require-hashes --no-deps \
		-r tests/search/whoosh-2.7.4.txt
	@touch $@

settings: $(READY) ## write SETTINGS.md anew from the table of settings
	@mkdir -p var; $(BIN)/python -m webui.settings_page > var/SETTINGS.md && mv var/SETTINGS.md SETTINGS.md

licences: $(READY) ## write LICENCES.md anew from the lock and the installed packages
	@mkdir -p var; $(BIN)/python -m tests.licences > var/LICENCES.md && mv var/LICENCES.md LICENCES.md

audit: ## look for known vulnerabilities of the locked packages (needs the network; no part of the tests)
	@$(FIND_PYTHON); rm -rf $(AUDIT); $$python -m venv $(AUDIT)
	@$(AUDIT)/bin/python $(INSTALL) pip-audit
	$(AUDIT)/bin/pip-audit --disable-pip --requirement requirements-extras.txt; found=$$?; rm -rf $(AUDIT); exit $$found

docs: setup ## write the reference pages and tutorials to var/docs
	$(BIN)/python -m sphinx -q -W --keep-going -b html webui/docs var/docs

lock: ## write requirements*.txt anew from pyproject.toml (UPGRADE=--upgrade takes the newest versions)
	@$(FIND_PYTHON); rm -rf $(LOCK); mkdir -p $(LOCK); $$python -m venv $(LOCK)/venv
	@$(LOCK)/venv/bin/python $(INSTALL) uv
	@cp requirements-dev.txt $(LOCK)/requirements-dev.txt
	$(LOCK)/venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		$(UPGRADE) pyproject.toml --group dev --output-file $(LOCK)/requirements-dev.txt
	@cp $(LOCK)/requirements-dev.txt $(LOCK)/requirements.txt
	$(LOCK)/venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --output-file $(LOCK)/requirements.txt
	@cp $(LOCK)/requirements-dev.txt $(LOCK)/requirements-extras.txt
	$(LOCK)/venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --all-extras --output-file $(LOCK)/requirements-extras.txt
	@cp requirements-setup.txt $(LOCK)/requirements-setup.txt
	$(LOCK)/venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		$(UPGRADE) --group setup --output-file $(LOCK)/requirements-setup.txt
	@for name in requirements.txt requirements-extras.txt requirements-dev.txt requirements-setup.txt; do \
		{ echo "# Written by make lock; change pyproject.toml instead."; cat $(LOCK)/$$name; } > $$name; \
	done; rm -rf $(LOCK)

clean: ## remove .venv, the demo's index, caches and build results (never var/index)
	rm -rf $(VENV) $(DEMO) $(LOCK) $(AUDIT) $(OLDER) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis $(CATALOGUES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
