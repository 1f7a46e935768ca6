import { publicRefusal, refusal, type RunContext } from '../domain/context.ts'
import type { StartRequest } from '../domain/request.ts'
import { messageOf } from '../domain/message.ts'
import type { Outside } from '../ports/outside.ts'
import { failureSummary, planText, startSummary } from '../summary/start.ts'
import { adopt } from './adopting.ts'
import { cancellable } from './cancellable.ts'
import { NoCapacityError } from './climbing.ts'
import { launchAll } from './launching.ts'
import { saveProgress } from './progress.ts'
import { publish } from './publishing.ts'
import { registerAll } from './registering.ts'
import { survey } from './survey.ts'
import { openTemplate } from './template.ts'
import { undertake, type Berth, type Undertaking } from './undertaking.ts'
import { nothingMade, unmake, type Made } from './unmaking.ts'
import type { StartSetting, Voyage } from './voyage.ts'
import { waitForAll } from './replacing.ts'

/**
 * Launches the machines, registers their runners and hands on their label. Whatever fails after the first
 * effect is undone.
 *
 * @throws Error that says what happened, why, and what to change
 */
export async function start(real: Outside, request: StartRequest, setting: StartSetting): Promise<void> {
  const outside = cancellable(real)
  const refused = refusal(setting.context, setting.githubToken)
  if (refused !== undefined) throw new Error(refused)
  const { state, clock } = real.host
  const undertaking = undertake(request, setting.context, clock.now())
  await refusePublic(outside, request, setting.context)
  if (request['dry-run']) {
    await rehearse(outside, undertaking)
    return
  }
  warnOfSharedLabels(outside, undertaking)
  const made = nothingMade()
  saveProgress(state, 'begun')
  try {
    const { world, tickets } = await surveyAndRegister(outside, undertaking, setting, made)
    made.askedForTemplate = true
    made.template = await openTemplate(outside, undertaking, world)
    saveProgress(state, 'locked')
    const voyage: Voyage = { outside, undertaking, setting, world, template: made.template, made }
    const adopted = await adopt(voyage, tickets)
    const crew = await launchAll(voyage, tickets, adopted)
    publish(voyage, crew)
    const ready = request['wait-for'] === 'online' ? await waitForAll(voyage, crew) : crew
    await finish(voyage, ready)
  } catch (error) {
    if (error instanceof NoCapacityError)
      await outside.host.report.summary(failureSummary(undertaking.label, error.message, error.berth.climb))
    if (await unmake(real, undertaking, made)) saveProgress(state, 'undone')
    throw error
  }
}

/** Most events say whether the repository is public; the others cost one question. */
async function refusePublic({ actions }: Outside, request: StartRequest, { isPublic }: RunContext): Promise<void> {
  if (request['allow-public']) return
  const refused = publicRefusal(isPublic ?? (await actions.repositoryIsPublic()), false)
  if (refused !== undefined) throw new Error(refused)
}

/** Registration needs nothing of what the survey finds, so both go out together; both are awaited, so that nothing is made unseen. */
async function surveyAndRegister(outside: Outside, undertaking: Undertaking, setting: StartSetting, made: Made) {
  const { host } = outside
  return host.log.group('Looking at the region and registering', async () => {
    const [world, tickets] = await Promise.allSettled([
      survey(outside, undertaking),
      registerAll(outside, undertaking, setting.context.serverUrl, made),
    ])
    if (world.status === 'rejected') throw world.reason
    if (tickets.status === 'rejected') throw tickets.reason
    for (const { reason } of world.value.choice.rejected) host.log.info(`Left out: ${reason}.`)
    return { world: world.value, tickets: tickets.value }
  })
}

/** Everything a start reads and decides, and nothing that it does. */
async function rehearse(outside: Outside, undertaking: Undertaking): Promise<void> {
  const [world, caller] = await Promise.all([survey(outside, undertaking), outside.ec2.caller()])
  const plan = planText(undertaking, world.image, world.choice, caller)
  outside.host.log.info(plan)
  await outside.host.report.summary(plan)
}

/** Hands over: once the start has delivered, what fails is said, and no reason to take the machines away again. */
async function finish(voyage: Voyage, ready: readonly Berth[]): Promise<void> {
  const { outside, undertaking, template, world } = voyage
  const { log, report, clock } = outside.host
  publish(voyage, ready)
  saveProgress(outside.host.state, 'delivered')
  await template.remove().catch((error: unknown) => {
    log.warning(`The launch template could not be removed (${messageOf(error)}); stop will do it.`)
  })
  await report.summary(
    startSummary({ undertaking, berths: ready, choice: world.choice, tookMs: clock.now() - undertaking.startedAtMs }),
  )
}

function warnOfSharedLabels({ host }: Outside, { request }: Undertaking): void {
  if (request.labels.length === 0) return
  host.log.warning(
    `The runner also gets ${request.labels.map((label) => `\`${label}\``).join(', ')}: any job of this repository that asks for one of these may take the machine. Leave \`labels\` empty unless that is what you want.`,
  )
}
