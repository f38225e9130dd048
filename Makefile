# Everything a person needs to run and develop the service. Needs Python 3.11 or newer, make and git.
.DEFAULT_GOAL := help
.PHONY: help run test test-thorough pictures test-postgres lint fix demo browser check bench corpus conformance docs migration pins clean
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DEMO ?= yes
T ?= tests
WORKERS ?= 2
export PYTHONDONTWRITEBYTECODE ?= 1

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || { echo "Creating the virtual environment in .venv …"; $(PYTHON) -m venv .venv; }
	@echo "Installing pinned packages (about a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@echo "Installing the packages for tests and checks …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/.run  ## start the service on 127.0.0.1:8000 (PORT=…), with the demonstration when it is empty (DEMO=no: without)
	@PORT=$(PORT) DEMO=$(DEMO) $(BIN)/python -m flask mou start

test: .venv/.dev  ## what every change is tried with, in minutes; T=tests/review for everything about a part
	@$(BIN)/python -m flask mou fonts
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --ignore=tests/browser $(if $(filter tests,$(T)),-m "not thorough and not postgres") $(T)

test-thorough: .venv/.dev  ## what looks deeper: killed workers, keys that change, services of others, every option of a template
	@$(BIN)/python -m flask mou fonts
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --ignore=tests/browser -m "thorough and not postgres" $(T)

test-postgres: .venv/.dev  ## what also has to work on PostgreSQL; needs one (see tests/postgres.py)
	@$(BIN)/python -m flask mou fonts
	@REQUIRE_PG=1 $(BIN)/python -m pytest -q -n $(WORKERS) -m postgres --ignore=tests/browser $(T)

browser: .venv/.dev  ## the journey in Chromium, with screenshots
	@$(BIN)/python -m flask mou fonts
	@$(BIN)/python -m pytest -q tests/browser

pictures: .venv/.dev  ## the guide's pictures, taken on the way through the ceremony
	@PICTURES=docs/pictures REQUIRE_BROWSER=1 $(BIN)/python -m pytest -q tests/browser/test_ceremony.py tests/browser/test_drafting.py tests/browser/test_returned.py

lint: .venv/.dev  ## style, types, layers, templates, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m flask mou translations check
	$(BIN)/python -m flask mou docs check

fix: .venv/.dev  ## correct what can be corrected by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: .venv/.run  ## the whole ceremony, headless, into instance/demo
	@$(BIN)/python -m flask mou demo --out instance/demo

check: lint test  ## lint and test; changes nothing

bench: .venv/.dev  ## speed and size beside other programs, in one run (DIR=… Word files by others; ARGS=--json)
	@$(BIN)/python -m flask mou fonts
	@PYTHONPATH=. $(BIN)/python -m tests.bench.run $(if $(DIR),--dir "$(DIR)") $(ARGS)

corpus: .venv/.run  ## what becomes of a folder of Word files by others; DIR=… (ARGS="--json", "--pages FOLDER", "--no-office")
	@test -n "$(DIR)" || { echo "Say which folder: make corpus DIR=…"; exit 2; }
	@$(BIN)/python -m flask mou corpus "$(DIR)" $(ARGS)

conformance: .venv/.dev  ## ask veraPDF, the EU's DSS library and pdfsig about finished files (needs Java and Maven)
	@PYTHONPATH=. $(BIN)/python -m tests.conformance.run

docs: .venv/.run  ## write the tables of the documentation from the code
	@$(BIN)/python -m flask mou docs write

migration: .venv/.dev  ## write a migration from the models; M="what it does"
	@$(BIN)/python -m flask mou migration "$(M)"

pins: .venv/.dev  ## choose new versions for requirements*.in
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean:  ## remove what was installed; instance/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
