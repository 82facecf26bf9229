import { StatedError } from '@archeio/plain-errors';

/** A source or destination cannot be used, or a run must not go on; the message says why in one line. */
export class MirrorError extends StatedError {
  override readonly name: string = 'MirrorError';
}
