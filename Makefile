# One word, one thing to do. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help up check fmt lint types test journeys ui ui-dev screenshots docs lock

BIN := .venv/bin
UV_COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --generate-hashes --universal --python-version 3.11

help:  ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/' | expand -t 12

up:  ## start everything (Ctrl-C stops it)
	./flow8core up

check:  ## everything that CI runs
	./flow8core test

fmt:  ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint:  ## ruff and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types:  ## mypy, strict
	$(BIN)/mypy

test:  ## the tests, without the journeys
	$(BIN)/python -m pytest -m "not journey"

journeys:  ## the tests with real processes
	$(BIN)/python -m pytest -m journey

ui:  ## build the web UI and check it
	./flow8core ui build
	./flow8core ui check

ui-dev:  ## serve the web UI with hot reload, beside a flow8 that runs
	./flow8core ui dev

screenshots:  ## picture every screen into docs/screenshots
	mkdir -p docs/screenshots
	FLOW8_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -n 0 tests/ui/test_every_screen.py

docs:  ## write the pages that are made from code
	$(BIN)/python -m config.reference
	$(BIN)/python -m flow8.registry
	$(BIN)/python -m flow8.function_reference
	$(BIN)/python -m flow8.metrics.page

lock:  ## compile requirements/*.in with hashes
	cd requirements && for list in main dev embedded ui; do PATH="$(CURDIR)/$(BIN):$$PATH" $(UV_COMPILE) $$list.in -o $$list.txt; done
