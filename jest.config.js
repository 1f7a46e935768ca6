export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-transform.js' },
  globalSetup: '<rootDir>/scripts/jest-setup.js',
  testTimeout: 20_000,
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'json-summary', 'lcov'],
  coverageDirectory: 'coverage',
  // The entry runs main and does nothing else: it is tested as a process, from dist/.
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageThreshold: {
    global: { lines: 85, branches: 85 },
    './src/domain/': { lines: 95, branches: 95 },
  },
}
