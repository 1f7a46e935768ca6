import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from './clock.ts'
import { createCloud } from './cloud.ts'
import { startFront } from './http.ts'
import { shellMachines } from './machines/shell-machines.ts'

const REPOSITORY = 'octo/example'
const TOKEN = 'local-cloud-token'

/** Runs the local cloud until it is told to end; its machines are shells on this computer. */
async function main(port: number): Promise<void> {
  const workDir = mkdtempSync(join(tmpdir(), 'local-cloud-'))
  let url = ''
  const machines = shellMachines({ cloudUrl: () => url, events: () => cloud.events, workDir })
  const cloud = createCloud({ clock: realClock(), random: Math.random, machines })
  const front = await startFront(cloud, port)
  url = front.url
  cloud.github.control.addRepository(REPOSITORY)
  cloud.github.control.addToken({ token: TOKEN })
  for (const line of [
    `AWS_ENDPOINT_URL=${url}`,
    `AWS_REGION=${cloud.ec2.world.region.name}`,
    'AWS_ACCESS_KEY_ID=AKIALOCALCLOUD',
    'AWS_SECRET_ACCESS_KEY=local-cloud',
    `GITHUB_API_URL=${url}/github`,
    `GITHUB_SERVER_URL=${url}`,
    `GITHUB_REPOSITORY=${REPOSITORY}`,
    `INPUT_GITHUB-TOKEN=${TOKEN}`,
    `# ${url}/_control/snapshot shows what exists`,
  ]) {
    console.log(line)
  }
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve)
  })
  await front.close()
  await machines.close()
  rmSync(workDir, { recursive: true, force: true })
}

await main(Number(process.env['PORT'] ?? '0'))
