# make          set up the environment from pinned versions and run the main job
# make test     set up and pass the tests (style first)
# make sample   the report and the briefs of the main job into docs/sample
# make bench    speed of the model against the plain version, in one run
# make scaling  cost of a step as the grid gets finer
# make slow     the tests that take more than half a minute each, and the guard of the bits against BASE
# make chaos    a trial of faults: kills, full disks, flipped bits, odd command lines and files
# make quick    the tests that take no more than a few seconds each
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: main setup test slow quick style sample bench scaling map lock audit chaos docs clean
.DEFAULT_GOAL := main

main: setup
	$(BIN)/sahel compare

setup: $(READY)

# every file that is installed must have the hash that the locks name, those that build the package too
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(READY): requirements.lock build-requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --require-hashes -r build-requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
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

# the report and the briefs of the main job, which README shows
sample: setup
	$(BIN)/sahel compare scenarios=main seed=1 output=results/sample
	$(BIN)/sahel brief results/sample
	mkdir -p docs/sample
	cp results/sample/report.html results/sample/brief.html docs/sample/

bench: setup
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_case.py

scaling: setup
	$(BIN)/python tools/scaling.py

# pinned versions and hashes anew, without naming where they come from
lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --extra dev --extra cluster --extra observed --extra xlsx -o requirements.lock pyproject.toml
	printf 'hatchling==1.33.0\neditables\n' | $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header -c requirements.lock -o build-requirements.lock -

# pinned versions against the advisories of PyPI and OSV, which needs a way to them
audit: setup
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock -r build-requirements.lock

# a trial of faults: kills, full disks, flipped bits, generated command lines and files; some 20 minutes on two cores
chaos: setup
	$(BIN)/python -m tools.chaos

docs: setup
	$(BIN)/sahel parameters
	$(BIN)/sahel columns

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache
