# Each target does all its set-up and ends well twice in a row. PYTHON=python3.13 chooses an interpreter.
.DEFAULT_GOAL := help
.PHONY: help venv debian demo test test-long lint check format bench survive previews gallery docs lock wheel advisories deb newcomer image freeze tag clean
SHELL := /bin/bash
BIN := .venv/bin
DEMO ?= --once
# One more than there are cores: some always wait for a server, a browser or a clock.
JOBS ?= $(shell echo $$(( $$(nproc) + 1 )))
# Of the long matrices a third of the time is waiting: one more yet, unless JOBS is told.
LONG_JOBS ?= $(if $(filter file,$(origin JOBS)),$(shell echo $$(( $$(nproc) + 2 ))),$(JOBS))
# Hundreds of processes are started by the tests: without bytecode each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 10

venv:  ## .venv: Python packages from requirements.lock, and maild itself
	@tools/venv

debian:
	@tools/debian

demo: venv  ## The whole on this machine: mail servers, sample mails, what maild did. DEMO= lets it stay
	@$(BIN)/maild demo $(DEMO)

test: venv debian  ## All tests but the long matrices (LONG=1: with them), on all cores (JOBS=0: in one process). ARGS='tests/console -k name' or maild/office/payments chooses among all
	@$(call tests,$(if $(ARGS)$(LONG),,not long),$(JOBS))

test-long: venv debian  ## The long matrices, of some a share; WHOLE=1: every cell of each
	@$(call tests,long,$(LONG_JOBS))

# $(call tests,marks,processes): on all cores, by files. Without a system that can be booted those that boot one are left out, and it is said.
define tests
no=$$($(BIN)/python -m tests.servers.booted) && marks="$(1)" && \
if [ -n "$$no" ]; then echo "make: leaving out the tests marked boot: $$no" >&2; marks="$${marks:+$$marks and }not boot"; fi && \
$(BIN)/python -m tests.chosen -n $(2) --dist loadfile --no-loadscope-reorder $${marks:+-m "$$marks"} $(ARGS)
endef

lint: venv  ## Formatting, lints, types, and who may import whom
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@said=$$(mktemp) && { $(BIN)/lint-imports >"$$said" 2>&1 & } && imports=$$! && \
	{ types=0; $(BIN)/mypy || types=1; arrows=0; wait $$imports || arrows=1; cat "$$said"; rm -f "$$said"; \
	  exit $$((types || arrows)); }

check: lint  ## What CI runs: lint, then all tests
	@$(MAKE) --no-print-directory test LONG=1

format: venv  ## Lay the code out
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: venv debian  ## Measure, the whole path beside its floors last. ARGS='path relay' chooses
	@$(BIN)/python -m tests.bench $(ARGS)

survive: venv debian  ## Kill maild at random moments, on both databases, and count what is left. ARGS='--kills 1000 --seed 7'
	@$(BIN)/python -m tests.survival $(ARGS)

previews: venv debian  ## Pictures of every notice: docs/images/notices, docs/notice-gallery.md (chromium)
	@$(BIN)/python -m tests.tools.preview_notices $(ARGS)

gallery: venv debian  ## Pictures of every page of the console: docs/images/console, docs/console-gallery.md (chromium)
	@$(BIN)/python -m tests.tools.console_gallery $(ARGS)

docs: venv  ## Generate the pages and pictures that come from the code
	@$(BIN)/python tools/docs.py

lock: venv  ## requirements.lock and requirements-runtime.lock anew from pyproject.toml (needs uv); ARGS=--upgrade takes newer versions
	@uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --all-extras \
	  --python-version 3.11 --custom-compile-command 'make lock' pyproject.toml -o requirements.lock $(ARGS)
	@uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra postgres --extra backup --extra alarm -c requirements.lock \
	  --python-version 3.11 --custom-compile-command 'make lock' pyproject.toml -o requirements-runtime.lock

wheel: venv  ## The wheel below dist/, with its bill of materials
	@$(BIN)/python -m hatchling build -t wheel

advisories: venv  ## Known holes of what is locked, from data at hand: FILE=all.zip (OSV's PyPI data) or pip-audit's JSON
	@$(BIN)/python tools/advisories.py $(FILE)

deb: venv  ## Debian packages below dist/: maild and maild-receipts (Debian 13's Python; tools/deb says more)
	@tools/deb

newcomer: venv  ## A bare Debian 13 is made and booted: package, first mail, upgrade, purge. ARGS=--clone: README's commands, too
	@tools/newcomer $(ARGS)

image: deb  ## The OCI image localhost/maild (podman or docker); packaging/compose.yaml runs it. BASE=: another base than a made one
	@tools/image

freeze: venv debian  ## The newest schema as SQL text below tests/store/frozen, on which upgrades are tried. REVISION=0012: another
	@$(BIN)/python -m tests.tools.freeze_schema $(REVISION)

tag:  ## Tag the version of pyproject.toml, where tree, CHANGELOG and frozen schema agree
	@tools/tag

clean:  ## Remove everything that was made
	@rm -rf .venv build dist demo-out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
