import { gunzipSync } from 'node:zlib'

/** This many characters of a secret in a row are a leak. */
const PIECE = 24

/** How deep a secret may be wrapped: gzip within base64 within URL encoding, and once more. */
const MOST_LAYERS = 4

/**
 * Finds pieces of secrets in a text: as they stand, split across lines, URL-encoded, in base64 of any
 * alignment, and gzipped within.
 *
 * @returns the pieces that were found, one for each secret
 */
export function leaksOf(secrets: readonly string[], text: string): readonly string[] {
  const pieces = new Map<string, string>()
  for (const secret of secrets) {
    for (let at = 0; at + PIECE <= secret.length; at++) pieces.set(secret.slice(at, at + PIECE), secret)
  }
  const found = new Map<string, string>()
  for (const layer of layersOf(text)) {
    for (let at = 0; at + PIECE <= layer.length; at++) {
      const piece = layer.slice(at, at + PIECE)
      const secret = pieces.get(piece)
      if (secret !== undefined) found.set(secret, piece)
    }
  }
  return [...found.values()]
}

/** The text without its white space, and all that it holds in some encoding. */
function layersOf(text: string): ReadonlySet<string> {
  const all = new Set<string>()
  let newest = [text]
  for (let depth = 0; depth < MOST_LAYERS && newest.length > 0; depth++) {
    const next: string[] = []
    for (const layer of newest) {
      const bare = layer.replace(/\s+|\\n|%0A/g, '')
      if (all.has(bare)) continue
      all.add(bare)
      next.push(layer, ...unwrapped(layer), ...(bare === layer ? [] : unwrapped(bare)))
    }
    newest = next.filter((layer) => !all.has(layer))
  }
  return all
}

function unwrapped(text: string): string[] {
  const inner: string[] = []
  if (/%[0-9A-F]{2}/i.test(text))
    inner.push(text.replace(/%([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
  for (const [blob] of text.matchAll(/[A-Za-z0-9+/_-]{24,}/g)) {
    // What stands before a secret shifts its base64 by up to three characters.
    for (let shift = 0; shift < 4; shift++) inner.push(decoded(Buffer.from(blob.slice(shift), 'base64')))
  }
  return inner
}

function decoded(bytes: Buffer): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('latin1')
  try {
    return gunzipSync(bytes).toString('latin1')
  } catch {
    return bytes.toString('latin1')
  }
}
