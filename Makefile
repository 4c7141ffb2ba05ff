# Everything installs into .venv; nothing else is needed than Python (3.11 or later) and make.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: demo test setup check bench fuzz clean

demo: .venv/prepared
	@$(BIN)/clausette demo --port $(PORT)

test: .venv/installed-dev .venv/prepared
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/unit

bench: .venv/installed-dev .venv/prepared
	$(BIN)/python -m tests.bench

fuzz: .venv/installed-dev
	$(BIN)/python -W error -m tests.fuzz.mail

setup: .venv/installed-dev .venv/prepared

# Hash-pinned requirements first, then the project itself without looking anything up.
.venv/installed: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# What every start would do again: compile, read and count the articles, run the revisions of the schema.
.venv/prepared: .venv/installed $(shell find bot core knowledge mailer -type f -not -path '*/__pycache__/*')
	@$(BIN)/python -m compileall -q bot core knowledge mailer
	@$(BIN)/python -m bot.cli.preparing
	@touch $@

clean:
	rm -rf .venv build *.egg-info
