import type { Send } from '../../src/aws/send.ts'
import { TAG } from '../../src/domain/tags.ts'
import type { Outside } from '../../src/ports/outside.ts'
import type { Invariant } from './sim.ts'
import { patchedProduct } from './patched.ts'
import type { Patch } from './patched.ts'
import type { ProcessKind } from './process.ts'
import { REAL } from './product.ts'
import type { Product } from './product.ts'

/** The product with one thing wrong, and the invariant that must notice it. */
export interface Mutant {
  readonly name: string
  readonly caughtBy: Invariant
  readonly changes?: Partial<Product>
  readonly patches?: readonly Patch[]
}

export async function productOf({ changes = {}, patches = [] }: Mutant): Promise<Product> {
  return { ...(patches.length === 0 ? REAL : await patchedProduct(patches)), ...changes }
}

const patch = (file: string, find: RegExp, put: string): readonly Patch[] => [{ file, find, put }]

export const MUTANTS: readonly Mutant[] = [
  { name: 'a new client token for each try', caughtBy: 'at-most-one-machine', changes: { send: freshTokens } },
  {
    name: 'a launch without an answer is taken for none, and the next pool is asked',
    caughtBy: 'at-most-one-machine',
    changes: { send: silenceIsNothing },
  },
  {
    name: 'the gate stays open behind a launch in doubt',
    caughtBy: 'at-most-one-machine',
    patches: patch('flows/template.ts', /\(await ec2\.deleteLaunchTemplate\(name\(\)\)\) === 'absent'/, 'false'),
  },
  {
    name: 'stop looks once',
    caughtBy: 'nothing-left-after-stop',
    patches: patch('flows/taking-down.ts', /\|\| !mayBeMore\([^)]*\)\) return \[first\]/, '|| true) return [first]'),
  },
  {
    name: 'nobody waits until a listing has settled',
    caughtBy: 'nothing-left-after-stop',
    patches: patch('flows/settling.ts', /LISTING_SETTLED_MS = 15_000/, 'LISTING_SETTLED_MS = 0'),
  },
  {
    name: 'stop knows only what the outputs say',
    caughtBy: 'nothing-left-after-stop',
    changes: {
      outside: only('stop', (outside, { instanceIds }) =>
        withEc2(outside, { machinesByTags: () => outside.ec2.machinesById(instanceIds) }),
      ),
    },
  },
  {
    name: 'stop takes an error of the listing for an empty one',
    caughtBy: 'nothing-left-after-stop',
    changes: {
      outside: only('stop', (outside) =>
        withEc2(outside, { machinesByTags: (tags) => outside.ec2.machinesByTags(tags).catch(() => []) }),
      ),
    },
  },
  {
    name: 'stop without a label takes the whole run',
    caughtBy: 'siblings-untouched',
    changes: { inputs: (inputs) => (inputs['mode'] === 'stop' ? { ...inputs, all: 'true' } : inputs) },
  },
  {
    name: 'post undoes a start that delivered',
    caughtBy: 'siblings-untouched',
    patches: patch('flows/undoing.ts', /progress !== 'begun' && progress !== 'locked'/, 'progress === undefined'),
  },
  {
    name: 'post does nothing',
    caughtBy: 'nothing-left-after-undoing',
    changes: { undo: () => Promise.resolve() },
  },
  {
    name: 'sweep does not look at GitHub',
    caughtBy: 'converges',
    changes: {
      outside: only('sweep', (outside) => ({
        ...outside,
        runners: { ...outside.runners, runners: () => Promise.resolve([]) },
      })),
    },
  },
  { name: 'sweep reads the first page alone', caughtBy: 'converges', changes: { send: firstPages } },
  {
    name: 'sweep acts on its first look',
    caughtBy: 'siblings-untouched',
    patches: patch('flows/sweep.ts', /findOrphans\(await worldsOf\([^)]*\)\)/, '[suspect]'),
  },
  {
    name: 'sweep ends machines at work',
    caughtBy: 'busy-not-killed-by-sweep',
    patches: patch('domain/orphans.ts', /if \(registration\?\.busy === true\) return undefined/, ''),
  },
  {
    name: 'sweep looks at all repositories',
    caughtBy: 'foreign-untouched',
    changes: {
      outside: only('sweep', (outside) =>
        withEc2(outside, {
          machinesByTags: (tags) => outside.ec2.machinesByTags({ [TAG.managed]: tags[TAG.managed] ?? '' }),
        }),
      ),
    },
  },
  {
    name: 'a registration is ours whose name begins like ours',
    caughtBy: 'foreign-untouched',
    patches: patch(
      'domain/identity.ts',
      /return parsed !== undefined && runner\.labels\.includes\(parsed\.label\)/,
      'return parsed !== undefined',
    ),
  },
  {
    name: 'the label leaves out the attempt',
    caughtBy: 'outputs-true',
    patches: patch('domain/identity.ts', /-\$\{String\(identity\.runAttempt\)\}\$\{name\}/, '-1${name}'),
  },
  {
    name: 'the evidence is read after the termination',
    caughtBy: 'no-false-verdict',
    changes: { outside: only('stop', evidenceLast) },
  },
  {
    name: 'whatever AWS took was interrupted',
    caughtBy: 'no-false-verdict',
    patches: patch(
      'domain/verdict.ts',
      /if \(ended\) return/,
      'if (ended && !isReclaimed(machine, spotStatus)) return',
    ),
  },
  {
    name: 'a start waits for its runners for ever',
    caughtBy: 'every-wait-bounded',
    patches: patch('flows/waiting.ts', /clock\.now\(\) >= undertaking\.onlineByMs/, 'clock.now() < 0'),
  },
  {
    name: 'the machine is told a deadline ten times as far',
    caughtBy: 'dead-at-deadline',
    patches: patch(
      'flows/launching.ts',
      /Math\.ceil\(request\.maxLifetimeMs \/ 1_000\)/,
      'Math.ceil(request.maxLifetimeMs / 100)',
    ),
  },
  {
    name: 'the log shows what the runner is configured with',
    caughtBy: 'no-secret-leaks',
    patches: patch('flows/registering.ts', /host\.report\.mask\(jitConfig\)/, 'host.log.debug(jitConfig)'),
  },
]

