# guichet: see `make help`. The two commands of a newcomer are `make run` and `make test`.
GO ?= go
OUT ?= build
FLAGS ?=

.DEFAULT_GOAL := help

-include infra/build/build.mk infra/cdk/cdk.mk

.PHONY: help run demo dry-run simulate test lint bench build synth deploy test-outside fuzz mutations crash corpora

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile infra/build/build.mk infra/cdk/cdk.mk 2>/dev/null | sort -u | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: ## start the whole contact centre on this machine (FLAGS="-data var -smtp ... -http ... -relay ... -lang fr")
	@$(GO) run ./infra/local $(FLAGS)

demo: ## send the sample mails of testdata/mail to the running house
	@$(GO) run ./infra/local demo $(FLAGS)

test: ## every test that needs Go (and Node for infra/cdk) alone
	$(GO) test -timeout 20m $$($(GO) list ./... | grep -v /infra/cdk)
	@if command -v node >/dev/null; then $(GO) test ./infra/cdk/...; else echo "infra/cdk was not tested: it needs Node 20 or newer on the PATH"; fi

lint: ## gofmt, go vet, golangci-lint (installed into .tools by infra/engines/lint.sh)
	@test -z "$$(gofmt -l functions infra shared)" || { gofmt -l functions infra shared; echo "gofmt would change these"; exit 1; }
	$(GO) vet $$($(GO) list ./... | grep -v /infra/cdk)
	$(GO) vet -tags outside $$($(GO) list ./... | grep -v /infra/cdk)
	@infra/engines/lint.sh
	.tools/bin/golangci-lint run --allow-parallel-runners ./functions/... ./shared/... ./infra/local/... ./infra/evaluate/... ./infra/engines/... ./infra/outside/... ./infra/build/... ./infra/bench/... ./infra/tenant/... ./infra/simulate/...

dry-run: ## what a changed script, rule or setting would have done with past cases (FLAGS="-table guichet -tenant acme -channel support -script triage.json -most 10")
	@$(GO) run ./infra/tenant dry-run $(FLAGS)

simulate: ## play a staffing scenario in virtual time, with charts (FLAGS="my.toml -what-if other.toml"; without, infra/simulate/testdata/example.toml)
	@$(GO) run ./infra/simulate $(or $(FLAGS),infra/simulate/testdata/example.toml)

bench: ## speed, units, cost and size, as a table
	@$(GO) run ./infra/bench

test-outside: ## the deployed binaries and the engines against programs nobody here wrote (installs them into .tools)
	@infra/engines/install.sh
	@infra/engines/browser.sh
	@infra/engines/mailprograms.sh
	$(GO) test -tags outside -count=1 -timeout 25m ./infra/engines/... ./infra/outside/... ./infra/tenant/... ./shared/inbox/...
	$(GO) test -tags outside -count=1 -run 'Mailparser|Mailauth|Golden' ./shared/mail
	$(GO) test -tags outside -count=1 -run InABrowser ./infra/simulate

mutations: ## small mistakes in the calculator of due times, the choice of agents and the judgement of spam: the tests notice each (about ten minutes)
	$(GO) test -tags mutate -run Mutations -timeout 60m -p 1 ./shared/sla ./shared/spam ./shared/routing

crash: ## every ledger, blob and channel call of every story fails or is its process's last (about 86,000 points, two minutes of CPU)
	@mkdir -p $(OUT)
	@$(GO) test ./shared/desktest -full -run TestEveryCallMayFail -count=1 -timeout 20m -v >$(OUT)/crash.log 2>&1 || { grep -vE '^ *(===|--- PASS)' $(OUT)/crash.log; exit 1; }
	@grep points $(OUT)/crash.log

corpora: ## what our rules reach on ../shared/corpora, beside other programs
	@infra/evaluate/corpora.sh ../shared/corpora

fuzz: ## fuzz everything that reads outside bytes (FUZZTIME=30s for each)
	@infra/engines/fuzz.sh $${FUZZTIME:-30s}
