# What can be done here. `make` alone lists it.

PYTHON := .venv/bin/python
UV := .venv/bin/uv

# Nothing is compiled when it is installed, but when it is first used: once, and not at every start.
unexport PYTHONDONTWRITEBYTECODE

# $(call install,VENV,WHAT): by uv; where that cannot get through, by pip, which knows of this machine's mirror and proxy.
install = $(UV) pip install -q --system-certs --python $(1)/bin/python $(2) \
	|| $(1)/bin/python -m pip install -q --disable-pip-version-check $(2)

# $(call lock,PYTHON,WHAT): pin WHAT.in, for any machine and from that Python on, with hashes.
lock = $(UV) pip compile -q --system-certs --universal --generate-hashes --python-version $(1) $(2).in -o $(2).txt

.DEFAULT_GOAL := help
.PHONY: help run stop url test test-unit test-integration lint bench plot fuzz hostile forecast screenshots load
.PHONY: lock clean nightly

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile
	@echo "./catalog --help       What users do: describe, upload, logs, deploy, …"

run: .venv/installed ## A working catalog from a clone (PORT=4577 moves it)
	@$(PYTHON) -m dev.run

stop: .venv/installed ## Stop this folder's emulator on PORT (ALL=1 for all)
	@$(PYTHON) -m dev.emulator stop $(if $(ALL),--all)

url: .venv/installed ## Print the URL of the API (STAGE=prod for another stage)
	@$(PYTHON) catalog url --stage "$${STAGE:-local}"

test: .venv/installed ## All checks of a clean machine (EXAMPLES=10 for more)
	@$(MAKE) -s -j3 lint test-unit test-integration

test-unit: .venv/installed ## The fast tests
	@$(PYTHON) -m pytest -q -n auto tests/unit

test-integration: .venv/installed ## The whole path on an emulator; the page in a browser
	@$(PYTHON) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests/integration tests/browser

lint: .venv/installed ## The form of code, template and page
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy app.py chalicelib ops dev
	@.venv/bin/cfn-lint resources.yaml docs/webhook.yaml
	@if command -v npm >/dev/null; then $(MAKE) -s lint-page; else echo "The page's script was not checked: node and npm are not here"; fi

lint-page: .local/page_lint/installed
	@cd chalicelib/web/page && $(CURDIR)/.local/page_lint/node_modules/.bin/biome check \
		--error-on-warnings --config-path=$(CURDIR)/dev/page_lint/rules.json

nightly: .venv/installed ## What changes seldom: MiniStack's gaps, known faults, …
	@$(PYTHON) -m pytest -q -n 2 tests/nightly
	@EXAMPLES=5 $(PYTHON) -m pytest -q -n 2 tests/unit tests/browser/test_accessibility.py
	@EXAMPLES=5 $(PYTHON) -m pytest -q -n 2 tests/integration/test_packages.py tests/browser/test_page_end_to_end.py
	@EXAMPLES=10 $(PYTHON) -m pytest -q tests/integration/test_api.py -k schemathesis
	@$(PYTHON) -m bench.hostile
	@$(PYTHON) -m dev.known_faults

bench: .local/bench/installed ## Measure the reader against others (needs Linux)
	@.local/bench/venv/bin/python -m bench.bench
	@.local/bench/venv/bin/python -m bench.profiles

plot: .local/bench/installed ## Draw speed and memory: docs/performance.svg (needs Linux)
	@.local/bench/venv/bin/python -m bench.plot

fuzz: .venv/installed ## Look for a file that is read wrongly (MINUTES=10)
	@$(PYTHON) -m bench.fuzz --minutes $(or $(MINUTES),10)

hostile: .venv/installed ## Read files made to harm (FOLDERS="a b": read others)
	@$(PYTHON) -m bench.hostile $(FOLDERS)

forecast: .venv/installed ## Measure tools against their forecast: docs/forecast.md
	@$(PYTHON) -m tests.measure_forecast

screenshots: .venv/installed ## Take the pictures of the page for docs/
	@$(PYTHON) -m dev.screenshots

load: .venv/installed ## Upload FILES=2000 and measure (KILL=1 kills workers)
	@$(PYTHON) -m dev.load $(or $(FILES),2000) $(if $(KILL),--kill)

lock: .venv/installed ## Pin requirements with hashes, and look up known faults
	@$(call lock,3.10,requirements)
	@$(call lock,3.10,requirements-dev)
	@$(call lock,3.11,bench/requirements)
	@$(PYTHON) -m dev.known_faults

clean: ## Stop this folder's emulators, remove what was made here
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m dev.emulator stop --all; fi
	rm -rf .venv .local .chalice/deployments .chalice/deployed/local.json
	rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: requirements.txt requirements-dev.txt
	@echo "Installing into .venv: half a minute"
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed, not " + sys.version)'
	@python3 -m venv --clear .venv
	@sed -n '/^uv==/,/# via/p' requirements-dev.txt > .venv/uv.txt
	@$(PYTHON) -m pip install -q --disable-pip-version-check -r .venv/uv.txt
	@$(call install,.venv,-r requirements-dev.txt)
	@touch $@

.local/bench/installed: bench/requirements.txt requirements.txt | .venv/installed
	@echo "Installing what the reader is measured against: half a minute"
	@python3 -m venv --clear .local/bench/venv
	@$(call install,.local/bench/venv,-r requirements.txt -r bench/requirements.txt)
	@touch $@

.local/page_lint/installed: dev/page_lint/package-lock.json
	@mkdir -p $(@D)
	@cp dev/page_lint/package.json dev/page_lint/package-lock.json $(@D)
	@npm ci --loglevel=error --no-audit --no-fund --prefix $(@D)
	@touch $@
