#!/bin/sh
# Installs what the page's browser test needs: Debian's chromium (with apt) and axe-core (with npm, into .tools). Does nothing when they are there.
# Prints the path of the browser.
set -eu
cd "$(dirname "$0")/../.."
axe=4.10.3
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || command -v chrome; }
if ! browser >/dev/null; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q >&2
	$sudo apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core >&2
fi
if [ ! -f .tools/axe/node_modules/axe-core/axe.min.js ] && command -v npm >/dev/null; then
	mkdir -p .tools/axe
	npm install --silent --no-audit --no-fund --prefix .tools/axe "axe-core@$axe" >&2 || echo "axe-core did not install: the accessibility check is skipped" >&2
fi
browser