type Wrap = NonNullable<Product['outside']>

/** Spoils the ports of one kind of process. */
function only(kind: ProcessKind, wrap: (outside: Outside, scene: Parameters<Wrap>[2]) => Outside): Wrap {
  return (outside, of, scene) => (of === kind ? wrap(outside, scene) : outside)
}

function withEc2(outside: Outside, ec2: Partial<Outside['ec2']>): Outside {
  return { ...outside, ec2: { ...outside.ec2, ...ec2 } }
}

function freshTokens(send: Send): Send {
  let tries = 0
  return (operation, input) =>
    send(
      operation,
      operation === 'CreateFleet'
        ? { ...input, ClientToken: `try-${String(Math.abs(hash(input)))}-${String(++tries)}` }
        : input,
    )
}

/** Tells apart the processes, whose tries are counted apart. */
function hash(input: object): number {
  let sum = 0
  for (const character of JSON.stringify(input)) sum = (Math.imul(sum, 31) + character.charCodeAt(0)) | 0
  return sum
}

function silenceIsNothing(send: Send): Send {
  return async (operation, input) => {
    try {
      return await send(operation, input)
    } catch (error) {
      const isSilence = error instanceof Error && 'code' in error
      if (operation !== 'CreateFleet' || !isSilence) throw error
      return { $metadata: {}, Instances: [], Errors: [] } as never
    }
  }
}

function firstPages(send: Send, kind: ProcessKind): Send {
  if (kind !== 'sweep') return send
  return async (operation, input) => {
    const answer: object = await send(operation, input)
    return { ...answer, NextToken: undefined } as never
  }
}

/** The termination goes out before anybody asks EC2 why a machine ended. */
function evidenceLast(outside: Outside): Outside {
  const { ec2 } = outside
  let seen: readonly string[] = []
  return withEc2(outside, {
    machinesByTags: async (tags) => {
      const machines = await ec2.machinesByTags(tags)
      seen = machines.map(({ instanceId }) => instanceId)
      return machines
    },
    spotRequests: async (ids) => {
      await ec2.terminate(seen)
      return ec2.spotRequests(ids)
    },
  })
}
