import { PlatformError } from '../domain/failures.ts'

/** Where GitHub answers with `status`, that is an answer and not an error. */
export async function unless<T, Answer>(status: number, answer: Answer, body: () => Promise<T>): Promise<T | Answer> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof PlatformError && error.failure.status === status) return answer
    throw error
  }
}
