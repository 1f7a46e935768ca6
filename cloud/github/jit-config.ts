import type { GitHubModel, RunnerRegistration } from './model.ts'
import { randomHex } from './model.ts'

/** Stands in every secret of the model, so that a search for leaks has something to find. */
export const SECRET_MARK = 'ghsecret'

/** Remembers it as something that must not show up anywhere. */
export function newSecret(model: GitHubModel, kind: string): string {
  const secret = `${SECRET_MARK}-${kind}-${randomHex(model.random, 40)}`
  model.secrets.add(secret)
  return secret
}

const RSA_BYTES = 384
const RSA_PRIME_BYTES = 192

/**
 * What `generate-jitconfig` hands out: base64 of a map from file name to base64 of the file, as the runner
 * writes them into its directory. About 5.5 KB, most of it random, as a private key is.
 */
export function encodedJitConfig(model: GitHubModel, registration: RunnerRegistration, workFolder: string): string {
  const settings = {
    agentId: registration.id,
    agentName: registration.name,
    poolId: 1,
    poolName: 'Default',
    disableUpdate: false,
    ephemeral: registration.ephemeral,
    serverUrl: model.serverUrl,
    serverUrlV2: model.serverUrl,
    useV2Flow: true,
    gitHubUrl: '',
    workFolder,
  }
  const credentials = {
    scheme: 'OAuth',
    data: {
      clientId: randomHex(model.random, 32),
      authorizationUrl: `${model.serverUrl}/_runner/oauth2/token`,
      requireFipsCryptography: 'True',
      token: registration.credential,
    },
  }
  const files = {
    '.runner': encoded(settings),
    '.credentials': encoded(credentials),
    '.credentials_rsaparams': encoded(privateKey(model)),
  }
  const config = encoded(files)
  for (const secret of [config, files['.credentials'], files['.credentials_rsaparams']]) model.secrets.add(secret)
  return config
}

function privateKey(model: GitHubModel): Record<string, string> {
  const bytes = (length: number): string => randomBase64(model.random, length)
  return {
    d: newSecret(model, 'rsa') + bytes(RSA_BYTES),
    dp: bytes(RSA_PRIME_BYTES),
    dq: bytes(RSA_PRIME_BYTES),
    exponent: 'AQAB',
    inverseQ: bytes(RSA_PRIME_BYTES),
    modulus: bytes(RSA_BYTES),
    p: bytes(RSA_PRIME_BYTES),
    q: bytes(RSA_PRIME_BYTES),
  }
}

function randomBase64(random: () => number, length: number): string {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))).toString('base64')
}

function encoded(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString('base64')
}
