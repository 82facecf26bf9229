import { StatedError } from '@archeio/plain-errors';

/** A command that was used wrongly: exit code 2. */
export class UsageError extends StatedError {
  override readonly name = 'UsageError';
}

/** Something that did not work, and is not our mistake: exit code 1. */
export class FailedError extends StatedError {
  override readonly name = 'FailedError';
}

/** The same where the objects that `--json` printed say it already. */
export class AnsweredError extends FailedError {}

/** Something did not work and has been said already: exit code 1, and no more words. */
export class ReportedError extends StatedError {
  override readonly name = 'ReportedError';
}

/** Ended by a signal, as whoever sent it wanted: the process ends by the same signal. */
export class InterruptedError extends StatedError {
  override readonly name = 'InterruptedError';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}: what is copied stays, and the next run goes on from there`);
    this.signal = signal;
  }
}
