# Two commands do all set-up: `make report` (COUNTRY=KEN) and `make test`.
.PHONY: report test test-browser browser lint schemas bench clean

PYTHON ?= python3
VENV := .venv
COUNTRY ?= KEN

report: $(VENV)/.report
	@$(VENV)/bin/readiness report "$(COUNTRY)" -o reports/
	@echo "The report is in $(CURDIR)/reports"

test: $(VENV)/.test
	$(VENV)/bin/python -m pytest -n 2 --dist worksteal

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

bench: $(VENV)/.test
	$(VENV)/bin/python tests/benchmarks/bench_draws.py
	$(VENV)/bin/python tests/benchmarks/bench_site.py

$(VENV)/.report: pyproject.toml
	@bash .ci/system $(PYTHON)
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.report
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist reports
