#!/usr/bin/env bash
# Installs the pinned linter into .tools/bin, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=v2.5.0
[ -x .tools/bin/golangci-lint ] && exit 0
mkdir -p .tools/bin
GOFLAGS= GOBIN="$PWD/.tools/bin" go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
