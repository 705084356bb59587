# The one door to everything: `make` says what there is.
#
# A fresh machine needs Go, npm and make. The rest is fetched: the engine by
# `make library`, the tools of `make lint` by their own module in lint/.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

GO      ?= go
COUNT   ?= 1
version := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
tool    := $(GO) tool -modfile=lint/go.mod

# Everything is built and tested without cgo, so no C compiler is needed;
# test-long turns it on for the race detector.
export CGO_ENABLED = 0

.PHONY: help demo build library test test-long race browser bench lint format vet staticcheck modern page budgets size clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## build, then run the embedded study: demo/report.html
	bin/isocortex demo -o demo

build: library ## bin/isocortex, with the engine inside
	$(GO) build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(version)' -o bin/isocortex ./cmd/isocortex

library: ## fetch the engine, ONNX Runtime, unless it is there
	$(GO) run ./engine/library/fetch

test: library browser ## every test, in under ten minutes
	$(GO) test -timeout 9m ./...
	$(GO) test -C lint ./...

test-long: library browser race ## the tests that take longer, and a run with the race detector
	ISOCORTEX_LONG=1 $(GO) test -timeout 120m ./...

# The race detector needs cgo, and with it a C compiler. It makes a program ten
# times slower, so that laws are tried ten times instead of a hundred, and what
# looks at many numbers and has no threads of its own is left out: simulations of
# levels and power, the walk through all examples, the layers of the zoo.
skipped := Level|Power|TestExamplesOfHelp|TestScriptsWithEngine/engine_readme|TestLayersAgreeWithPyTorch
lawful  := $(shell grep -rlx --include='*_test.go' '.*"pgregory.net/rapid"' . | xargs -n1 dirname | sort -u)
race:
	CGO_ENABLED=1 $(GO) test -race -timeout 60m -skip '$(skipped)' $(lawful) -rapid.checks=10
	CGO_ENABLED=1 $(GO) test -race -timeout 60m -skip '$(skipped)' $(filter-out $(lawful),$(shell $(GO) list -f '.{{slice .Dir (len .Module.Dir)}}' ./...))

browser: # the tests of the page need one; without it they skip
	@.ci/browser

bench: build ## benchmarks, as benchstat reads them: build/bench.txt; against Python: build/peers.txt
	@mkdir -p build
	$(GO) test -run '^$$' -bench . -benchmem -count $(COUNT) -timeout 60m ./... | tee build/bench.txt
	ISOCORTEX_PEERS=1 $(GO) test -count 1 -v -run Peers -timeout 60m ./bench | tee build/peers.txt

lint: format vet staticcheck modern page budgets ## format, vet, staticcheck, modern Go, the page's bundle, budgets

format:
	@unformatted=$$($(tool) gofumpt -l .); test -z "$$unformatted" || { printf 'not formatted by gofumpt:\n%s\n' "$$unformatted"; exit 1; }

vet:
	$(GO) vet ./...
	$(GO) vet -C lint ./...

staticcheck:
	$(tool) staticcheck ./...

modern:
	@old=$$($(GO) fix -diff ./... 2>&1 || true); test -z "$$old" || { printf '%s\n' "$$old" | grep -v '^ '; echo 'not in modern Go: go fix ./... rewrites it'; exit 1; }

page: $(if $(wildcard report/web/package.json),report/web/node_modules/.package-lock.json)
ifneq ($(wildcard report/web/package.json),)
	npm --prefix report/web run check
endif

report/web/node_modules/.package-lock.json: report/web/package-lock.json
	npm --prefix report/web ci --ignore-scripts --no-audit --no-fund
	@touch $@

budgets:
	@$(GO) run -C lint ./size -check ..

size: ## functions and files over their budgets, package by package
	@$(GO) run -C lint ./size ..

clean: ## remove what was built; what was fetched stays
	rm -rf bin build demo
