import usual from './jest.config.js'

/** The tests that wait for minutes of real time: the built action killed at each of its requests, and a large sweep. */
export default async function config() {
  return {
    ...(await usual()),
    // What these cover of src is in dist/.
    coverageThreshold: {},
    testMatch: ['<rootDir>/__tests__/**/*.slow.test.ts'],
    testPathIgnorePatterns: ['/node_modules/'],
  }
}
