#!/usr/bin/env bash
# What a machine does from its first second to its last: arm a deadline, prepare, run the GitHub runner,
# watch over it, and power off whatever happens. It runs as root, once, with the variables of its plan set
# above this text by the user data. None of them is exported: two are secrets. It is one file, however long,
# since it travels whole in the user data; the renderer leaves these comments out.
#
# Phases on the console, a line each: `ec2-spot-runner: phase=<phase> [reason=<to the end of the line>]`
#   deadline-armed  imds  pre-runner-script  runner-download  runner-starting  runner-exited  kept
#   powering-off
# and `failed:<step>`, the last word before `powering-off` where something went wrong:
#   boot  pre-runner-script  runner-user  runner-missing  runner-configured  runner-not-writable
#   runner-download  runner-config  runner-start  runner-deprecated
#
# shellcheck disable=SC2154  # The plan's variables are assigned by the user data.
set -Eeuo pipefail

readonly IMDS="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}"
# /run is memory, readable by root alone where we say so, and empty after a reboot.
readonly STATE_DIR="${TMPDIR:-/run}/ec2-spot-runner"
readonly JOBS_DIR="$STATE_DIR/jobs"
readonly TICK_S=1
readonly IMDS_TRIES=2
readonly IMDS_ANSWER_S=2
# After the signal the runner gives a step 10 s to end; the rest is for its logs to reach GitHub.
readonly ORDERLY_STOP_S=60
readonly DOWNLOAD_TRIES=3
readonly DOWNLOAD_S=300
readonly CONFIG_S=120
readonly DEPENDENCIES_S=300
readonly SYNC_S=10
readonly RUNNER_LOG_LINES=20

# Called one after another every TICK_S while the runner lives; each may call stop_runner.
readonly WATCHERS=(watch_deadline watch_failure watch_idle)

failed_line=0   # where the shell gave up, for an error that no step of ours foresaw
cause=''        # why the machine powers off
stop_cause=''   # why we asked the runner to stop
stop_asked_at=0
stop_heard=false
runner_job=''   # our child that runs the runner
runner_code=0
job_seen=false
idle_since=0
job_failed=false
shutdown_note=''
instance_facts=()

phase() {
  local line="ec2-spot-runner: phase=$1"
  if [[ -n "${2:-}" ]]; then line+=" reason=${2//$'\n'/ }"; fi
  printf '%s\n' "$line"
}

fail() {
  cause="failed:$1"
  phase "$cause" "$2"
  exit 1
}

# Whole seconds since boot: unlike the time of day, it never jumps.
uptime_s() {
  local seconds
  read -r seconds _ </proc/uptime
  printf '%s' "${seconds%%.*}"
}

# Runs a command for at most $1 seconds. Waiting for a child in the background, unlike running it in the
# foreground, lets a signal to us be heard at once; job control keeps the child from ignoring SIGINT.
bounded() {
  set -m
  timeout --kill-after=5 "$@" </dev/null &
  set +m
  wait $!
}

# Early in the boot there may be nothing yet that schedules a shutdown: then we do.
shut_down_in() {
  if shutdown -P "+$1"; then return; fi
  (
    sleep "$(($1 * 60))"
    power_off
  ) &
  shutdown_note=', by a timer of our own: shutdown would not'
}

arm_deadline() {
  local minutes=$(((max_lifetime_s + 59) / 60))
  shut_down_in "$minutes"
  phase deadline-armed "$minutes min$shutdown_note"
}

# User data may be run twice (by cloud-init and by a unit of the image): the second run leaves it to the first.
claim_machine() {
  if mkdir -m 711 "$STATE_DIR"; then return; fi
  [[ -d "$STATE_DIR" ]] || fail boot "cannot make $STATE_DIR"
  printf 'ec2-spot-runner: %s exists: another run of this script has the machine\n' "$STATE_DIR"
  trap - EXIT
  exit 0
}

# The token goes in by standard input, so that no process list shows it.
imds_get() {
  curl -sf --noproxy '*' --max-time "$IMDS_ANSWER_S" --write-out '\n' --config - "$IMDS/latest/meta-data/$1" \
    <<<"header = \"X-aws-ec2-metadata-token: $imds_token\""
}

