import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { ClientSettings } from './aws-door.ts'

export const commands = { GetCallerIdentity: GetCallerIdentityCommand } as const

export const createClient = (settings: ClientSettings): STSClient => new STSClient(settings)
