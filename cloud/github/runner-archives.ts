import { createHash } from 'node:crypto'
import type { RunnerArchive } from './model.ts'

const BUILDS = [
  ['osx', 'x64', 'tar.gz'],
  ['osx', 'arm64', 'tar.gz'],
  ['linux', 'x64', 'tar.gz'],
  ['linux', 'arm', 'tar.gz'],
  ['linux', 'arm64', 'tar.gz'],
  ['win', 'x64', 'zip'],
  ['win', 'arm64', 'zip'],
] as const

/** One version of the runner for every machine that GitHub builds it for; the checksums are made up. */
export function runnerArchives(version: string): RunnerArchive[] {
  return BUILDS.map(([os, architecture, extension]) => {
    const filename = `actions-runner-${os}-${architecture}-${version}.${extension}`
    return {
      os,
      architecture,
      download_url: `https://github.com/actions/runner/releases/download/v${version}/${filename}`,
      filename,
      sha256_checksum: createHash('sha256').update(filename).digest('hex'),
    }
  })
}
