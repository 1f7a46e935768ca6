import { readFileSync } from 'node:fs'
import type { BootPlan } from '../../src/boot/user-data.ts'

export const BOOT_SCRIPT = readFileSync(new URL('../../src/boot/boot.sh', import.meta.url), 'utf8')

const PLAN: BootPlan = {
  registration: { kind: 'jit', jitConfig: 'jit-config' },
  runner: 'preinstalled',
  runnerVersion: '',
  runnerChecksum: '',
  runnerDir: '/opt/actions-runner',
  runnerUser: 'runner',
  preRunnerScript: '',
  preRunnerTimeoutSeconds: 60,
  jobImds: false,
  maxLifetimeSeconds: 3600,
  idleTimeoutSeconds: 600,
  keepOnFailureSeconds: 0,
}

export function planWith(changes: Partial<BootPlan>): BootPlan {
  return { ...PLAN, ...changes }
}
