# `make` lists the targets. Everything is installed into .venv from lock files with hashes.
# The first interpreter that really runs: a name on PATH may be a shim with nothing behind it.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
ASSETS := $(wildcard web/assets/*.js web/assets/*.css web/assets/*.json)
TRANSLATIONS := $(wildcard web/translations/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.PHONY: help run setup test lint check soak bench screenshots texts lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## install, migrate, load the demo company, start everything
	@$(BIN)/peyvand run --demo

setup: $(VENV)/.installed $(VENV)/.developer ## install everything for development

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed (Debian: apt install python3-venv), or set PYTHON=…"; exit 1; }
	@echo "• making a virtual environment with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.packages: requirements/base.lock requirements/build.lock requirements/demo-data.lock $(VENV)/.python
	@echo "• installing the locked packages"
	@$(PIP) -r requirements/base.lock
	@$(PIP) -r requirements/build.lock
	@$(PIP) --no-deps -r requirements/demo-data.lock
	@command -v node >/dev/null && command -v npm >/dev/null || $(PIP) -r requirements/node.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.packages pyproject.toml hatch_build.py $(ASSETS) $(TRANSLATIONS)
	@echo "• building the front end"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developer: requirements/dev.lock requirements/reference-data.lock $(VENV)/.installed
	@echo "• installing the tools of development"
	@$(PIP) -r requirements/dev.lock
	@$(PIP) --no-deps -r requirements/reference-data.lock
	@touch $@

# The browser has processes of its own: Playwright's event loop and the job engine do not share one.
test: setup lint ## everything that must pass
	$(BIN)/python -m pytest -m "not soak and not browser" -n auto
	$(BIN)/python -m pytest -m "browser and not soak" -n auto --dist loadfile

lint: setup ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: setup ## lint and play the scenarios of every process
	$(BIN)/peyvand check --complete

soak: setup ## the long tests, with bigger numbers
	PEYVAND_SOAK=1 $(BIN)/python -m pytest -m soak

screenshots: setup ## take the pictures of the docs from the demo company
	$(BIN)/python -m tests.browser.screenshots
	$(BIN)/python -m tests.browser.pictures

texts: setup ## collect texts to translate into web/translations
	$(BIN)/peyvand texts

bench: setup ## print the figures of the docs
	$(BIN)/python -m benchmarks

lock: ## renew the lock files (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements/base.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --extra dev -c requirements/base.lock -o requirements/dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/build.in -o requirements/build.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/node.in -o requirements/node.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-deps requirements/demo-data.in -o requirements/demo-data.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-deps requirements/reference-data.in -o requirements/reference-data.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-deps requirements/older-client.in -o requirements/older-client.lock

clean: ## remove what was built (not var/, where your data is)
	rm -rf $(VENV) dist build web/static/dist web/assets/node_modules
