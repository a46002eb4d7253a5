#!/bin/sh
# Installs the mail programs that answer the house in the tests, from Debian: swaks and msmtp send; mutt, neomutt and s-nail read and reply.
# What is there is left alone. Without root (and without sudo that asks nothing) it says what is missing and ends with 3.
# Prints each program with the version of its package.
set -eu
export DEBIAN_FRONTEND=noninteractive
programs="swaks msmtp mutt neomutt s-nail"

missing() {
	for p in $programs; do
		command -v "$p" >/dev/null || printf ' %s' "$p"
	done
}

want=$(missing)
if [ -n "$want" ]; then
	command -v apt-get >/dev/null || { echo "missing:$want; this script knows apt-get alone" >&2; exit 3; }
	sudo=
	if [ "$(id -u)" != 0 ]; then
		sudo -n true 2>/dev/null || { echo "missing:$want; run this script as root to install them" >&2; exit 3; }
		sudo="sudo -n"
	fi
	# The lists of a fresh machine are empty, those of an old one name packages that are gone: one update heals both.
	# shellcheck disable=SC2086 # both are lists of words
	$sudo apt-get install -q -y --no-install-recommends $want >&2 ||
		{ $sudo apt-get update -q >&2 && $sudo apt-get install -q -y --no-install-recommends $want >&2; }
	want=$(missing)
	[ -z "$want" ] || { echo "still missing:$want" >&2; exit 1; }
fi
for p in $programs; do
	printf '%s %s\n' "$p" "$(dpkg-query -W -f='${Version}' "$p" 2>/dev/null || echo unknown)"
done
