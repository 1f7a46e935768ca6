import { requireNode24 } from './scripts/require-node24.js'

export default async function config() {
  requireNode24()
  // Only now: an older Node cannot even load it.
  const { typeOnlyFiles } = await import('./scripts/type-only.js')
  return {
    testEnvironment: 'node',
    // src is a root so that coverage sees the files that no test loads.
    roots: ['<rootDir>/src', '<rootDir>/__tests__'],
    testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
    // Those wait for minutes of real time; `npm run test:slow` plays them.
    testPathIgnorePatterns: ['/node_modules/', '\\.slow\\.test\\.ts$'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': '<rootDir>/scripts/jest-transform.js' },
    testTimeout: 20_000,
    // End-to-end scenes wait far more than they compute: many at once, and a file on every core.
    maxConcurrency: 12,
    maxWorkers: '100%',
    coverageProvider: 'v8',
    coverageReporters: ['text-summary', 'json-summary', 'lcov'],
    coverageDirectory: 'coverage',
    collectCoverageFrom: [
      'src/**/*.ts',
      ...notCovered,
      ...typeOnlyFiles(import.meta.dirname).map((path) => `!${path}`),
    ],
    coverageThreshold: {
      global: { lines: 85, branches: 85 },
      './src/domain/': { lines: 95, branches: 95 },
    },
  }
}

// The entries run main and do nothing else: they are tested as processes, from dist/.
const notCovered = ['!src/index.ts', '!src/post.ts']
