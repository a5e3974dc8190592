.DEFAULT_GOAL := help
.PHONY: help dev lock check test browser fuzz bench growth schema table picture golden dist sbom

VENV ?= .venv
BIN := $(VENV)/bin

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

dev: $(BIN)/pytest  ## Set up a virtual environment with everything a developer needs

$(BIN)/pytest: pyproject.toml requirements/dev.txt requirements/uv.txt
	python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(VENV) --requirement requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(VENV) --no-deps --no-build-isolation --editable .
	@touch $@

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

lock: dev  ## Renew requirements.lock and requirements/: the newest, and the lowest that are allowed
	$(LOCK) --extra dev --output-file requirements/dev.txt
	sed -n '/^uv==/,/# via/p' requirements/dev.txt >requirements/uv.txt
	$(LOCK) --extra test --resolution lowest-direct --output-file requirements/lowest.txt
	$(LOCK) --extra excel --extra page --group build --output-file requirements.lock

check: dev  ## All that CI checks: style, types, imports, dependencies, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pip check
	$(BIN)/python -X warn_default_encoding -m pytest -n auto

test: dev  ## The tests alone
	$(BIN)/python -m pytest -n auto

BROWSER := build/browser

browser: dev  ## Test the pages in Chromium, which has to be there, with packages of npm
	$(BIN)/python -m tools.npm_packages tests/browser/packages.json $(BROWSER)
	CDSTRACK_BROWSER=$(BROWSER) $(BIN)/python -m pytest tests/browser

FUZZ_SECONDS ?= 60

fuzz: dev  ## Fuzz the readers of both files, FUZZ_SECONDS each (60)
	$(BIN)/pip install --quiet --editable '.[fuzz]'
	mkdir -p .fuzz/register .fuzz/ledger .fuzz/crashes
	$(BIN)/python tests/fuzz/fuzz_register.py -max_total_time=$(FUZZ_SECONDS) -max_len=4000 \
	    -timeout=20 -artifact_prefix=.fuzz/crashes/register- .fuzz/register tests/corpus
	$(BIN)/python tests/fuzz/fuzz_ledger.py -max_total_time=$(FUZZ_SECONDS) -max_len=4000 \
	    -timeout=20 -artifact_prefix=.fuzz/crashes/ledger- .fuzz/ledger tests/fuzz/ledgers

PROGRAM ?= $(BIN)/cdstrack

bench: dev  ## What commands take beside what others take; SIZES names some, or all (minutes)
	$(BIN)/python -m bench $(SIZES) --program $(PROGRAM)

growth: dev  ## How time grows with every list of the model: fails above a power of 1.3 (minutes)
	$(BIN)/python -m bench.growth

schema: dev  ## Write the JSON Schemas from the models and shapes
	$(BIN)/python -m tools.schema
	$(BIN)/python -m tools.export_schema

table: dev  ## Write the table of commands and options that completion reads
	$(BIN)/python -m tools.completion_table

CHROMIUM ?= chromium

picture: dev  ## Draw the README's pictures anew; that of the page with CHROMIUM
	$(BIN)/cdstrack --lang en --as-of 2026-11-21 status --format svg > docs/status.svg
	$(BIN)/cdstrack --as-of 2026-11-21 page -o build/page/
	$(CHROMIUM) --headless --no-sandbox --hide-scrollbars --force-color-profile=srgb \
	    --blink-settings=preferredColorScheme=1 --window-size=1120,620 \
	    --screenshot=docs/page.png file://$(CURDIR)/build/page/en/index.html

golden: dev  ## Accept the terminal sessions as they are now
	$(BIN)/python -m pytest tests/cli --update-golden

dist: dev  ## Build a release into dist/: what git tracks, bit by bit the same anywhere
	rm -rf dist
	$(MAKE) sbom
	$(BIN)/hatchling build --target sdist --directory dist
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir dist dist/*.tar.gz

sbom: dev  ## List the packages of a release (CycloneDX), into dist/
	$(BIN)/python -m tools.sbom dist
