/**
 * GitHub's own rules, as far as the product meets them. Each is a switch, so that a test can show what
 * breaks without it. Behind each: what is known, and how well (documented, field report, inferred).
 */
export interface GitHubRules {
  /** An unknown or expired token is answered 401. Documented. */
  readonly badTokensAreRefused: boolean
  /** A token needs the permission of the endpoint, else 403. Documented, with the header `x-accepted-github-permissions`. */
  readonly permissionsAreChecked: boolean
  /** A private repository that a token cannot see is answered 404, not 403. Documented. */
  readonly privateRepositoriesAreHidden: boolean
  /** `github.token` never administers runners: `permissions:` has no such key. Documented in the workflow schema. */
  readonly githubTokenCannotAdminister: boolean
  /** So many requests an hour and token, then 403 or 429 until `x-ratelimit-reset`. Documented. */
  readonly primaryRateLimit: boolean
  /** 900 points a minute and endpoint (a read 1, a write 5), then `retry-after`. Documented. */
  readonly secondaryRateLimit: boolean
  /** 80 content creations a minute and token, then `retry-after`. Documented. */
  readonly contentCreationLimit: boolean
  /** 1,500 registrations in five minutes and repository or organisation. Documented among the limits of Actions. */
  readonly registrationLimit: boolean
  /** A conditional request that finds nothing new is answered 304 and costs nothing. Documented. */
  readonly conditionalRequestsAreFree: boolean
  /** Two runners of one repository or organisation cannot share a name: 409. Documented; text from field reports. */
  readonly runnerNamesAreUnique: boolean
  /** Names of more than 64 characters, no label, an empty label or one of more than 256 are answered 422. Documented and from the runner's own checks. */
  readonly jitRequestsAreChecked: boolean
  /** A registration token works for one hour. Documented. */
  readonly registrationTokensExpire: boolean
  /** An ephemeral runner takes exactly one job and is de-registered when the job is over. Documented. */
  readonly ephemeralTakesOneJob: boolean
  /** Deleting a runner in the middle of a job is answered 422. Field reports. */
  readonly busyRunnersCannotBeDeleted: boolean
  /** A runner whose machine died in a job stays busy until its lease of ten minutes has run out; then the job fails. Runner source and field reports. */
  readonly lostRunnersKeepTheirLease: boolean
  /** A runner that fell silent is called online for a while yet. Field reports; how long is inferred. */
  readonly silentRunnersLingerOnline: boolean
  /** The step that ran when contact was lost stays unfinished for ever. Inferred. */
  readonly lostJobsKeepUnfinishedSteps: boolean
  /** A job that a runner was given and never began goes back to the queue after 60 seconds. Documented. */
  readonly unclaimedJobsAreRequeued: boolean
  /** The listing of runners shows registrations and deletions late. Field reports. */
  readonly runnerListLags: boolean
  /** A page has 30 entries unless asked otherwise, and never more than 100. Documented. */
  readonly pagesAreBounded: boolean
  /** Labels match whatever their case. Documented for labels, checked by the runner. */
  readonly labelsIgnoreCase: boolean
  /** A runner must carry every label that a job asks for. Documented. */
  readonly everyLabelMustMatch: boolean
  /** Runners that are not connected are removed: ephemeral ones after a day, others after 14 days. Documented. */
  readonly unusedRunnersAreRemoved: boolean
  /** A connected runner learns only at its next poll that it was deleted. Runner source. */
  readonly deletionIsSeenAtTheNextPoll: boolean
  /** A runner of a deprecated version gets no session. Documented; text from the runner source. */
  readonly deprecatedVersionsAreRefused: boolean
  /** A runner has one session at a time; a second is told of the conflict. Runner source. */
  readonly oneSessionPerRunner: boolean
  /** A job whose `needs` are not over is not listed yet. Inferred. */
  readonly waitingJobsAreUnlisted: boolean
  /** A queued job is cancelled after 24 hours. Documented. */
  readonly queueIsLimited: boolean
  /** A job is cancelled after its `timeout-minutes`, 360 by default. Documented. */
  readonly jobsTimeOut: boolean
  /** Jobs with `if: always()` go on when a run is cancelled. Documented. */
  readonly alwaysJobsSurviveCancel: boolean
  /** Five minutes after a cancellation what still runs is ended by GitHub. Documented. */
  readonly cancelledJobsAreCutOff: boolean
  /** A run that is over cannot be cancelled: 409. Documented. */
  readonly finishedRunsCannotBeCancelled: boolean
  /** A run in progress cannot be re-run: 403. Field reports. */
  readonly runningRunsCannotBeRerun: boolean
  /** Only a job of the current attempt can be re-run: 403. Field reports. */
  readonly onlyCurrentJobsCanBeRerun: boolean
  /** A job inside a called workflow cannot be re-run alone: 403. Field report. */
  readonly calledJobsCannotBeRerun: boolean
  /** A run is re-run at most 50 times. Documented. */
  readonly rerunsAreCounted: boolean
  /** A run older than 30 days cannot be re-run: 403. Documented. */
  readonly oldRunsCannotBeRerun: boolean
  /** A job that is carried over to a new attempt is listed there under a new id. Inferred from field reports. */
  readonly carriedJobsGetNewIds: boolean
  /** Jobs of a new attempt see the outputs of the jobs that were not re-run. Documented. */
  readonly outputsAreCarriedOver: boolean
}

export const GITHUB_RULES: GitHubRules = {
  badTokensAreRefused: true,
  permissionsAreChecked: true,
  privateRepositoriesAreHidden: true,
  githubTokenCannotAdminister: true,
  primaryRateLimit: true,
  secondaryRateLimit: true,
  contentCreationLimit: true,
  registrationLimit: true,
  conditionalRequestsAreFree: true,
  runnerNamesAreUnique: true,
  jitRequestsAreChecked: true,
  registrationTokensExpire: true,
  ephemeralTakesOneJob: true,
  busyRunnersCannotBeDeleted: true,
  lostRunnersKeepTheirLease: true,
  silentRunnersLingerOnline: true,
  lostJobsKeepUnfinishedSteps: true,
  unclaimedJobsAreRequeued: true,
  runnerListLags: true,
  pagesAreBounded: true,
  labelsIgnoreCase: true,
  everyLabelMustMatch: true,
  unusedRunnersAreRemoved: true,
  deletionIsSeenAtTheNextPoll: true,
  deprecatedVersionsAreRefused: true,
  oneSessionPerRunner: true,
  waitingJobsAreUnlisted: true,
  queueIsLimited: true,
  jobsTimeOut: true,
  alwaysJobsSurviveCancel: true,
  cancelledJobsAreCutOff: true,
  finishedRunsCannotBeCancelled: true,
  runningRunsCannotBeRerun: true,
  onlyCurrentJobsCanBeRerun: true,
  calledJobsCannotBeRerun: true,
  rerunsAreCounted: true,
  oldRunsCannotBeRerun: true,
  carriedJobsGetNewIds: true,
  outputsAreCarriedOver: true,
}
