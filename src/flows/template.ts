import { renderGuardUserData } from '../boot/user-data.ts'
import { templateNameOf } from '../domain/launch-plan.ts'
import { TAG } from '../domain/tags.ts'
import type { Random } from '../ports/host.ts'
import type { Outside } from '../ports/outside.ts'
import { LISTING_SETTLED_MS } from './settling.ts'
import { sharedName, type Survey } from './survey.ts'
import type { Undertaking } from './undertaking.ts'

/** The launch template of a start: the lock of its identity, and the gate of every launch. */
export interface Template {
  /** The name to launch with now. */
  name(): string
  /**
   * Shuts the gate for every request that is still on its way, and opens a new one: a launch that names a
   * deleted template cannot happen, however late it arrives.
   *
   * @param inDoubt the name that the request in doubt was made with
   * @throws Error where the template is already gone: somebody stopped this start
   */
  renew(inDoubt: string): Promise<void>
  /** Shuts the gate for good. */
  remove(): Promise<void>
}

/**
 * Creates the launch template.
 *
 * @throws Error where another start holds it
 */
export async function openTemplate(
  { ec2, host }: Outside,
  undertaking: Undertaking,
  survey: Survey,
): Promise<Template> {
  const { identity, request, startJob, tags } = undertaking
  let generation = 0
  let removed = false
  let renewal: Promise<void> | undefined
  const name = (): string => templateNameOf(identity, generation)
  const create = async (): Promise<void> => {
    const made = await ec2.createLaunchTemplate({
      templateName: name(),
      clientToken: randomToken(host.random),
      imageId: survey.image.imageId,
      rootDeviceName: survey.image.rootDeviceName,
      volumeSize: request['volume-size'],
      volumeType: request['volume-type'],
      securityGroupIds: survey.securityGroupIds,
      instanceProfile: request['instance-profile'],
      userData: Buffer.from(renderGuardUserData()).toString('base64'),
      tags,
    })
    if (made === 'created') return
    const holder = TAG.managed in made.takenBy ? made.takenBy : await lateTags({ ec2, host }, name())
    if (startJob === '' || holder[TAG.startJob] !== startJob) throw new Error(sharedName(identity.name))
  }
  await create()
  return {
    name,
    renew: async (inDoubt) => {
      // Runners of one start share the template: the first that is in doubt renews it for all. But a renewal
      // that is under way already may be opening the very gate that has to be shut now.
      await renewal
      if (name() !== inDoubt) return
      renewal ??= (async () => {
        if (removed || (await ec2.deleteLaunchTemplate(name())) === 'absent')
          throw new Error('This start has been stopped: its launch template is gone.')
        generation += 1
        await create()
      })().finally(() => (renewal = undefined))
      await renewal
    },
    remove: async () => {
      removed = true
      await ec2.deleteLaunchTemplate(name())
    },
  }
}

/** Whose a template is that EC2 refuses to make again but does not show yet: it was made a moment ago. */
async function lateTags(
  { ec2, host }: Pick<Outside, 'ec2' | 'host'>,
  templateName: string,
): Promise<Readonly<Record<string, string>>> {
  await host.clock.sleep(LISTING_SETTLED_MS)
  return (await ec2.launchTemplate(templateName)) ?? {}
}

/** The name is the lock; the token only lets a repeat of the same request succeed. It must be new for each request, since EC2 remembers a token longer than the template. */
function randomToken(random: Random): string {
  return Array.from({ length: 8 }, () =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
}