fetch_imds_token() {
  local try
  for ((try = 1; try <= IMDS_TRIES; try++)); do
    if imds_token=$(curl -sf --noproxy '*' --max-time "$IMDS_ANSWER_S" -X PUT \
      -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "$IMDS/latest/api/token"); then return; fi
    sleep 1
  done
  return 1
}

read_instance() {
  if ! fetch_imds_token; then
    phase imds 'unreachable, going on without it'
    return
  fi
  # A category that this machine lacks gives an empty line.
  mapfile -t instance_facts < <(imds_get '{instance-id,instance-type,placement/availability-zone,instance-life-cycle}')
  phase imds "${instance_facts[*]}"
}

runs_as_us() {
  [[ "$runner_user" == root || "$runner_user" == "$(id -un)" ]]
}

as_runner() {
  if runs_as_us; then "$@"; else runuser -u "$runner_user" -- "$@"; fi
}

block_with_iptables() {
  command -v iptables >/dev/null || return 1
  iptables -w 5 -I OUTPUT -d 169.254.169.254 -m owner --uid-owner "$runner_user" -j REJECT || return 1
  # The IPv6 address answers only where someone has enabled it, and such a machine has ip6tables.
  ip6tables -w 5 -I OUTPUT -d fd00:ec2::254 -m owner --uid-owner "$runner_user" -j REJECT || true
}

block_with_nft() {
  command -v nft >/dev/null || return 1
  nft -f - <<EOF
table inet ec2_spot_runner {
  chain output {
    type filter hook output priority 0;
    meta skuid "$runner_user" ip daddr 169.254.169.254 reject
    meta skuid "$runner_user" ip6 daddr fd00:ec2::254 reject
  }
}
EOF
}

# User data, and with it the registration, can be read from there; so can the role of the machine.
block_imds() {
  if [[ "$job_imds" == true ]]; then
    phase imds 'open to jobs, as job-imds asks'
  elif runs_as_us; then
    phase imds 'open to jobs: they run as the same user as this script'
  elif block_with_iptables || block_with_nft; then
    phase imds 'closed to jobs'
  else
    phase imds 'open to jobs: neither iptables nor nft works here'
  fi
}

run_pre_runner_script() {
  [[ -n "$pre_runner_script" ]] || return 0
  phase pre-runner-script
  local file="$STATE_DIR/pre-runner-script" code=0
  (umask 077 && printf '%s' "$pre_runner_script" >"$file")
  bounded "$pre_runner_timeout_s" bash "$file" || code=$?
  rm -f "$file"
  case "$code" in
    0) ;;
    124 | 137) fail pre-runner-script "stopped after $pre_runner_timeout_s s, exit code $code: it must end by itself" ;;
    *) fail pre-runner-script "exit code $code: see its output above" ;;
  esac
}

ensure_user() {
  if id -u "$runner_user" >/dev/null 2>&1; then return; fi
  [[ "$runner_source" == download ]] ||
    fail runner-user "the image has no user $runner_user: set runner-user to the one that owns the runner"
  useradd --create-home --shell /bin/bash "$runner_user" || fail runner-user "useradd $runner_user failed"
}

runner_architecture() {
  case "$(uname -m)" in
    x86_64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) return 1 ;;
  esac
}

download_runner() {
  local architecture url archive="$runner_dir/.runner.tar.gz" try problem=''
  phase runner-download "$runner_version"
  architecture=$(runner_architecture) || fail runner-download "no runner is made for $(uname -m)"
  url="https://github.com/actions/runner/releases/download/v$runner_version"
  url+="/actions-runner-linux-$architecture-$runner_version.tar.gz"
  mkdir -p "$runner_dir"
  for ((try = 1; try <= DOWNLOAD_TRIES; try++)); do
    if ! bounded "$DOWNLOAD_S" curl -fsSL --connect-timeout 10 -o "$archive" "$url"; then
      problem="cannot fetch $url"
    elif ! sha256sum --check --status <<<"$runner_checksum  $archive"; then
      problem="$url has not the checksum of runner-checksum"
    else
      tar -xzf "$archive" -C "$runner_dir" || fail runner-download "cannot unpack $archive"
      rm -f "$archive"
      chown -R "$runner_user" "$runner_dir"
      install_dependencies
      return
    fi
    if ((try < DOWNLOAD_TRIES)); then sleep "$try"; fi
  done
  fail runner-download "$problem"
}

