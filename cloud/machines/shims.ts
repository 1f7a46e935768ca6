import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes itself to the machine's list of calls: for what would change the computer that plays the cloud. */
const RECORD = 'printf \'%s\\n\' "${0##*/} $*" >>"$LOCAL_CLOUD_MACHINE/calls"'

/** Tells the host, which reads this file as it grows. */
const POWER = 'printf \'%s\\n\' "$*" >>"$LOCAL_CLOUD_MACHINE/power"'

/** Commands that stand first on the PATH of every machine. A machine is root in its own eyes, and every user exists. */
const SHIMS: Readonly<Record<string, readonly string[]>> = {
  shutdown: [RECORD, POWER],
  poweroff: [RECORD, 'set -- -P now', POWER],
  halt: [RECORD],
  reboot: [RECORD],
  systemctl: [RECORD],
  runuser: [
    RECORD,
    '[[ "$1" == -u && "$3" == -- ]] || { echo "runuser: this machine knows only -u USER -- COMMAND" >&2; exit 1; }',
    'export HOME="$LOCAL_CLOUD_MACHINE/home" USER="$2" LOGNAME="$2" SHELL=/bin/bash',
    'shift 3',
    'exec "$@"',
  ],
  id: ['case "$*" in -un) echo root ;; -u) echo 0 ;; *) echo 1001 ;; esac'],
  getent: ['printf \'%s:x:1001:1001::%s:/bin/bash\\n\' "$2" "$LOCAL_CLOUD_MACHINE/home"'],
  chown: [RECORD],
  useradd: [RECORD],
  iptables: [RECORD],
  ip6tables: [RECORD],
  nft: [RECORD],
  sync: [RECORD],
}

/** Writes the shims into `directory`. */
export function layShims(directory: string): void {
  mkdirSync(directory, { recursive: true })
  for (const [name, lines] of Object.entries(SHIMS)) {
    writeFileSync(join(directory, name), ['#!/usr/bin/env bash', ...lines, ''].join('\n'), { mode: 0o755 })
  }
}
