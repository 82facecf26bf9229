import { StatedError } from '@archeio/plain-errors';

/** Why a list of repositories could not be read. */
export class ListingError extends StatedError {
  override readonly name = 'ListingError';
  /** Status of the answer, if that was the reason. */
  readonly status: number | undefined;
  /** Milliseconds that the upstream asks to wait before the next request. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status?: number, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
