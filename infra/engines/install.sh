#!/bin/sh
# Installs the outside engines of the tests into .tools, pinned: dynoxide (a DynamoDB engine, needs cargo) and moto_server
# (S3, KMS, SES, SQS, SNS, DynamoDB; needs python3 with venv). What is there in the right version is left alone.
# infra/engines/install.sh [dynoxide] [moto] [mailparser] [mailauth]   without arguments: all
set -eu
cd "$(dirname "$0")/../.."
tools="$PWD/.tools"
dynoxide_version=3.2.0
mkdir -p "$tools"

dynoxide() {
	if [ -x "$tools/bin/dynoxide" ] && grep -qs "\"dynoxide-rs $dynoxide_version " "$tools/.crates.toml"; then
		echo "dynoxide $dynoxide_version is there" # its --version tells another number
		return
	fi
	command -v cargo >/dev/null || { echo "dynoxide needs cargo: install Rust 1.88 or later" >&2; exit 1; }
	build=$(mktemp -d)
	trap 'rm -rf "$build"' EXIT
	CARGO_TARGET_DIR="$build" cargo install --locked --quiet --root "$tools" --version "$dynoxide_version" \
		--no-default-features --features native-sqlite,http-server,cli dynoxide-rs
	rm -rf "$build"
	echo "dynoxide $dynoxide_version installed"
}

moto() {
	want=infra/engines/requirements.txt
	if cmp -s "$want" "$tools/venv/requirements.txt"; then
		echo "moto is there"
		return
	fi
	command -v python3 >/dev/null || { echo "moto needs python3 with venv" >&2; exit 1; }
	python3 -m venv "$tools/venv"
	"$tools/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$want"
	cp "$want" "$tools/venv/requirements.txt"
	echo "moto installed"
}

# mailparser reads back what we compose, in the tests of shared/mail.
mailparser() {
	version=3.7.2
	if grep -qs "\"version\": \"$version\"" "$tools/mailparser/node_modules/mailparser/package.json"; then
		echo "mailparser $version is there"
		return
	fi
	command -v npm >/dev/null || { echo "mailparser needs Node 20 with npm" >&2; exit 1; }
	npm install --silent --no-audit --no-fund --no-save --prefix "$tools/mailparser" "mailparser@$version"
	echo "mailparser $version installed"
}

# mailauth signs and verifies what we compose, in the tests of shared/mail.
mailauth() {
	version=4.8.2
	if grep -qs "\"version\": \"$version\"" "$tools/mailauth/node_modules/mailauth/package.json"; then
		echo "mailauth $version is there"
		return
	fi
	command -v npm >/dev/null || { echo "mailauth needs Node 20 with npm" >&2; exit 1; }
	npm install --silent --no-audit --no-fund --no-save --prefix "$tools/mailauth" "mailauth@$version"
	echo "mailauth $version installed"
}

[ $# -gt 0 ] || set -- dynoxide moto mailparser mailauth
for engine; do
	case "$engine" in
	dynoxide | moto | mailparser | mailauth) "$engine" ;;
	*) echo "unknown engine $engine" >&2; exit 2 ;;
	esac
done
