# newslens: `make help` lists what can be made.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
ARTICLES ?=
PIP_INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test check soak accuracy floors bench docs pin clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.base ## install, read the five articles of seeds/, show their core claims
	@$(BIN)/python scripts/demo.py

test: $(VENV)/.dev ## install, run all tests (PYTEST_ARGS="-n auto" to spread them over the processors)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

soak: $(VENV)/.dev ## the long tests: kills, restarts, writers beside readers, 5,000 hostile files, fuzzing, 10,000 articles
	$(BIN)/python scripts/soak.py
	$(BIN)/python scripts/soak_inputs.py
	$(BIN)/python -m pytest -m soak

accuracy: $(VENV)/.dev ## measure F1 on all gold, write docs/accuracy.md and the README's figures
	$(BIN)/python scripts/write_accuracy.py

floors: $(VENV)/.dev ## raise the floors of tests/gold/floors.json to what is reached now
	$(BIN)/python scripts/pin_floors.py

bench: $(VENV)/.dev ## measure speed and memory (ARTICLES=FILE.jsonl for your own articles)
	$(BIN)/python scripts/bench.py $(if $(ARTICLES),--articles $(ARTICLES))

docs: $(VENV)/.dev ## write the generated pages again
	$(BIN)/python scripts/write_cli_docs.py
	$(BIN)/python scripts/write_readme.py
	$(BIN)/python scripts/write_notebook.py

pin: ## write constraints.txt again, from the newest versions that fit pyproject.toml
	$(PYTHON) scripts/write_constraints.py

clean: ## remove the environment, caches and build results; data/ stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is made once; these files say what it holds, and are older than what they were made from when it changes.

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newslens needs Python 3.11 or newer; this is %s. Say make PYTHON=/path/to/python3.11" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.base
