# Everything an operator or a developer does. Python ≥ 3.11 with venv and make are all it needs.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
SAMPLES ?= 500
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(ARGS)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard articles/locale/*/LC_MESSAGES/django.po))
export HOST PORT

.PHONY: help run test lint check lock bench faults import deploy-check cluster cluster-check screenshot format clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Serve the archive on http://HOST:PORT, with sample posts if it is empty
	@$(BIN)/python -m newsroom.serve --samples $(SAMPLES)

import: install ## Import posts: make import PATHS="folder file.md …"
	@test -n "$$PATHS" || { echo 'Say what to import: make import PATHS="folder file.md …"'; exit 2; }
	@$(MANAGE) migrate --verbosity 0
	@if test -e "$$PATHS"; then $(MANAGE) import_posts "$$PATHS"; else $(MANAGE) import_posts $(PATHS); fi

test: install-tests ## Run the whole test suite
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

lint: install-tests ## Check code, scripts, types, imports, migrations and the settings of a public site
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxlint static
	$(BIN)/mypy newsroom articles
	$(BIN)/lint-imports --no-logo
	$(MANAGE) makemigrations --check --dry-run
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		ALLOWED_HOSTS=news.example.com $(MANAGE) check --deploy --fail-level WARNING

check: lint test ## All that a change must pass: lint and test

lock: install-tests ## Write both requirements.txt from requirements.in: make lock ARGS=--upgrade
	@$(LOCK) --output-file requirements.txt requirements.in
	@$(LOCK) --output-file tests/requirements.txt tests/requirements.in

bench: install-tests ## Measure import, search and pages: make bench POSTS=20000 FOLDER=posts
	@$(BIN)/python -m tests.benchmarks $(if $(POSTS),--posts $(POSTS)) $(if $(FOLDER),--folder "$(FOLDER)")

deploy-check: ## Live through docs/operations.md in a container: make deploy-check ARGS="--suite trixie"
	@"$(PYTHON)" -m tests.deploy.check $(ARGS)

cluster: install-tests ## Bring up the cluster of docs/scaling.md on this machine (as root)
	@$(BIN)/python -m tests.cluster

cluster-check: install-tests ## Break it, part by part, and see what comes of it
	@$(BIN)/python -m tests.cluster.check $(ARGS)

faults: install-tests ## Break a site of its own, and see what docs/faults.md says come of it
	@$(BIN)/pytest -q tests/faults/faults.py $(ARGS)

screenshot: install-tests ## Make the picture in README anew
	@$(BIN)/pytest -q tests/browser/screenshot.py

format: install-tests ## Put the code in its one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what make made, except the archive in var/
	rm -rf $(VENV) var/static .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The environment is whole if an installation has ended in it, its Python runs and has pip, and is
# of the version of PYTHON where that was named. Else it is made anew.
ifneq ($(filter-out help clean deploy-check,$(MAKECMDGOALS)),)
HAVE := $(shell $(BIN)/python -c 'import pip, sys; print(sys.version)' 2>/dev/null)
WANTED := $(if $(filter file,$(origin PYTHON)),$(HAVE),$(shell "$(PYTHON)" -c 'import sys; print(sys.version)' 2>/dev/null))
ifneq ($(and $(wildcard $(BIN)/.installed),$(HAVE)),$(or $(WANTED),none))
$(BIN)/.installed $(BIN)/.installed-tests: environment
endif
endif

.PHONY: install install-tests environment
install: $(BIN)/.installed $(CATALOGUES)
install-tests: $(BIN)/.installed-tests $(CATALOGUES)

environment:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Newsroom needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …' >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv; then run make again.' >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)

$(BIN)/.installed: requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(BIN)/.installed-tests: tests/requirements.txt | $(BIN)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

%.mo: %.po | $(BIN)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
