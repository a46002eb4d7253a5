# Included by the Makefile at the root.

ARCH ?= arm64

.PHONY: build
build: ## build the Lambdas: build/<name>.zip, the same bytes each time, and a table of sizes
	go run ./infra/build -arch $(ARCH) -out build
