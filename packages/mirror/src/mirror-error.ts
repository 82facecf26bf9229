import { StatedError } from '@archeio/plain-errors';

/** A source or destination cannot be used, or a run must not continue. The message states the reason in one line. */
export class MirrorError extends StatedError {
  override readonly name: string = 'MirrorError';
}
