#!/bin/sh
# Installs the template checks of infra/cdk, pinned, into .tools (git-ignored) at the root of the checkout: cfn-lint (Python 3.10 or later) and
# the AWS service specification that schema.mjs reads (Node 20 or later). Done already: says so and does nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=$(cd "$here/../../.." && pwd)/.tools/cdk-checks
stamp=$tools/installed
want=$(cat "$here/requirements.txt" "$here/package-lock.json" | cksum)
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$want" ]; then
	echo "cdk checks: installed in $tools"
	exit 0
fi
mkdir -p "$tools"
cp "$here/package.json" "$here/package-lock.json" "$tools/"
npm ci --prefix "$tools" --no-audit --no-fund --loglevel=error
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
echo "$want" >"$stamp"
echo "cdk checks: $("$tools/venv/bin/cfn-lint" --version), installed in $tools"
