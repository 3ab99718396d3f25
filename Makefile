# make demo   install kg, build the graph of this repository, ask it, draw it, export it
# make test   set up what the tests need, the browser included, and run them all
# make lint   style and types
# make conformance   the test suites of RML and R2RML, if they are there (docs/conformance.md)
# make fuzz   ten thousand damaged mappings, and as many damaged tables
# make bench   measure kg beside other engines, in about half an hour; BENCH=--quick for some minutes of it
# make pictures   the pictures in docs/, anew

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
ORACLE := .cache/morph-kgc
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: demo test lint format clean pictures conformance fuzz bench check-python

demo: $(VENV)/.kg
	@echo "== kg build: tables, mapping and ontology become one graph"
	$(BIN)/kg build
	@echo
	@echo "== kg query five-operators: which network operator works in each division?"
	@$(BIN)/kg query five-operators
	@echo
	@echo "== kg query events-within-a-place: what happened within Bijie City?"
	@$(BIN)/kg query events-within-a-place
	@echo
	@echo "== kg query two-hotlines-compared: how do the two hotlines compare?"
	@$(BIN)/kg query two-hotlines-compared
	@echo
	@echo "== kg view, kg export: the same graph as a page and as Turtle"
	$(BIN)/kg view --no-open
	$(BIN)/kg export build/graph.ttl
	@echo
	@echo "The page:   $(CURDIR)/build/graph.html   (open it in a browser, it needs no network)"
	@echo "The Turtle: $(CURDIR)/build/graph.ttl"
	@echo "Next: 'source $(BIN)/activate', then 'kg query' lists the questions the graph answers,"
	@echo "      'kg view' opens the page, and a changed cell in data/*.csv is in after 'kg build'."

# What cannot be set up here (see tests/prepare.py) is skipped, and the last lines say so.
test: $(VENV)/.test $(ORACLE)/.ready
	$(BIN)/python tests/prepare.py
	$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term
	@$(BIN)/python tests/prepare.py --closing

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

conformance: $(VENV)/.test
	$(BIN)/python tests/conformance.py

fuzz: $(VENV)/.test
	KG_FUZZ=10000 $(BIN)/python -m pytest -n $(JOBS) -q tests/test_fuzz.py

bench: $(VENV)/.kg
	$(BIN)/python bench/run.py --install --publish $(BENCH)

pictures: $(VENV)/.test
	$(BIN)/python tests/prepare.py
	$(BIN)/kg build -q
	$(BIN)/python docs/pictures.py

clean:
	rm -rf $(VENV) .cache build .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage *.egg-info

# Each stamp is made anew when what it was made from changes.
$(VENV)/bin/python: | check-python
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade -c constraints.txt pip setuptools

$(VENV)/.kg: $(VENV)/bin/python setup.cfg constraints.txt
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.kg
	$(PIP) install -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/.lint: $(VENV)/.kg
	$(PIP) install -c constraints.txt -e '.[lint]'
	@touch $@

# Another RML processor to compare with; its pins do not go with ours.
$(ORACLE)/.ready: tests/oracle.txt
	$(PYTHON) -m venv $(ORACLE)
	$(ORACLE)/bin/python -m pip --disable-pip-version-check -qq install -r tests/oracle.txt
	@touch $@

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kg needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
