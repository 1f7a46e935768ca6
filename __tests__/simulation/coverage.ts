import { KILL_PHASES, PROCESS_KINDS } from './process.ts'
import { FAULTS } from './swarm.ts'

/** Every call that may be cut off, and that is made often enough for it. */
const CALLS = [
  'CreateFleet',
  'CreateLaunchTemplate',
  'DeleteLaunchTemplate',
  'DescribeImages',
  'DescribeInstances',
  'DescribeLaunchTemplates',
  'DescribeSpotInstanceRequests',
  'DescribeSubnets',
  'GetConsoleOutput',
  'TerminateInstances',
  'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig',
  'POST /repos/{owner}/{repo}/actions/runners/registration-token',
  'GET /repos/{owner}/{repo}/actions/runners',
  'GET /repos/{owner}/{repo}/actions/runners/{runner_id}',
  'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}',
  'GET /repos/{owner}/{repo}/actions/runs',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs',
]

/** What must have happened at least once in a run of the usual length, or the simulation proves less than it says. */
export const REQUIRED: readonly string[] = [
  ...FAULTS.map((kind) => `fault ${kind}`),
  'fault expired',
  ...PROCESS_KINDS.flatMap((kind) => KILL_PHASES.map((phase) => `kill of ${kind} ${phase} a call`)),
  ...CALLS.flatMap((call) => KILL_PHASES.map((phase) => `kill ${phase} ${call}`)),
  'SIGINT',
  'SIGKILL after SIGINT and SIGTERM',
  'end of the job by GitHub',
  'machine of GitHub lost',
  'step tried again',
  'cancel',
  'force-cancel',
  'boot fails',
  'boot dies',
  'boot hangs',
  'boot deprecated',
  'death by interruption',
  'death by reclaim',
  'death by failure',
  'death by person',
  'shortage',
  'outage of GitHub',
  'stop by hand',
  'sweep beside others',
  're-run of all jobs',
  're-run of failed jobs',
]
