# Two commands do all set-up: `make report` (COUNTRY=KEN) and `make test`.
.PHONY: report test test-lowest test-browser browser lint schemas bench fuzz soak clean

PYTHON ?= python3
VENV := .venv
COUNTRY ?= KEN

report: $(VENV)/.report
	@$(VENV)/bin/readiness report "$(COUNTRY)" -o reports/
	@echo "The report is in $(CURDIR)/reports"

test: $(VENV)/.test
	$(VENV)/bin/python -m pytest -n 2 --dist worksteal

# The tests on the lowest versions that pyproject.toml allows, without the browser, the linters and the wheel.
# Python 3.11 or 3.12: the lowest numpy has no wheel for a later one.
LOWEST := .venv-lowest
test-lowest: $(LOWEST)/.test
	$(LOWEST)/bin/python -m pytest -n 2 --dist worksteal --ignore tests/browser --ignore tests/benchmarks

$(LOWEST)/.test: pyproject.toml tests/lowest.py
	@bash .ci/system $(PYTHON)
	@test -x $(LOWEST)/bin/python || $(PYTHON) -m venv $(LOWEST)
	$(PYTHON) tests/lowest.py > $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check -c $(LOWEST)/lowest.txt -e '.[test,parquet,sdmx,dask]'
	@touch $@

# The explorer in Chromium; `make test` runs these too where there is one.
test-browser: browser $(VENV)/.test
	$(VENV)/bin/python -m pytest -n 2 --dist worksteal tests/browser

browser:
	@bash .ci/system $(PYTHON) browser

lint: $(VENV)/.test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

schemas: $(VENV)/.report
	$(VENV)/bin/python -m readiness.definitions.schema
	$(VENV)/bin/python -m readiness.export.schema

# The speed table, or some of its rows: make bench ROWS='load pdf'.
ROWS ?=
bench: $(VENV)/.test
	$(VENV)/bin/python tests/benchmarks/bench.py -o tests/benchmarks/results.md $(ROWS)

# Longer than the tests do it: EXAMPLES calls a command, then MINUTES of coverage-guided fuzzing a reader.
EXAMPLES ?= 500
MINUTES ?= 5
fuzz: $(VENV)/.test
	READINESS_FUZZ=$(EXAMPLES) $(VENV)/bin/python -m pytest tests/fuzz
	for target in definition figures table deck country; do \
	  $(VENV)/bin/python tests/fuzz/run_atheris.py $$target $$((60 * $(MINUTES))) fuzz-found/$$target || exit 1; done

# Memory over many reports in one process.
REPORTS ?= 2000
soak: $(VENV)/.test
	$(VENV)/bin/python tests/soak/reports.py $(REPORTS)

$(VENV)/.report: pyproject.toml
	@bash .ci/system $(PYTHON)
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.report
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(LOWEST) build dist reports
