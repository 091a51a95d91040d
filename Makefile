# Everything a newcomer needs: `make demo` shows the main job, `make test` proves it.
# While you work: `make check`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PEERS  := $(VENV)/.peers
# A lock names the exact files; pip refuses anything else.
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
# Tests mostly wait: for servers that are slow on purpose, for processes to end.
JOBS   ?= 3
UNIT   := --ignore tests/e2e

.PHONY: install demo check test retest coverage lint lock bench clean

install: $(STAMP)

$(STAMP): pyproject.toml locks/dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 was not found. Install it, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (about a minute the first time) ..."
	@$(PIP) install --no-deps --require-hashes --requirement locks/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	@$(BIN)/wirewatch demo

# What a change is held to while it is made: all but the tests that start the program.
check: lint
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal $(UNIT)

# How much of the code those tests run; under `fail_under`, where pyproject.toml sets it, it fails.
coverage: install
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal $(UNIT) --cov --cov-report=term:skip-covered

test: install
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

# What failed the last time, one after another on a quiet machine; the listed names are to be mended.
retest: install
	@echo "Asked once more, alone. What passes now waited for a clock or a neighbour: mend it."
	@$(BIN)/python -m pytest --last-failed --last-failed-no-failures none --numprocesses 0 -rA --show-capture=no

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# After a change of dependencies in pyproject.toml: resolve again, with hashes, naming no index.
lock: install
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --output-file locks/runtime.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev \
		--no-emit-index-url --no-annotate --no-header --output-file locks/dev.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group bench \
		--constraint locks/dev.txt \
		--no-emit-index-url --no-annotate --no-header --output-file locks/bench.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group build \
		--constraint locks/dev.txt \
		--no-emit-index-url --no-annotate --no-header --output-file locks/build.txt

# The peers that are measured beside: for benchmarks only, so not among the others.
$(PEERS): $(STAMP) locks/bench.txt
	@echo "Installing what to measure beside ..."
	@$(PIP) install --no-deps --require-hashes --requirement locks/bench.txt
	@touch $@

bench: $(PEERS)
	@$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .coverage .pytest_cache .mypy_cache .ruff_cache build dist *.egg-info
