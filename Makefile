# countynet: the commands of the house. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
ROOMS := countynet inventory topology playbooks monitoring audit applications dashboard
DEMO ?=
export BUNDLE
unexport PYTHONDONTWRITEBYTECODE  # images of containers set it: every process would compile all it imports, 5 s of each

.PHONY: help
help: ## list every target
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: install
install: ## install what is missing: Debian packages, .venv from the lock, the base of the twin's servers (BUNDLE=folder: offline)
	@install/packages install/debian-packages.txt
	@install/python requirements.lock
	@if [ -n "$$BUNDLE" ] && [ ! -e /var/cache/countynet ]; then mkdir -p /var/cache/countynet && tar -C /var/cache/countynet --numeric-owner --xattrs -xf "$$BUNDLE/base.tar"; fi
	@$(BIN)/countynet twin prepare

.PHONY: scale
scale: install ## install what several workers need too (docs/scale.md): Celery, the clients of Redis and PostgreSQL
	@install/python requirements-scale.lock

.PHONY: demo
demo: ## the whole county on this machine, at a URL (DEMO="--quick" for 12 units, "--mixed" for several makers)
	@if [ "$$(id -u)" = 0 ]; then $(MAKE) --no-print-directory install; else install/packages install/debian-packages.txt || true; install/python requirements.lock; fi
	@$(BIN)/countynet demo $(DEMO)

.PHONY: demo-apps
demo-apps: install ## the county with its applications deployed, about 15 minutes (DEMO as for demo); packages are fetched first
	@$(BIN)/countynet mirror make
	@$(BIN)/countynet demo --applications $(DEMO)

.PHONY: dev
dev: install ## install what tests and checks need too
	@install/packages install/debian-packages.txt install/debian-test-packages.txt
	@install/python requirements-dev.lock
	@install/recordings

.PHONY: test
test: dev ## every test, three floors (unit, twin, browser)
	@tests/run $(TESTS)

.PHONY: test-apps
test-apps: dev ## each application on a host of its own: deployed, used, backed up, destroyed, restored (below 40 minutes)
	@$(BIN)/countynet mirror make
	@tests/run-apps $(TESTS)

.PHONY: fuzz
fuzz: dev ## the tests of laws with examples never drawn before; what fails here becomes a test
	@$(BIN)/pytest -n auto $$(grep -rl "@given" tests/unit) --hypothesis-profile=fuzz

.PHONY: check
check: dev ## format, lint, types, import order, translations, documents
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@PATH="$(CURDIR)/$(BIN):$$PATH" ansible-lint -q --offline playbooks/servers playbooks/applications/ansible
	@$(BIN)/pytest -q tests/unit/house

.PHONY: bench
bench: install ## the figures of the inventory and of the demo
	@$(BIN)/python -m benchmarks.inventory
	@$(BIN)/python -m benchmarks.demo

.PHONY: screenshot
screenshot: dev ## take the README's picture anew
	@$(BIN)/python -m benchmarks.screenshot docs/board.png

.PHONY: bundle
bundle: install ## everything that install fetches, in one folder, for a machine without Internet (dist/bundle)
	@install/bundle

.PHONY: lock
lock: dev ## renew the lock files to the newest versions that fit pyproject.toml
	@install/lock

.PHONY: clean
clean: ## remove what was made here; the county folder stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(ROOMS) tests -name __pycache__ -type d -prune -exec rm -rf {} +
