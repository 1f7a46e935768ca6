/** Refuses to test under a Node that users of the action do not get. */
export function requireNode24() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 24) {
    throw new Error(
      `The tests need Node 24 or newer, the version the action runs under; this is ${process.version}. ` +
        'Run them with "npm test", or install Node 24.',
    )
  }
}
