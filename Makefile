# `make help` lists what there is. Python 3.11 to 3.13 with venv, and make, are all it needs.
# Settings are environment variables: make run PORT=9000 DATA_DIR=/somewhere

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && echo $$python && break; done)
PIP := $(BIN)/pip --disable-pip-version-check --quiet
# `ARGS="tests/cases -q"` narrows the tests down.
# Files in their own order: sorted by their number of tests, the few long ones would come last.
# Three at once on two cores: they wait for servers and browsers a quarter of their time.
ARGS ?= -n 3 --dist loadfile --no-loadscope-reorder
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard sp4n/translations/*/LC_MESSAGES/*.po))
UV := $(VENV)/lock/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --custom-compile-command "make lock" --group build

# Many processes of ours start, here and in the tests: each file of Python is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test exhaustive check bench faults lock
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/for-run $(TRANSLATIONS) ## everything at once: servers, demo data, web, workers; Ctrl-C stops it
	@$(BIN)/sp4n up --with-parent

test: $(VENV)/for-test $(TRANSLATIONS) ## the suite of every day, against real servers
	$(BIN)/pytest $(ARGS)

exhaustive: $(VENV)/for-test $(TRANSLATIONS) ## what takes every page in every state, or whole houses; CI runs it, too
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m exhaustive

check: $(VENV)/for-test ## style, types, layers, templates, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy sp4n
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check
	$(BIN)/djlint templates --lint
	$(BIN)/python -m tests.rules.migration_lint
	$(BIN)/python -m tests.rules.translations

bench: $(VENV)/for-test $(TRANSLATIONS) ## figures as ratios; SCALE=full for the sizes of the goals, ONLY=name for some
	$(BIN)/python -m bench

faults: $(VENV)/for-test $(TRANSLATIONS) ## hurt the real house and look what is lost; SCALE=full, ONLY=name as above
	$(BIN)/python -m bench.faults

lock: $(VENV)/lock/bin/uv ## choose the newest allowed packages anew
	$(UV) --upgrade --output-file requirements.lock
	$(UV) --upgrade --group dev --constraints requirements.lock --output-file requirements-dev.lock

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed;" \
		"name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/for-run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing packages; this is done once and takes a minute or two."
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/for-test: requirements-dev.lock $(VENV)/for-run
	@echo "Installing what tests and checks need; this is done once."
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/lock/bin/uv: | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip --disable-pip-version-check --quiet install uv==0.13.9

%.mo: %.po | $(VENV)/for-run
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