# Without libicu the runner does not start; a machine without it may still have a working package manager.
install_dependencies() {
  local installer="$runner_dir/bin/installdependencies.sh"
  if [[ ! -x "$installer" ]] || ldconfig -p | grep libicu >/dev/null; then return 0; fi
  bounded "$DEPENDENCIES_S" "$installer" || printf 'ec2-spot-runner: %s failed, trying the runner anyway\n' "$installer"
}

prepare_runner() {
  [[ ! -e "$runner_dir/.runner" ]] ||
    fail runner-configured "$runner_dir belongs to another registration: remove .runner and .credentials* from the image"
  if [[ "$runner_source" == download ]]; then download_runner; fi
  [[ -x "$runner_dir/run.sh" ]] ||
    fail runner-missing "no run.sh in $runner_dir: set runner-dir, or runner: download, or use an image with the runner"
  as_runner test -w "$runner_dir" ||
    fail runner-not-writable "$runner_user may not write to $runner_dir: chown it in the image"
}

# The runner prints this file at the top of every job's log.
describe_machine() {
  if ((${#instance_facts[@]} == 0)) || [[ -e "$runner_dir/.setup_info" ]]; then return 0; fi
  printf '[{"group":"EC2 machine","detail":"Instance: %s\\nType: %s\\nZone: %s\\nMarket: %s"}]\n' \
    "${instance_facts[@]}" >"$runner_dir/.setup_info"
}

# One hook of the runner: notes what happens to a job, then runs the hook that stood there before.
write_hook() {
  local file="$STATE_DIR/hooks/$1.sh" note="$2" next="$3"
  {
    printf '# A note that cannot be written is no reason to fail a job.\n'
    printf '{ %s; : >%q/seen; } || true\n' "$note" "$JOBS_DIR"
    if [[ -n "$next" ]]; then printf 'exec bash -e %q\n' "$next"; fi
  } >"$file"
  chmod 644 "$file"
}

# The runner calls its hooks by name of file; what is no shell script stays as it is, and the idle watcher
# then has only the worker process to go by.
install_hooks() {
  local started="${ACTIONS_RUNNER_HOOK_JOB_STARTED:-}" completed="${ACTIONS_RUNNER_HOOK_JOB_COMPLETED:-}" running
  mkdir -m 755 "$STATE_DIR/hooks"
  mkdir -m 700 "$JOBS_DIR"
  if ! runs_as_us; then chown "$runner_user" "$JOBS_DIR"; fi
  printf -v running '%q/running' "$JOBS_DIR"
  if [[ "${started:-.sh}" == *.sh ]]; then
    write_hook job-started ": >$running" "$started"
    export ACTIONS_RUNNER_HOOK_JOB_STARTED="$STATE_DIR/hooks/job-started.sh"
  fi
  if [[ "${completed:-.sh}" == *.sh ]]; then
    write_hook job-completed "rm -f $running" "$completed"
    export ACTIONS_RUNNER_HOOK_JOB_COMPLETED="$STATE_DIR/hooks/job-completed.sh"
  fi
}

deprecated() {
  fail runner-deprecated 'GitHub no longer accepts this version of the runner: build the image anew, or set runner-version'
}

# The four values and the flags that have no value are what config.sh asks for; the runner reads values from
# ACTIONS_RUNNER_INPUT_*, flags with a hyphen in their name only from the command line.
configure_runner() {
  local code=0
  ACTIONS_RUNNER_INPUT_TOKEN="$registration_token" ACTIONS_RUNNER_INPUT_URL="$registration_url" \
    ACTIONS_RUNNER_INPUT_NAME="$runner_name" ACTIONS_RUNNER_INPUT_LABELS="$runner_labels" \
    run_config 2>&1 | tee "$STATE_DIR/config.log" || code=$?
  registration_token=''
  ((code == 0)) || {
    show_runner_log
    if grep -q 'deprecated' "$STATE_DIR/config.log"; then deprecated; fi
    fail runner-config "config.sh ended with exit code $code: see its output above"
  }
}

run_config() {
  cd "$runner_dir" || return
  if runs_as_us; then
    bounded "$CONFIG_S" ./config.sh --unattended --no-default-labels --disableupdate
  else
    bounded "$CONFIG_S" runuser -u "$runner_user" -- ./config.sh --unattended --no-default-labels --disableupdate
  fi
}

# run.sh turns a TERM into an orderly stop of the listener if told to, but runuser would kill it two seconds
# after one: so run.sh tells us its own process id.
start_runner() {
  phase runner-starting
  : >"$STATE_DIR/results-read"
  set -m
  (
    cd "$runner_dir"
    if [[ -n "$jit_config" ]]; then export ACTIONS_RUNNER_INPUT_JITCONFIG="$jit_config"; fi
    # shellcheck disable=SC2016  # The inner shell expands this.
    as_runner bash -c 'echo "$$" >&9; exec 9>&-; exec ./run.sh'
  ) 9>"$STATE_DIR/runner.pid" </dev/null &
  runner_job=$!
  set +m
  jit_config=''
  idle_since=$(uptime_s)
}

runner_alive() {
  [[ -n "$runner_job" ]] && kill -0 "$runner_job" 2>/dev/null
}

stop_runner() {
  if [[ -n "$stop_cause" ]]; then return; fi
  stop_cause="$1"
  stop_asked_at=$(uptime_s)
}

# Signals may fail, since the runner may end by itself at any instant, or may not have begun.
press_stop() {
  local now
  if [[ "$stop_heard" == false ]] && kill -TERM "$(<"$STATE_DIR/runner.pid")" 2>/dev/null; then stop_heard=true; fi
  now=$(uptime_s)
  if ((now - stop_asked_at >= ORDERLY_STOP_S)); then kill -KILL -- "-$runner_job" 2>/dev/null || true; fi
}

watch_deadline() {
  local now soft=$max_lifetime_s
  # An orderly stop needs time before the hard deadline; a life too short to spare it has none.
  if ((max_lifetime_s > 2 * ORDERLY_STOP_S)); then soft=$((max_lifetime_s - ORDERLY_STOP_S)); fi
  now=$(uptime_s)
  if ((now - started_at >= soft)); then stop_runner deadline; fi
}

watch_idle() {
  local now
  now=$(uptime_s)
  if [[ -e "$JOBS_DIR/seen" ]]; then
    # The directory belongs to the jobs' user: whatever a job put there must not stop us.
    rm -f "$JOBS_DIR/seen" 2>/dev/null || true
    job_seen=true
    idle_since=$now
  fi
  if [[ -e "$JOBS_DIR/running" ]]; then idle_since=$now; fi
  ((now - idle_since >= idle_timeout_s)) || return 0
  # In our session alone: the runner never leaves it.
  if pgrep -s 0 -x Runner.Worker >/dev/null; then
    job_seen=true
    idle_since=$now
    return
  fi
  stop_runner idle
}

# The runner's worker writes a log for each job, and its result into it; what was read once is older than the mark.
read_results() {
  local log
  for log in "$runner_dir"/_diag/Worker_*.log; do
    # The directory belongs to the jobs' user: what is no plain file might never end.
    if [[ ! -f "$log" || -L "$log" || ! "$log" -nt "$STATE_DIR/results-read" ]]; then continue; fi
    if grep -qE '^\[[^]]* JobRunner\] Job result .*: Failed' "$log"; then job_failed=true; fi
    # The runner clears old logs away.
    touch -r "$log" "$STATE_DIR/results-read" 2>/dev/null || true
  done
}

# An ephemeral runner ends by itself after its job; any other would take the next one.
watch_failure() {
  if ((keep_on_failure_s == 0)) || [[ -z "$runner_name" || -e "$JOBS_DIR/running" ]]; then return; fi
  read_results
  # The worker still reports its job when it has written the result.
  if [[ "$job_failed" == false ]] || pgrep -s 0 -x Runner.Worker >/dev/null; then return; fi
  stop_runner kept
}

await_runner() {
  local watcher
  while runner_alive; do
    for watcher in "${WATCHERS[@]}"; do "$watcher"; done
    if [[ -n "$stop_cause" ]]; then press_stop; fi
    sleep "$TICK_S" &
    wait $!
  done
  wait "$runner_job" || runner_code=$?
  runner_job=''
  if [[ -e "$JOBS_DIR/seen" ]]; then job_seen=true; fi
}

# The runner prints little when it fails; its log says why. Long tokens are cut out of it.
show_runner_log() {
  local log newest=''
  for log in "$runner_dir"/_diag/Runner_*.log; do
    if [[ -z "$newest" || "$log" -nt "$newest" ]]; then newest="$log"; fi
  done
  [[ -f "$newest" ]] || return 0
  printf 'ec2-spot-runner: the end of %s\n' "$newest"
  tail -n "$RUNNER_LOG_LINES" "$newest" | sed -E 's/[A-Za-z0-9+/=_-]{40,}/***/g; s/^/  | /'
}

describe_exit() {
  local seen='no job seen'
  if [[ "$job_seen" == true ]]; then seen='after a job'; fi
  printf '%s' "exit code $runner_code, $seen${stop_cause:+, stopped: $stop_cause}"
}

# run.sh ends with 0 for nearly every failure: whether a job was seen says more than the code.
judge_exit() {
  phase runner-exited "$(describe_exit)"
  cause="${stop_cause:-runner-exited}"
  if [[ -n "$stop_cause" ]]; then return; fi
  if [[ "$job_seen" == false ]]; then show_runner_log; fi
  if ((runner_code == 7)); then deprecated; fi
  if ((runner_code != 0)) && [[ "$job_seen" == false ]]; then
    fail runner-start "run.sh ended with exit code $runner_code before any job"
  fi
}

# Whoever looks may end our wait by accident: so the deadline itself comes nearer. It never goes farther away.
keep_for_a_look() {
  ((keep_on_failure_s > 0)) && [[ "$cause" == runner-exited || "$cause" == kept ]] || return 0
  read_results
  if [[ "$job_failed" == false ]]; then return; fi
  cause=kept
  local now left minutes=$(((keep_on_failure_s + 59) / 60))
  now=$(uptime_s)
  left=$((started_at + max_lifetime_s - now))
  local end=$((now + (keep_on_failure_s < left ? keep_on_failure_s : left)))
  if ((minutes * 60 < left)); then
    # There is nothing to cancel where the timer is our own.
    shutdown -c || true
    shut_down_in "$minutes"
  fi
  phase kept "a job failed, here for $((end - now)) s: aws ssm start-session --target ${instance_facts[0]:-<id>}\
 (if image and role allow)"
  while (($(uptime_s) < end)); do
    sleep "$TICK_S" &
    wait $!
  done
}

# Powering off terminates the machine: it was launched with InstanceInitiatedShutdownBehavior=terminate.
power_off() {
  timeout "$SYNC_S" sync
  shutdown -P now || poweroff -f
}

on_signal() {
  cause="signal $1"
  exit 143
}

finish() {
  local code=$?
  trap '' TERM INT HUP
  trap - EXIT ERR PIPE
  # From here on nothing may keep the machine from powering off.
  set +e
  if runner_alive; then
    stop_runner "${cause:-error}"
    await_runner
    phase runner-exited "$(describe_exit)"
  fi
  if [[ -z "$cause" ]]; then
    cause=failed:boot
    phase "$cause" "exit code $code at line $failed_line of the user data"
  fi
  phase powering-off "$cause"
  power_off
}

main() {
  trap 'failed_line=$LINENO' ERR
  trap 'on_signal TERM' TERM
  trap 'on_signal INT' INT
  trap 'on_signal HUP' HUP
  trap 'exit 141' PIPE
  trap finish EXIT
  started_at=$(uptime_s)
  arm_deadline
  claim_machine
  # cloud-init runs user data without it, and tools and scripts expect one.
  export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
  read_instance
  run_pre_runner_script
  ensure_user
  prepare_runner
  block_imds
  describe_machine
  install_hooks
  export ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE=1 RUNNER_MANUALLY_TRAP_SIG=1
  if [[ "$runner_user" == root ]]; then export RUNNER_ALLOW_RUNASROOT=1; fi
  if [[ -n "$registration_token" ]]; then configure_runner; fi
  start_runner
  await_runner
  judge_exit
  keep_for_a_look
}

main
