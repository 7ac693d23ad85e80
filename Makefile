# What can be done here. `make` alone lists it.

PYTHON := .venv/bin/python
STAGE ?= local

.DEFAULT_GOAL := help
.PHONY: help run upload url logs dead-letters redrive verify backfill load stop clean lint test test-unit test-integration deploy lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

run: .venv ## From a clone to a working catalog: emulator, app, samples (PORT=4577 for another port)
	@$(PYTHON) -m local.run

upload: .venv ## Upload files and show their records: FILE=path (also several, also a folder)
	@$(PYTHON) -m local.upload "$$FILE"

url: .venv ## Print the API's URL
	@$(PYTHON) -m local.stage

logs: .venv ## Print the functions' logs, newest last (FOLLOW=1 goes on)
	@$(PYTHON) -m local.logs $(if $(FOLLOW),--follow)

dead-letters: .venv ## List what could not be handled, with the reasons (STAGE=prod on AWS)
	@$(PYTHON) -m local.dead_letters $(STAGE) list

redrive: .venv ## Send what could not be handled back, to be tried again
	@$(PYTHON) -m local.dead_letters $(STAGE) redrive

verify: .venv ## Tell whether catalog and bucket agree (PREFIX=reports/ for a part)
	@$(PYTHON) -m local.backfill $(STAGE) verify "$$PREFIX"

backfill: .venv ## Catalog what was in the bucket before, or was missed (PREFIX=reports/ for a part)
	@$(PYTHON) -m local.backfill $(STAGE) backfill "$$PREFIX"

load: .venv ## Upload FILES=2000 at once, and measure until all are in the catalog (KILL=1 kills workers)
	@$(PYTHON) -m local.load $(or $(FILES),2000) $(if $(KILL),--kill)

stop: .venv ## Stop the emulator that `make run` started
	@$(PYTHON) -m local.emulator stop

clean: ## Stop the emulator, and remove all that was made here
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m local.emulator stop; fi
	rm -rf .venv .local .chalice/deployments .chalice/deployed/local.json
	rm -rf .pytest_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lint: .venv ## Check the code's form
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

test: lint test-unit test-integration ## Everything that a clean machine can check

test-unit: .venv ## The fast tests
	@$(PYTHON) -m pytest -q tests/unit

test-integration: .venv ## The whole path on an emulator (AWS_ENDPOINT_URL=… for one that runs)
	@$(PYTHON) -m pytest -q tests/integration

deploy: .venv ## Deploy to AWS: STAGE=prod (asks first; YES=1 does not)
	@$(PYTHON) -m local.deploy $(STAGE) $(if $(YES),--yes)

lock: .venv ## Pin what requirements-dev.in asks for
	@.venv/bin/uv pip compile -q --universal --python-version 3.10 requirements-dev.in -o requirements-dev.txt

.venv: requirements.txt requirements-dev.txt
	@echo "Installing into .venv: about a minute"
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed, not " + sys.version)'
	@python3 -m venv .venv
	@$(PYTHON) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch .venv
