# make run         creates .venv, installs what serving needs, serves the app at localhost:8501
# make install     only installs, including the command .venv/bin/ser
# make test        installs what the tests need and runs every check: lint, types, layers, pytest on all cores
# make lint        the checks without the tests
# make fuzz        a campaign of hostile files against the decoding process (FUZZ="--minutes 5" for a short one)
# make messages    brings the catalogues of other languages up to date with what is said in the code
# make lock        writes the hashes of all pins anew, after a version was moved
# make sbom        writes what serving consists of to sbom.json (CycloneDX); make audit looks for known holes in it
# make image-test  builds, runs and measures the container (as root, with buildah, debootstrap and runc)
# make bench       measures the product beside what people would use instead (BENCH="--only NAME" for a part)
# make siege       attacks the running server in a control group of 900 MB, and prints a table (as root)
# make clean       removes everything that can be made again, including .venv

PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.PHONY: run install install-dev test lint fuzz messages lock sbom audit image-test siege bench clean
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

# Whole files are shared out, since the tests of one share fixtures; tests/conftest.py puts the long ones first.
test: lint
	@$(BIN)/pytest -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

fuzz: install-dev
	@$(BIN)/python -m tests.audio.campaign $(FUZZ)

messages: install-dev
	@$(BIN)/python -m tools.messages

lock: install-dev
	@$(BIN)/python -m tools.lock

sbom: install-dev
	@$(BIN)/python -m tools.sbom sbom.json

audit: install-dev
	@$(BIN)/python -m tools.audit

image-test: install-dev
	@$(BIN)/python deploy/image_test.py

siege: install-dev
	@$(BIN)/python -m benchmarks.siege

bench: install-dev
	@$(BIN)/python -m benchmarks.speed.environment
	@$(BIN)/python -m benchmarks.speed $(BENCH)

clean:
	rm -rf .venv .venv.lock .venv-bench build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
	  .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
