import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../clock.ts'
import { createCloud, type Cloud, type CloudOptions } from '../cloud.ts'
import { startFront, type Front } from '../http.ts'
import { shellMachines, type ShellMachines } from '../machines/shell-machines.ts'
import { playStep, type Played, type StepSetting } from './step.ts'

/** The repository in which everything is played. */
export const REPOSITORY = 'octo-org/octo-repo'

/** The cloud over HTTP, its machines as shells, and a way to play steps of workflows against it. */
export interface Stage {
  readonly cloud: Cloud
  readonly front: Front
  readonly machines: ShellMachines
  readonly workDir: string
  /** What `github-token` and `actions-token` hold. */
  readonly tokens: { readonly runners: string; readonly actions: string }
  /** Plays one step that uses the built action. */
  play(setting: StepSetting): Promise<Played>
  /** Inputs that a start on this stage needs: tokens, region, image, types, and where the image has its runner. */
  startInputs(more?: Readonly<Record<string, string>>): Record<string, string>
  stopInputs(more?: Readonly<Record<string, string>>): Record<string, string>
  close(): Promise<void>
}

/** A random source that gives the same numbers each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Sets a stage; whoever sets it closes it. */
export async function openStage(options: Partial<Omit<CloudOptions, 'clock' | 'machines'>> = {}): Promise<Stage> {
  const workDir = mkdtempSync(join(tmpdir(), 'ec2-spot-runner-'))
  let url = ''
  const machines = shellMachines({ cloudUrl: () => url, events: () => cloud.events, workDir })
  const cloud = createCloud({ clock: realClock(), random: seeded(1), ...options, machines })
  const front = await startFront(cloud)
  url = front.url
  const { control } = cloud.github
  const tokens = { runners: 'ghp_runnersTokenOfTheStage', actions: 'ghs_actionsTokenOfTheStage' }
  control.addRepository(REPOSITORY)
  control.addToken({ token: tokens.runners, permissions: { administration: 'write' } })
  control.addToken({ token: tokens.actions, kind: 'github-token', permissions: { actions: 'read' } })
  const common = { 'github-token': tokens.runners, 'actions-token': tokens.actions }
  return {
    cloud,
    front,
    machines,
    workDir,
    tokens,
    play: (setting) => playStep({ url, workDir, region: cloud.ec2.world.region.name, repository: REPOSITORY }, setting),
    startInputs: (more = {}) => ({
      ...common,
      mode: 'start',
      image: [...cloud.ec2.world.region.images.values()].find((image) => image.architecture === 'x64')?.imageId ?? '',
      'instance-types': 'c7i.xlarge, m7i.xlarge',
      'runner-dir': join(machines.imageDir, 'actions-runner'),
      'runner-user': userInfo().username,
      'start-job': '1001',
      ...more,
    }),
    stopInputs: (more = {}) => ({ ...common, mode: 'stop', ...more }),
    close: async () => {
      await front.close()
      await machines.close()
      rmSync(workDir, { recursive: true, force: true })
    },
  }
}
