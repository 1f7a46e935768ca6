#!/usr/bin/env bash
# Stand-in for run.sh of actions/runner: the same treatment of signals and of exit codes.
set -u
directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

listen() {
  exec "${LOCAL_CLOUD_NODE:-node}" "$directory/bin/listener.mjs"
}

# The real helper turns every code of the listener but these two into 0.
outcome() {
  case "$1" in
    2) echo 2 ;;
    7) if [[ "${ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE:-}" == 1 ]]; then echo 7; else echo 0; fi ;;
    *) echo 0 ;;
  esac
}

run() {
  local code
  while :; do
    (listen)
    code=$(outcome $?)
    if [[ "$code" != 2 ]]; then break; fi
    echo 'Restarting runner...'
  done
  echo 'Exiting runner...'
  exit "$code"
}

run_with_trap() {
  local code signaled=0 listener
  set -m
  trap 'kill -INT -- "-$listener"; signaled=1' INT TERM
  while :; do
    (listen) &
    listener=$!
    wait "$listener"
    code=$?
    if ((signaled)); then
      wait "$listener"
      code=$?
    fi
    code=$(outcome "$code")
    if [[ "$code" != 2 ]]; then break; fi
    echo 'Restarting runner...'
  done
  echo 'Exiting runner...'
  exit "$code"
}

if [[ -z "${RUNNER_MANUALLY_TRAP_SIG:-}" ]]; then run; else run_with_trap; fi
