# What a person does with Netloom from a fresh clone. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
# Tests are shared out among processes, one a core; a memory of 8 GB is enough for four.
SHARED := -n auto --maxprocesses 4 --dist worksteal
SET_UP := pyproject.toml constraints.txt tools/set-up

.PHONY: help run test check soak bench docs clean

help:  ## list these
	@sed -n 's/^\([a-z]*\):.*##/make \1\t/p' Makefile | expand -t 14

run: .venv/ready-to-run  ## open the window (ARGS="project.netloom", or "train …" for work without one)
	@$(BIN)/python main.py $(ARGS)

test: .venv/ready-to-test check  ## check and test everything (ARGS="tests/unit -k relu" for less)
	$(BIN)/python -m pytest $(SHARED) $(ARGS)

soak: .venv/ready-to-test  ## what draws anew each time, for an hour, or SECONDS=600 in all
	@nice -n 19 $(BIN)/python -m tests.soak $(if $(SECONDS),--seconds $(SECONDS))

check: .venv/ready-to-test  ## style, types and the arrows between packages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: .venv/ready-to-test  ## print the figures of docs/benchmarks.md
	@for file in benchmarks/[!_]*.py; do $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit; done

docs: .venv/ready-to-test  ## renew the lists in docs/engine.md from the code
	@$(BIN)/python tools/list_operations.py

clean:  ## remove all that these commands made
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/ready-to-%: $(SET_UP)
	@PYTHON="$(PYTHON)" sh tools/set-up $*
	@touch $@
