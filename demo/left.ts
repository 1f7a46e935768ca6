import type { CloudSnapshot } from '../cloud/cloud.ts'

/** What both platforms still hold that costs money or lies about: nothing, if all went well. */
export function leftBehind({ ec2, github }: CloudSnapshot): readonly string[] {
  return [
    ...ec2.live.map(({ instanceId, state }) => `instance ${instanceId} is ${state}`),
    ...ec2.launchTemplates.map((name) => `launch template ${name} exists`),
    ...github.registrations.map(({ name }) => `runner ${name} is registered`),
  ]
}
