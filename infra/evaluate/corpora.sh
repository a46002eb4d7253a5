#!/usr/bin/env bash
# Prints what our rules reach on a folder of corpora, beside what other programs reach there (see its README).
set -euo pipefail
cd "$(dirname "$0")/../.."
root=${1:-../shared/corpora}
if [ ! -f "$root/judge.py" ]; then
  echo "no corpora at $root: nothing to measure"
  exit 0
fi
command -v python3 >/dev/null || { echo "judging needs python3"; exit 1; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
go build -o "$out/evaluate" ./infra/evaluate
for task in parse reply bounce autoreply spam sanitise thread; do
  [ -d "$root/$task" ] || continue
  "$out/evaluate" "$task" "$root" > "$out/$task.jsonl"
  python3 "$root/judge.py" "$task" "$root" "$out/$task.jsonl" > "$out/$task.json"
done
python3 infra/evaluate/table.py "$out"
