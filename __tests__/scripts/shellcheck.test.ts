import { describe, expect, test } from '@jest/globals'
import { shellFiles, shellFindings } from '../../scripts/shellcheck.ts'

describe('shell files are checked', () => {
  test('an unquoted variable is found, with its place and its rule', async () => {
    const findings = await shellFindings('a.sh', '#!/usr/bin/env bash\nrm $1\n')
    expect(findings).toEqual([expect.stringMatching(/^a\.sh:2:4: info: .*\[SC2086\]$/)])
  })

  test('a sound script has no finding', async () => {
    expect(await shellFindings('a.sh', '#!/usr/bin/env bash\nset -euo pipefail\nrm -- "$1"\n')).toEqual([])
  })

  test('a script without an extension is known by its first line', () => {
    expect(shellFiles()).toContain('.ci/run')
  })
})
