# What can be done here. `make` alone lists it.

PYTHON := .venv/bin/python
UV := .venv/bin/uv
STAGE ?= local

# Nothing is compiled when it is installed, but when it is first used: once, and not at every start.
unexport PYTHONDONTWRITEBYTECODE

# $(call install,VENV,WHAT): by uv; where that cannot get through, by pip, which knows of this machine's mirror and proxy.
install = $(UV) pip install -q --system-certs --python $(1)/bin/python $(2) \
	|| $(1)/bin/python -m pip install -q --disable-pip-version-check $(2)

.DEFAULT_GOAL := help
.PHONY: help run describe upload url logs dead-letters redrive verify backfill contract load stop clean
.PHONY: lint lint-page test test-unit test-integration bench plot fuzz screenshots deploy lock
.PHONY: destroy forecast indexes invite policies token

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

run: .venv/installed ## From a clone to a working catalog: emulator, app, samples (PORT=4577 for another port)
	@$(PYTHON) -m dev.run

describe: .venv/installed ## Tell what is in a file of this machine: FILE=path, or - for standard input (JSON=1, FORMAT=duckdb)
	@$(PYTHON) -m dev.describe "$$FILE" $(if $(JSON),--json) $(if $(FORMAT),--format="$$FORMAT")

upload: .venv/installed ## Upload files and show their records: FILE=path (also several, also a folder)
	@$(PYTHON) -m ops.upload "$$FILE"

url: .venv/installed ## Print the API's URL
	@$(PYTHON) -m ops.stage $(STAGE)

logs: .venv/installed ## Print the functions' logs, newest last (FOLLOW=1 goes on)
	@$(PYTHON) -m ops.logs $(if $(FOLLOW),--follow)

dead-letters: .venv/installed ## List what could not be handled, with the reasons (STAGE=prod on AWS)
	@$(PYTHON) -m ops.dead_letters $(STAGE) list

redrive: .venv/installed ## Send what could not be handled back, to be tried again
	@$(PYTHON) -m ops.dead_letters $(STAGE) redrive

verify: .venv/installed ## Tell whether catalog, history and bucket agree (PREFIX=reports/ for a part)
	@$(PYTHON) -m ops.backfill $(STAGE) verify "$$PREFIX"

backfill: .venv/installed ## Catalog what was in the bucket before, or was missed (PREFIX=reports/ for a part; RETRY=failed; OLDER=1)
	@$(PYTHON) -m ops.backfill $(STAGE) backfill "$$PREFIX" $(if $(RETRY),"--retry=$$RETRY") $(if $(OLDER),--older)

contract: .venv/installed ## Print the contract that a dataset's newest file meets: DATASET='sales/{date}.csv'
	@$(PYTHON) -m ops.contract $(STAGE) "$$DATASET"

load: .venv/installed ## Upload FILES=2000 at once, and measure until all are in the catalog (KILL=1 kills workers)
	@$(PYTHON) -m dev.load $(or $(FILES),2000) $(if $(KILL),--kill)

stop: .venv/installed ## Stop the emulator that `make run` started
	@$(PYTHON) -m dev.emulator stop

clean: ## Stop the emulator, and remove all that was made here
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m dev.emulator stop; fi
	rm -rf .venv .local .chalice/deployments .chalice/deployed/local.json
	rm -rf .pytest_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lint: .venv/installed ## Check the code's form
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/cfn-lint resources.yaml
	@if command -v npm >/dev/null; then $(MAKE) -s lint-page; else echo "The page's script was not checked: node and npm are not here"; fi

lint-page: .local/page_lint/installed ## Check the form of the page's script and styles (needs npm)
	@cd chalicelib/web/page && $(CURDIR)/.local/page_lint/node_modules/.bin/biome check \
		--error-on-warnings --config-path=$(CURDIR)/dev/page_lint/rules.json

test: .venv/installed ## Everything that a clean machine can check (EXAMPLES=10 for ten times as many made-up examples)
	@$(MAKE) -s -j3 lint test-unit test-integration

test-unit: .venv/installed ## The fast tests
	@$(PYTHON) -m pytest -q -n auto tests/unit

test-integration: .venv/installed ## The whole path on an emulator, and the page in a browser (AWS_ENDPOINT_URL=… for one that runs)
	@$(PYTHON) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests/integration tests/browser

bench: .local/bench/installed ## Measure the reader against csv.reader, pandas, DuckDB and polars (needs Linux)
	@.local/bench/venv/bin/python -m bench.bench

plot: .local/bench/installed ## Draw seconds and memory over file size into docs/performance.svg (needs Linux)
	@.local/bench/venv/bin/python -m bench.plot

fuzz: .venv/installed ## Look for a file that is not read as the csv module reads it: MINUTES=10
	@$(PYTHON) -m bench.fuzz --minutes $(or $(MINUTES),10)

forecast: .venv/installed ## Measure what DuckDB and pandas do against what is forecast, into docs/forecast.md
	@$(PYTHON) -m tests.measure_forecast

screenshots: .venv/installed ## Make the pictures of the page in docs/ (needs chromium)
	@$(PYTHON) -m dev.screenshots

deploy: .venv/installed ## Deploy to AWS: STAGE=prod (asks first; YES=1 does not)
	@$(PYTHON) -m ops.deploy $(STAGE) $(if $(YES),--yes)

invite: .venv/installed ## Add a person who may sign in: EMAIL=ada@example.com
	@$(PYTHON) -m ops.people $(STAGE) invite "$$EMAIL"

token: .venv/installed ## Print a token for curl, of EMAIL=ada@example.com, whose password it asks for
	@$(PYTHON) -m ops.people $(STAGE) token "$$EMAIL"

indexes: .venv/installed ## Add to a table made by hand what listing needs
	@$(PYTHON) -m ops.indexes $(STAGE)

destroy: .venv/installed ## Take the app of STAGE=prod down, and keep bucket and table (asks first; YES=1 does not)
	@$(PYTHON) -m ops.destroy $(STAGE) $(if $(YES),--yes)

policies: .venv/installed ## Write what each function may do, for the names of STAGE=prod, and show what changes
	@$(PYTHON) -m ops.policies $(STAGE)

lock: .venv/installed ## Pin what requirements-dev.in asks for
	@$(UV) pip compile -q --system-certs --universal --python-version 3.10 requirements-dev.in -o requirements-dev.txt

.venv/installed: requirements.txt requirements-dev.txt
	@echo "Installing into .venv: half a minute"
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed, not " + sys.version)'
	@python3 -m venv .venv
	@$(PYTHON) -m pip install -q --disable-pip-version-check -c requirements-dev.txt uv
	@$(call install,.venv,-r requirements-dev.txt)
	@touch $@

.local/bench/installed: bench/requirements.txt requirements.txt | .venv/installed
	@echo "Installing what the reader is measured against: half a minute"
	@python3 -m venv .local/bench/venv
	@$(call install,.local/bench/venv,-r requirements.txt -r bench/requirements.txt)
	@touch $@

.local/page_lint/installed: dev/page_lint/package-lock.json
	@mkdir -p $(@D)
	@cp dev/page_lint/package.json dev/page_lint/package-lock.json $(@D)
	@npm ci --silent --no-audit --no-fund --prefix $(@D)
	@touch $@
