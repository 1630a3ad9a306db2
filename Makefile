# What a user runs. Everything sets up what it needs first; nothing else has to be installed by hand.

PYTHON ?= python3
PY := .venv/bin/python
.DEFAULT_GOAL := help

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 18

venv: .venv/ready    ## set up .venv with the kit and all it needs, and nothing more

.venv/ready: pyproject.toml .ci/setup .ci/constraints.txt
	@PYTHON=$(PYTHON) .ci/setup
	@touch $@

demo: venv       ## the whole loop on a small class: release, submissions, grades, gradebook, feedback
	@$(PY) -m tests.support.demo

test: export OPENBLAS_NUM_THREADS = 1
quick: export OPENBLAS_NUM_THREADS = 1
test: check      ## lint, types, import rules and the tests, the slow ones too (what CI runs)
	$(PY) -m pytest -m "not proof" -n auto --dist loadgroup

quick: check     ## lint, types, import rules and the fast tests
	$(PY) -m pytest -n auto --dist loadgroup

check: venv      ## lint, types, import rules, dead code
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/vulture

lowest:          ## the fast tests with the lowest versions of other packages that are allowed
	@PYTHON=$(PYTHON) .ci/lowest

refresh:         ## the newest versions of other packages, tried by the fast tests and written down for `make venv`
	@PYTHON=$(PYTHON) .ci/refresh

dist: venv       ## the wheel and the source distribution, the wheel the same whoever makes it
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(PY) -m build

build: venv      ## releases and references from the source notebooks, proved
	@.venv/bin/autograder build

docs: venv docs-commands    ## the documentation as a site in build/docs, built strictly
	.venv/bin/mkdocs build --strict --quiet

docs-commands: venv    ## the page of commands and settings, from the parser
	@$(PY) -m autograder.cli.reference docs/commands.md

proof: export OPENBLAS_NUM_THREADS = 1
proof: venv      ## the whole bank of submissions, right and wrong (half an hour; the tests take a part of it)
	$(PY) -m pytest -m proof -n auto --dist loadgroup

courses: venv    ## ten assignments as courses word them, built and judged with right and wrong variants
	@$(PY) -m tests.courses

bench: venv      ## this kit beside nbgrader and Otter, in one run of a quarter of an hour; MEMORY=1: its memory by class
	@$(PY) -m tests.bench $(if $(MEMORY),--memory)

clean:           ## remove what was made here, not the course's own files
	rm -rf build dist .venv .venv-lowest .venv-newest .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.PHONY: help venv demo test quick check lowest refresh dist build docs docs-commands proof courses bench clean
