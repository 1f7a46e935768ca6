import { refusal } from './refusal.ts'
import type { World } from './world.ts'

const LIMIT = 16 * 1024

/** The raw bytes of base64 user data; undefined where there is none. */
export function decodeUserData(world: World, base64: string | undefined): Uint8Array | undefined {
  if (base64 === undefined || base64 === '') return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (world.rules.userDataLimit) {
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64) || bytes.toString('base64') !== base64.replace(/\s/g, '')) {
      throw refusal('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data')
    }
    if (bytes.length > LIMIT) {
      throw refusal('InvalidUserData.Malformed', `User data is limited to ${String(LIMIT)} bytes`)
    }
  }
  return bytes
}
