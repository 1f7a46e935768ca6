export interface GitHubResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  /** Not yet trusted: every reader checks the shape of what it takes from here. */
  readonly data: unknown
}

/** Every GitHub route that we use. */
export type Route =
  | 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig'
  | 'POST /repos/{owner}/{repo}/actions/runners/registration-token'
  | 'GET /repos/{owner}/{repo}/actions/runners'
  | 'GET /repos/{owner}/{repo}/actions/runners/downloads'
  | 'GET /repos/{owner}/{repo}/actions/runners/{runner_id}'
  | 'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}'
  | 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs'
  | 'GET /repos/{owner}/{repo}/actions/runs'
  | 'GET /repos/{owner}/{repo}/actions/runs/{run_id}'
  | 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs'
  | 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel'
  | 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun'
  | 'POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun'
  | 'GET /repos/{owner}/{repo}'

/**
 * The one door to GitHub, for one token. Resolves for 2xx alone; rejects with octokit's `RequestError`
 * (`status`, `response.headers`, `response.data.message`), and where no answer came with a `RequestError`
 * of status 500 without `response`. It never retries.
 */
export type Request = (route: Route, parameters: Readonly<Record<string, unknown>>) => Promise<GitHubResponse>
