# Every target is idempotent, says what it does, and installs what is missing. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# Node parses the whole of this bundle at each start; nothing here needs it but npm and the downloads of the engine build.
node := env -u NODE_EXTRA_CA_CERTS node
bin := $(CURDIR)/node_modules/.bin
run := env -u NODE_EXTRA_CA_CERTS PATH="$(bin):$$PATH"

.PHONY: help up down test test-unit check build install schema sdk engine lab lab-down bench fix clean

help: ## lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

node_modules/.installed: package.json package-lock.json
	@echo "npm: installing the pinned development tools"
	@# Not `npm ci`: it refuses a lock file made where the registry has no packages of other platforms.
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

up: ## sets everything up and runs the quick start: on a lab host here, or on KVM_URI (with IMAGE)
	@tools/quickstart/up.sh

down: ## destroys what `make up` made
	@tools/quickstart/down.sh

test: ## all checks and tests, with the real engine on real libvirt hosts
	@tools/test/run.sh all

test-unit: node_modules/.installed ## the pure tests: no root, no lab
	@tools/test/run.sh unit

checks := check-format check-types check-imports check-dead-code check-generated
.PHONY: $(checks)
check: $(checks) ## formatter, linter, types, import rules, dead code, stale generated files

check-format: node_modules/.installed
	@echo "check: format and lint"; $(run) biome ci --error-on-warnings --colors=off .
check-types: node_modules/.installed
	@echo "check: types"; $(run) tsc -p . --incremental --tsBuildInfoFile .cache/tsc.json
check-imports: node_modules/.installed
	@echo "check: import rules"; $(run) depcruise --config .dependency-cruiser.cjs provider/src tools tests
check-dead-code: node_modules/.installed
	@echo "check: dead code"; $(run) knip
check-generated: node_modules/.installed
	@echo "check: schema.json and sdk/ are what the declarations say"; tools/schema/generate.sh --check; tools/sdk/generate.sh --check

fix: node_modules/.installed ## formats, and mends what the linter can
	@$(run) biome check --write .

build: node_modules/.installed ## bin/pulumi-resource-kvm
	@$(node) tools/build/build.mjs

install: build ## puts the provider into Pulumi's plugin folder
	@$(node) tools/build/install.mjs

schema: node_modules/.installed ## schema.json, from the declarations
	@tools/schema/generate.sh

sdk: schema ## sdk/, from schema.json
	@tools/sdk/generate.sh

engine: ## the real Pulumi engine, into .cache/bin where PATH has none
	@tools/engine/build.sh

lab: ## starts the lab hosts alpha and beta; writes .lab/env
	@tests/lab/packages.sh
	@tests/lab/up.sh

lab-down: ## stops them and removes all that they left
	@tests/lab/down.sh

bench: build engine lab ## the figures, as ratios measured in one run
	@tools/bench/run.sh

clean: ## removes what was built here, the lab and caches included
	@tools/quickstart/clean.sh
