/** What GitHub says of the run that we are a step of. */
export interface RunContext {
  /** `owner/repo`. */
  readonly repository: string
  readonly runId: number
  readonly runAttempt: number
  readonly eventName: string
  readonly actor: string
  /** The step's id within its job (`GITHUB_ACTION`). */
  readonly stepId: string
  /** `owner/repo` of this action as the workflow names it (`GITHUB_ACTION_REPOSITORY`); empty for a local one. */
  readonly actionName: string
  /** `https://github.com`, or the address of an Enterprise Server. */
  readonly serverUrl: string
  /** Whether the repository is public; undefined where the event does not say. */
  readonly isPublic: boolean | undefined
  /** Whether the event is about a pull request from another repository. */
  readonly isFork: boolean
}

/** Why this run must not, or cannot, start a machine; undefined where it may. */
export function refusal(context: RunContext, githubToken: string): string | undefined {
  if (context.eventName === 'pull_request_target' && context.isFork) {
    return "This is `pull_request_target` for a pull request from a fork: it would run a stranger's code beside your secrets, on a machine in your account. Use `pull_request`, or let a maintainer start the run."
  }
  return githubToken === '' ? missingToken(context) : undefined
}

/** Why there is no token to register and remove runners with. */
export function missingToken(context: RunContext): string {
  if (context.isFork) {
    return 'There is no `github-token`: GitHub gives no secrets to a pull request from a fork. Add `if: github.event.pull_request.head.repo.full_name == github.repository` to the start job, so that such runs use another runner.'
  }
  if (context.actor === 'dependabot[bot]') {
    return "There is no `github-token`: Dependabot's runs see only Dependabot secrets. Add the token there too (Settings, Secrets, Dependabot), or skip the start job with `if: github.actor != 'dependabot[bot]'`."
  }
  return 'There is no `github-token`: the secret is empty or misspelt in the workflow; in a reusable workflow it must be passed under `secrets:`.'
}

/** Why a public repository is refused; undefined where it is not, or where the user allowed it. */
export function publicRefusal(isPublic: boolean, allowPublic: boolean): string | undefined {
  if (!isPublic || allowPublic) return undefined
  return "This repository is public: anybody's pull request may run code on the machine if a workflow lets it. If you have guarded against that, set `allow-public: true`."
}
