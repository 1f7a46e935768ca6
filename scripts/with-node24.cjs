'use strict'
// Runs a command under Node 24, the version the action itself runs under, whatever Node started npm. It is
// CommonJS in old syntax because older Nodes read it. npm 10 loses node_modules/.bin/node where one of several
// platform packages is skipped, so the PATH gets the package's own folder.
const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { delimiter, dirname, join } = require('node:path')

const NEEDED = 24

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath
  const packaged = join(__dirname, '..', 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  return existsSync(packaged) ? packaged : undefined
}

const node = findNode()
if (node === undefined) {
  console.error(
    `Node ${NEEDED} or newer is needed; this is ${process.version} on ${process.platform}-${process.arch}. ` +
      'On Linux (x64, arm64) "npm ci" brings it along; elsewhere install the version named in .node-version.',
  )
  process.exit(1)
}

const [command, ...args] = process.argv.slice(2)
const env = { ...process.env, PATH: dirname(node) + delimiter + (process.env.PATH || '') }
const child = spawn(command === 'node' ? node : command, args, { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`${command} did not start: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  // A command that died by a signal did not succeed, whatever the shell's convention for its number.
  process.exit(signal === null ? code : 1)
})
