# Netral. `make` lists what can be made.

GO ?= go
TEMPL = $(GO) tool -modfile=tools/go.mod templ
STATICCHECK = $(GO) tool -modfile=tools/go.mod staticcheck

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: ## run the whole thing with demo data on 127.0.0.1:8080
	$(GO) run ./cmd/netral demo

.PHONY: test
test: ## everything: the product on both engines, in a browser, and with outside tools
	@sh tools/left-out.sh
	cd verify && $(GO) test ./...
	cd verify/mail && $(GO) test ./...
	cd verify/signon && $(GO) test ./...
	cd bench && $(GO) test ./...
	$(GO) test -timeout 20m ./...

.PHONY: race
race: ## the packages that share memory, under the race detector
	$(GO) test -race -timeout 20m ./internal/store ./internal/ledger ./internal/rule ./internal/web ./internal/advise/...

.PHONY: check
check: ## formatting, vet, linter, generated files fresh, modules tidy
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || (echo 'gofmt wants changes in:'; gofmt -l $$(git ls-files '*.go'); exit 1)
	$(GO) vet ./...
	$(STATICCHECK) ./...
	$(MAKE) --no-print-directory generate
	@git diff --exit-code --stat -- '*_templ.go' || (echo 'generated pages are stale: run make generate and commit'; exit 1)
	$(GO) mod tidy -diff
	$(GO) run ./cmd/netral rules check

.PHONY: generate
generate: ## draw the *_templ.go files from the *.templ files
	$(TEMPL) generate -path internal

.PHONY: fuzz
fuzz: ## a short fuzz of every decoder (FUZZTIME=10s each)
	@sh tools/fuzz.sh $(or $(FUZZTIME),10s)

.PHONY: bench
bench: ## measure side by side; prints the table of docs/performance.md
	cd bench && $(GO) run ./cmd/table

.PHONY: shots
shots: ## pictures of every page at 360 and 1280 px, into ./shots
	NETRAL_SHOTS=$(CURDIR)/shots $(GO) test -count=1 ./e2e

.PHONY: build
build: ## one static binary, ./netral
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o netral ./cmd/netral
