# `make` prints this list. The first run of a target makes .venv and installs into it (about two minutes); later
# runs reuse it until pyproject.toml changes.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test lint format gate bench schema picture clean

VENV ?= .venv
BIN := $(VENV)/bin
# The first Python on the path that is new enough; `make PYTHON=/path/to/python demo` picks another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Twice quiet: only errors. pip from before 25.1 knows no dependency groups, and its resolver gets lost here.
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

help:  ## Print this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "make %-9s %s\n", $$1, $$2}'

$(VENV)/.installed: pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "qa needs Python 3.11 or newer with its venv module; none is on the path" >&2; exit 1; }
	@echo "installing qa into $(VENV) (about two minutes the first time)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade 'pip>=25.1'
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "installing the development tools into $(VENV)"
	@$(PIP) --group dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) --group bench
	@touch $@

demo: $(VENV)/.installed  ## Ingest the sample articles into a temporary library and ask one question
	@library=$$(mktemp -d); trap 'rm -rf "$$library"' EXIT; \
	export QA_LIBRARY="$$library/demo" QA_CONFIG= QA_MODEL=; \
	echo '$$ qa ingest eval/samples'; $(BIN)/qa ingest eval/samples; echo; \
	echo '$$ qa ask "Who is attending Davos?"'; $(BIN)/qa ask "Who is attending Davos?"

test: $(VENV)/.dev  ## Run the tests
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.dev  ## Check style, types and the order of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev  ## Put the source into shape
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

gate: $(VENV)/.dev  ## Check the eval suite, and that answers are no worse than the baseline's
	@$(BIN)/qa eval lint --mutate --folder eval
	@$(BIN)/qa eval gate --cache replay --folder eval

bench: $(VENV)/.bench  ## Measure answers, speed, growth, and the plain LangChain way; with DATA=FOLDER (the NewsQA files) retrieval too
	@$(BIN)/python eval/benchmarks/answers.py $(if $(DATA),--data "$(DATA)")
	@$(BIN)/python eval/benchmarks/speed.py
	@$(BIN)/python eval/benchmarks/growth.py --chunks 1000,10000 --kind news
	@$(BIN)/python eval/benchmarks/plain.py --articles 300 $(if $(DATA),&& $(BIN)/python eval/benchmarks/plain.py --newsqa "$(DATA)")
	@$(if $(DATA),$(BIN)/python eval/benchmarks/retrieval.py --data "$(DATA)",echo "retrieval was not measured: make bench DATA=FOLDER, the folder of the NewsQA files")

schema: $(VENV)/.dev  ## Write qa/schema.json and eval/schema.json anew from the types
	@$(BIN)/python -m qa.cli.schema

picture: $(VENV)/.dev  ## Draw docs/answer.svg anew from a real run
	@$(BIN)/python docs/picture.py

clean:  ## Remove .venv and everything that was built
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
