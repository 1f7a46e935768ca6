#!/usr/bin/env bash
# Stand-in for config.sh of actions/runner: registers by token, with values from ACTIONS_RUNNER_INPUT_*.
set -eu
directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "${LOCAL_CLOUD_NODE:-node}" "$directory/bin/configure.mjs" "$@"
