# make run         makes .venv, installs what serving needs, serves the app at localhost:8501
# make install     the first half of it; leaves .venv/bin/ser
# make test        installs what the tests need and runs them all: lint, types, layers, pytest
# make lint        only the checks that run no test
# make image-test  builds the container, runs it and measures it (as root, with buildah, debootstrap and runc)
# make clean       removes what can be made again, .venv too

PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.PHONY: run install install-dev test lint image-test clean
.DEFAULT_GOAL := run

run: install
	@exec $(BIN)/streamlit run serve.py

install:
	@deploy/install requirements.txt

install-dev:
	@deploy/install requirements-dev.txt

lint: install-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy ser_core ui $(wildcard *.py pages/*.py)
	@$(BIN)/lint-imports

test: lint
	@$(BIN)/pytest

image-test: install-dev
	@$(BIN)/python deploy/image_test.py

clean:
	rm -rf .venv .venv.lock build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
	  .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
