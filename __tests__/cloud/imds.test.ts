import { describe, expect, test } from '@jest/globals'
import type { ImdsAnswer } from '../../cloud/imds.ts'
import { fleetInput, inLaboratory, launchOne, templateInput } from './laboratory.ts'
import type { Laboratory } from './laboratory.ts'

const USER_DATA = Buffer.from('hello')
const TEMPLATE = templateInput({
  UserData: USER_DATA.toString('base64'),
  MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
})
const FLEET = fleetInput('spot', {
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'ec2-spot-runner:label', Value: 'ec2-spot-1-1' }] }],
})

interface Machine extends Laboratory {
  readonly id: string
  readonly put: (path: string, seconds?: string) => ImdsAnswer
  readonly get: (path: string, token?: string) => ImdsAnswer
}

const onMachine = (body: (machine: Machine) => void | Promise<void>): Promise<void> =>
  inLaboratory(async (laboratory) => {
    const id = await launchOne(laboratory, 'spot', TEMPLATE, FLEET)
    await laboratory.clock.sleep(2_000)
    const { imds } = laboratory.cloud
    await body({
      ...laboratory,
      id,
      put: (path, seconds) => {
        const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': seconds }
        return imds(id, { method: 'PUT', path, headers })
      },
      get: (path, token) => imds(id, { method: 'GET', path, headers: { 'x-aws-ec2-metadata-token': token } }),
    })
  })

describe('instance metadata', () => {
  test.each([
    ['/latest/api/token', '60', 200],
    ['/latest/api/token', '21600', 200],
    ['/latest/api/token', '21601', 400],
    ['/latest/api/token', '0', 400],
    ['/latest/api/token', undefined, 400],
    ['/2021-01-03/api/token', '60', 403],
    ['/latest/meta-data', '60', 404],
  ])('PUT %s with %s seconds: %i', (path, seconds, status) =>
    onMachine(({ put }) => {
      expect(put(path, seconds).status).toBe(status)
    }),
  )

  test('a token opens the items until it expires, on its own machine alone', () =>
    onMachine(async (machine) => {
      const token = String(machine.put('/latest/api/token', '60').body)
      const other = await launchOne(machine)
      await machine.clock.sleep(2_000)
      const headers = { 'x-aws-ec2-metadata-token': token }
      const path = '/latest/meta-data/instance-id'
      expect(machine.get(path, token)).toEqual({ status: 200, body: machine.id })
      expect(machine.cloud.imds(other, { method: 'GET', path, headers }).status).toBe(401)
      await machine.clock.sleep(60_000)
      expect(machine.get(path, token).status).toBe(401)
    }))

  test.each([
    ['/latest/meta-data/instance-type', 'm7i.xlarge'],
    ['/latest/meta-data/instance-life-cycle', 'spot'],
    ['/latest/meta-data/placement/region', 'us-east-1'],
    ['/latest/meta-data/tags/instance', 'ec2-spot-runner:label'],
    ['/latest/meta-data/tags/instance/ec2-spot-runner:label', 'ec2-spot-1-1'],
    ['/latest/user-data', USER_DATA],
    ['/latest/meta-data/spot/instance-action', undefined],
    ['/latest/meta-data/nothing', undefined],
  ])('%s', (path, expected) =>
    onMachine(({ get, put }) => {
      const { status, body } = get(path, String(put('/latest/api/token', '60').body))
      expect(status === 404 ? undefined : body).toEqual(expected)
    }),
  )

  test('the notice stands still once it is there', () =>
    onMachine(async ({ id, cloud, clock, get, put }) => {
      const token = String(put('/latest/api/token', '600').body)
      cloud.ec2.control.interrupt(id)
      const notice = get('/latest/meta-data/spot/instance-action', token)
      const time = new Date(clock.now() + 120_000).toISOString().replace('.000', '')
      expect(notice).toEqual({ status: 200, body: JSON.stringify({ action: 'terminate', time }) })
      await clock.sleep(60_000)
      expect(get('/latest/meta-data/spot/instance-action', token)).toEqual(notice)
      expect(get('/latest/meta-data/spot/termination-time', token)).toEqual({ status: 200, body: time })
    }))

  test('a machine without power has none', () =>
    onMachine(({ id, cloud, put }) => {
      cloud.ec2.control.kill(id)
      expect(put('/latest/api/token', '60').status).toBe(403)
    }))
})
