# Two commands do everything: `make demo` and `make test`. Each sets up what it needs, from the lock.
# PYTHON names the interpreter to build the environment with: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LOCK := requirements/dev.txt
DEMO := build/demo

# $(call pip_install,folder of an environment's programs)
pip_install = $(1)/python -m pip install --quiet --quiet --disable-pip-version-check
# $(call lint_demo,a rootlint): the demo is made to have findings, so exit code 1 is the right one.
lint_demo = code=0; $(1) check $(DEMO) || code=$$?; \
  echo "exit code $$code (0: no findings, 1: findings, more: rootlint --help)"; test $$code -eq 1
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url \
  --python-version 3.11 --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup truth demo test check coverage bench docs lock package clean
MAKEFLAGS += --no-print-directory

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

setup: $(VENV)/installed ## build the environment from the lock (only when the lock or pyproject.toml changed)
	@:

$(VENV)/locked: $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "rootlint needs Python 3.11 or newer; '$(PYTHON)' is not: name another with make PYTHON=python3.13" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(call pip_install,$(BIN)) --require-hashes --requirement $(LOCK)
	@touch $@

$(VENV)/installed: $(VENV)/locked pyproject.toml
	@$(call pip_install,$(BIN)) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEMO)/snapshot.yaml: $(VENV)/installed $(wildcard demo/* demo/*/*)
	@$(BIN)/python demo/generate.py $(DEMO)

demo: $(DEMO)/snapshot.yaml ## make a snapshot of an operator that does not exist, and lint it
	@$(call lint_demo,$(BIN)/rootlint)

test: check ## the same as check

check: setup ## what a person, a pre-commit hook and CI call
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo --cache-dir build/cache/imports 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/rootlint rules check
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

coverage: setup ## which lines of the package the tests do not reach
	@$(BIN)/coverage run -m pytest
	@$(BIN)/coverage report

truth: setup ## measure root causes over simulated worlds with known faults (TRUTH="--part design --worlds 200")
	@PYTHONPATH=. $(BIN)/python -m benchmarks.faults.measure --results build/truth/results.json $(TRUTH)

bench: setup ## time rootlint against hand-written SQL (BENCH="--sale-lines 1000000 10000000 --runs 3"), then over a million violations
	@$(BIN)/python benchmarks/bench.py $(BENCH)
	@$(BIN)/python benchmarks/bench.py --sale-lines 2000000 --broken-one-in 1

docs: setup ## write the generated pages of docs/ and the schemas anew
	@$(BIN)/python docs/generate.py

lock: setup ## write the lock files from pyproject.toml (make lock UPGRADE=--upgrade: the newest of everything)
	@$(UV_COMPILE) --group dev --all-extras --output-file $(LOCK) pyproject.toml
	@$(UV_COMPILE) --constraint $(LOCK) --output-file requirements/runtime.txt pyproject.toml
	@$(UV_COMPILE) --constraint $(LOCK) --output-file requirements/build.txt --group build

package: $(DEMO)/snapshot.yaml ## build sdist and wheel, install the wheel elsewhere and lint with it
	@rm -rf build/package
	@$(BIN)/python -m build --quiet --quiet --no-isolation --outdir build/package
	@$(BIN)/python -m venv build/package/$(VENV)
	@$(call pip_install,build/package/$(BIN)) --require-hashes --requirement requirements/runtime.txt
	@$(call pip_install,build/package/$(BIN)) --no-deps build/package/*.whl
	@build/package/$(BIN)/rootlint --version
	@$(call lint_demo,build/package/$(BIN)/rootlint)

clean: ## remove everything that make made
	@rm -rf build .hypothesis $(VENV)
