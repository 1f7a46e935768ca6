import { saveRegistration, serviceUrlOf } from './registration.ts'
import { RUNNER_VERSION, ask } from './service.ts'

const input = (name: string): string => process.env[`ACTIONS_RUNNER_INPUT_${name}`] ?? ''
const flags = new Set(process.argv.slice(2))
const DEFAULT_LABELS = ['self-hosted', 'Linux', 'X64']

const serviceUrl = serviceUrlOf(input('URL'))
const labels = input('LABELS').split(',').filter(Boolean)
const ephemeral = flags.has('--ephemeral')

const answer = await ask('POST', `${serviceUrl}register`, {
  token: input('TOKEN'),
  name: input('NAME'),
  labels: flags.has('--no-default-labels') ? labels : [...DEFAULT_LABELS, ...labels],
  ephemeral,
  version: RUNNER_VERSION,
})
if (answer.status === 201) {
  saveRegistration({ serviceUrl, credential: String(answer.body['credential']), ephemeral })
  console.log('√ Runner successfully added')
} else {
  console.log(`Http response code: ${String(answer.status)} from 'POST register' (${String(answer.body['reason'])})`)
  process.exitCode = 1
}
