#!/usr/bin/env bash
# What action.yml runs: analyses captures into a SARIF log, a JSON report, JUnit XML and the step's summary, and leaves the exit
# status to a later step, so that the findings are uploaded first. Inputs are INPUT_… variables.
set -uo pipefail

fail() {
  printf '::error::%s\n' "$1"
  tell status 2
  exit 0
}

# tell NAME VALUE: an output of the step.
tell() {
  printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"
}

# The lines of $2 that are not blank become the array $1.
lines_of() {
  local -n into=$1
  local line
  into=()
  while IFS= read -r line; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -n "$line" ] && into+=("$line")
  done <<<"$2"
  return 0
}

program=()
if [ -n "${INPUT_VERSION:-}" ]; then
  [[ $INPUT_VERSION =~ ^[0-9A-Za-z][0-9A-Za-z.+-]*$ ]] || fail 'version is no version'
  program=(npx --yes "barewire@$INPUT_VERSION")
elif [ -f "${ACTION_PATH:-}/dist/program/main.js" ]; then
  program=(node "$ACTION_PATH/bin/analyze.js")
elif [ -f "${ACTION_PATH:-}/package-lock.json" ]; then
  # A checkout as the service makes it: installing builds it.
  (cd "$ACTION_PATH" && npm ci --silent --no-audit --no-fund) >&2 || fail 'barewire could not be built'
  program=(node "$ACTION_PATH/bin/analyze.js")
elif command -v analyze >/dev/null; then
  program=(analyze)
else
  fail 'barewire is not there: set version, or install it before'
fi

lines_of captures "${INPUT_CAPTURES:-}"
[ ${#captures[@]} -gt 0 ] || fail 'no captures are given'
lines_of arguments "${INPUT_ARGUMENTS:-}"
[ -n "${INPUT_POLICY:-}" ] && arguments+=(--policy "$INPUT_POLICY")
[ -n "${INPUT_BASELINE:-}" ] && arguments+=(--baseline "$INPUT_BASELINE")
gates=()
read -ra words <<<"${INPUT_FAIL_ON:-}"
for word in ${words[@]+"${words[@]}"}; do gates+=(--fail-on "$word"); done

folder=${INPUT_OUTPUT:-barewire-report}
mkdir -p -- "$folder" || fail "cannot make the directory $folder"

# run FORMAT FILE: one report. The captures stand behind `--`, as their names may begin with anything.
run() {
  "${program[@]}" --quiet --no-progress --format "$1" --output "$2" \
    ${arguments[@]+"${arguments[@]}"} ${gates[@]+"${gates[@]}"} -- "${captures[@]}"
}

run sarif "$folder/barewire.sarif"
status=$?
tell status "$status"
# 0 and 1 are answers; 3 is one too, of the captures that could be read.
if [ "$status" -ne 0 ] && [ "$status" -ne 1 ] && [ "$status" -ne 3 ]; then exit 0; fi
[ -s "$folder/barewire.sarif" ] && tell sarif "$folder/barewire.sarif"

run junit "$folder/barewire.junit.xml" 2>/dev/null
run markdown "$folder/barewire.md" 2>/dev/null
# Whole, so that it can be the next baseline.
kept=()
for ((at = 0; at < ${#arguments[@]}; at++)); do
  if [ "${arguments[at]}" = --baseline ]; then at=$((at + 1)); else kept+=("${arguments[at]}"); fi
done
arguments=(${kept[@]+"${kept[@]}"})
run json "$folder/barewire.json" 2>/dev/null
[ -s "$folder/barewire.json" ] && tell json "$folder/barewire.json"
[ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -s "$folder/barewire.md" ] && cat -- "$folder/barewire.md" >>"$GITHUB_STEP_SUMMARY"
exit 0
