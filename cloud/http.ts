import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cloud } from './cloud.ts'
import { serveControl } from './control-front.ts'
import { ConnectionLost, Garbled } from './faults.ts'
import { serveGitHub, serveRunners } from './github-front.ts'
import type { WireAnswer, WireRequest } from './http-message.ts'
import { serveAws } from './wire/aws.ts'

export interface Front {
  /** `http://127.0.0.1:1234`: AWS at its root, GitHub's REST below `/github`, instance metadata below `/imds/<id>`. */
  readonly url: string
  /** Ends every connection at once, also those that wait for an answer. */
  close(): Promise<void>
}

const MOST_BYTES = 1024 * 1024

/** Serves the cloud on this machine alone, to processes that know nothing of it but its address. */
export async function startFront(cloud: Cloud, port = 0): Promise<Front> {
  const server = createServer((incoming, outgoing) => {
    void answer(cloud, incoming, outgoing)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The front has no port')
  const url = `http://127.0.0.1:${String(address.port)}`
  cloud.github.control.setServerUrl(url)
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

async function answer(cloud: Cloud, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const { status, headers = {}, body = '' } = await route(cloud, await read(incoming))
    const length = status === 204 || status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    outgoing.writeHead(status, { ...headers, ...length })
    outgoing.end(body)
  } catch (error) {
    breakDown(error instanceof Error && error.cause !== undefined ? error.cause : error, incoming, outgoing)
  }
}

/** What a proxy in between says, in its own words: no XML, and no JSON either. */
const PROXY_PAGE =
  '<html><head><title>Bad Gateway</title></head><body><center>Bad Gateway</center><hr>nginx</body></html>'

function breakDown(fault: unknown, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault instanceof Garbled) {
    outgoing.writeHead(fault.status, { 'content-type': 'text/html' })
    outgoing.end(PROXY_PAGE)
  } else if (fault instanceof ConnectionLost) {
    incoming.socket.destroy()
  } else {
    // A bug of the model: say so to whoever calls, who would otherwise look for it in their own code.
    outgoing.writeHead(500, { 'content-type': 'text/plain' })
    outgoing.end(`The local cloud failed: ${fault instanceof Error ? String(fault.stack) : String(fault)}`)
  }
}

async function read(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new ConnectionLost()
    chunks.push(chunk)
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  return { method: incoming.method ?? 'GET', url, headers, body: Buffer.concat(chunks).toString() }
}

function route(cloud: Cloud, request: WireRequest): WireAnswer | Promise<WireAnswer> {
  const [, first = '', second = ''] = request.url.pathname.split('/')
  switch (first) {
    case 'github':
      return serveGitHub(cloud, request)
    case '_runner':
      return serveRunners(cloud, request)
    case '_control':
      return serveControl(cloud, request)
    case 'imds': {
      const path = request.url.pathname.slice(`/imds/${second}`.length)
      return cloud.imds(second, { method: request.method, path, headers: request.headers })
    }
    default:
      return serveAws(cloud, request)
  }
}
