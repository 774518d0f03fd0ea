# make          set up the environment from pinned versions and run the main job
# make test     set up and pass the tests (style first)
# make bench    speed of the model against the plain version, in one run
# make scaling  cost of a step as the grid gets finer
# make slow     the tests that take more than half a minute each, and the guard of the bits against BASE
# make quick    the tests that take no more than a few seconds each
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: main setup test slow quick style bench scaling map docs clean
.DEFAULT_GOAL := main

main: setup
	$(BIN)/sahel compare

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(READY)

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

test: style
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

quick: setup
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not long"

slow: setup
	$(BIN)/python -m pytest -q -m slow --durations=10

bench: setup
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_case.py

scaling: setup
	$(BIN)/python tools/scaling.py

# pinned versions anew, without naming where they come from
lock: setup
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --extra dev --extra cluster --extra observed --extra xlsx -o requirements.lock pyproject.toml

docs: setup
	$(BIN)/sahel parameters
	$(BIN)/sahel columns

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache
