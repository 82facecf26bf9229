/** A command that was used wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that did not work, and is not our mistake: exit code 1. */
export class FailedError extends Error {
  override readonly name = 'FailedError';
}
