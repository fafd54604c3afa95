# The two commands are `make demo` and `make test`; everything else serves them.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.stamps

.PHONY: help setup demo test check bench lock fmt clean

help:
	@echo "make demo   set up, load the demonstration contract, start web and worker"
	@echo "make test   set up and run every test (SQLite, then PostgreSQL, then the browser)"
	@echo "make check  lint, types, import contracts, migrations, templates"
	@echo "make bench  the benchmarks"

setup: $(STAMP)/app

demo: setup
	@exec $(VENV)/bin/opsledger demo

$(STAMP)/venv:
	@scripts/venv.sh
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/app: $(STAMP)/venv requirements/base.txt pyproject.toml frontend/package-lock.json scripts/frontend.py
	@scripts/setup.sh
	@touch $@

$(STAMP)/dev: $(STAMP)/app requirements/dev.txt
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

test: $(STAMP)/dev
	@scripts/test.sh

check: $(STAMP)/dev
	@scripts/check.sh

bench: $(STAMP)/dev
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@$(PY) bench/run.py

fmt: $(STAMP)/dev
	@$(VENV)/bin/ruff check --fix -q . ; $(VENV)/bin/ruff format -q .

lock:
	@scripts/lock.sh

clean:
	rm -rf .venv var frontend/node_modules frontend/vendor
