import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { inputText, jobLog, jobReport, stepState } from '../../src/host/job.ts'
import { parseOutputs } from '../../cloud/play/step.ts'

const folder = mkdtempSync(join(tmpdir(), 'ec2-spot-runner-job-'))
const file = (name: string): string => join(folder, name)
const write = process.stdout.write.bind(process.stdout)
let printed = ''

beforeEach(() => {
  printed = ''
  for (const name of ['output', 'state', 'summary']) writeFileSync(file(name), '')
  Object.assign(process.env, {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
  })
  process.stdout.write = (text: string | Uint8Array) => {
    printed += String(text)
    return true
  }
})
afterEach(() => {
  process.stdout.write = write
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('the job that we are a step of', () => {
  test('gets outputs and state of any text', () => {
    jobReport.output('label', 'ec2-spot-1-1')
    jobReport.output('lines', 'a\nb')
    stepState.save('progress', 'begun')
    expect(parseOutputs(readFileSync(file('output'), 'utf8'))).toEqual({ label: 'ec2-spot-1-1', lines: 'a\nb' })
    expect(parseOutputs(readFileSync(file('state'), 'utf8'))).toEqual({ progress: 'begun' })
  })

  test('gets every summary, one after the other', async () => {
    await jobReport.summary('### one')
    await jobReport.summary('### two')
    expect(
      readFileSync(file('summary'), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual(['### one', '### two'])
  })

  test('goes on where a summary cannot be written', async () => {
    process.env['GITHUB_STEP_SUMMARY'] = join(folder, 'nowhere', 'summary')
    // The file of the test before is remembered by the library, so that this only holds where it asks again.
    await expect(jobReport.summary('### three')).resolves.toBeUndefined()
  })

  test('shows what a person must act on as annotations, and the rest as lines', () => {
    jobLog.info('said')
    jobLog.notice('noticed')
    jobLog.warning('warned')
    jobLog.error('broken')
    jobLog.error('taken', 'EC2 spot interruption')
    expect(printed.split('\n').filter((line) => line !== '')).toEqual([
      'said',
      '::notice::noticed',
      '::warning::warned',
      '::error::broken',
      '::error title=EC2 spot interruption::taken',
    ])
  })

  test('masks what is secret', () => {
    jobReport.mask('secret')
    expect(printed).toContain('::add-mask::secret')
  })

  test('groups lines, and hands on what the group came to', async () => {
    await expect(jobLog.group('Title', async () => 7)).resolves.toBe(7)
    expect(printed).toMatch(/^::group::Title\n::endgroup::\n$/)
  })

  test('gives inputs without the blanks around them', () => {
    process.env['INPUT_AWS-REGION'] = ' eu-central-1\n'
    expect([inputText('aws-region'), inputText('nothing')]).toEqual(['eu-central-1', ''])
  })
})
