# supportd: everything a developer does more than once.  `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := $(VENV)/bin/python
STAMP := $(VENV)/.supportd-installed
WORKERS ?= 3
PAIRS ?= 1000000
SEED ?= 1
MAILS ?= 2000
KILLS ?= 40
NODES ?= 0
MINUTES ?= 60
MUTANTS := var/mutants
FUZZ := var/fuzz
unexport PYTHONDONTWRITEBYTECODE  # without their cache, the workers rewrite every test anew
PYTEST := $(PY) -m pytest -q
WORKING := -n $(WORKERS) --no-loadscope-reorder

.PHONY: help setup demo run check test test-fast stories neighbours corpus twin mutants fuzz torture bench wheel lock format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with everything locked, and supportd from this folder

$(STAMP): requirements/dev.lock setup.cfg pyproject.toml
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## Play a desk's week by real SMTP and show every mail
	$(PY) -m examples.demo

run: setup ## Start the daemon on the example company, to stay
	@echo 'Send it a mail from another terminal:'
	@echo '  $(PY) -m examples.send_mail "Phones are down"'
	@echo 'Answers arrive in var/outgoing; cases: $(VENV)/bin/supportd case list; to stop: Ctrl-C'
	$(PY) -m daemon --config config run

check: setup ## Format, lint, types, import contracts, house rules, schema drift
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-cache
	$(PYTEST) tests/repository -p no:randomly

test: setup neighbours ## Every test, against real servers where they can be had (CI=true: a missing one fails)
	$(PYTEST) $(WORKING)

test-fast: setup ## The tests that need no server
	$(PYTEST) $(WORKING) -m "not (chromium or dovecot or postfix or postgresql or slow)"

stories: setup neighbours ## Every story of the desk on both databases, also those that make test tells on SQLite alone
	SUPPORTD_EVERY_DATABASE=1 $(PYTEST) $(WORKING) tests/scenarios

neighbours: setup ## Install the servers that the tests talk to, as far as this machine allows
	@bash tests/servers/install.sh $(VENV)

corpus: setup ## Score the reading of labelled mails: make corpus SUPPORTD_MAIL_CORPUS=DIR
	SUPPORTD_MAIL_CORPUS="$(SUPPORTD_MAIL_CORPUS)" $(PY) -m tests.corpus

twin: setup ## Business time and clocks against their slow twin, a million pairs: make twin PAIRS=1000000
	SUPPORTD_TWIN_PAIRS=$(PAIRS) $(PYTEST) tests/rules/test_twin.py -n $(WORKERS)

mutants: setup $(MUTANTS)/.installed ## What the tests of a rule do not notice: make mutants MODULES=daemon/rules/standing.py
	$(PY) -m tests.mutants --tool $(MUTANTS)/bin/cosmic-ray $(MODULES)

$(MUTANTS)/.installed: requirements/mutants.lock
	$(PYTHON) -m venv $(MUTANTS)
	$(MUTANTS)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/mutants.lock
	@touch $@

fuzz: setup $(FUZZ)/.installed ## Give the reader mail that nobody ever wrote: make fuzz MINUTES=60 SEED=1
	PYTHONPATH=$(FUZZ)/lib $(PY) -m tests.mail.hostile.fuzz --minutes $(MINUTES) --seed $(SEED) --folder $(FUZZ)

$(FUZZ)/.installed: requirements/fuzz.lock
	mkdir -p $(FUZZ)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes --upgrade --target $(FUZZ)/lib -r $< \
	  || echo 'No atheris for this machine: mutations are chosen by chance.'
	@touch $@

torture: setup neighbours ## Kill it, stop it, starve it while mails come: make torture SEED=1 MAILS=2000 KILLS=40 [NODES=3]
	$(PY) -m tests.faults --seed $(SEED) --mails $(MAILS) --kills $(KILLS) --nodes $(NODES)

bench: setup neighbours ## Messages a second, CPU and waits beside floors, targets and peers: make bench PARTS=latency,ready
	$(PY) -m benchmarks $(if $(PARTS),--parts $(PARTS))

wheel: setup ## Build dist/supportd-*.whl
	rm -rf build dist
	$(PY) -m build --wheel --no-isolation --outdir dist .

lock: setup ## Lock the newest versions that setup.cfg allows
	$(PY) -m pip install -q uv
	$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra dev --extra postgresql -o requirements/dev.lock setup.cfg
	$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  -o requirements/neighbours.lock requirements/neighbours.in
	$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  -o requirements/mutants.lock requirements/mutants.in
	$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  -o requirements/fuzz.lock requirements/fuzz.in

format: setup ## Format the code and mend what the linter can
	$(PY) -m ruff format --quiet .
	$(PY) -m ruff check --quiet --fix .

clean: ## Remove what was made, .venv too
	rm -rf $(VENV) build dist var *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
