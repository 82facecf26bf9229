import { StatedError } from '@archeio/plain-errors';

/** Why a list of repositories could not be read. */
export class ListingError extends StatedError {
  /** The status that was answered instead, if one was. */
  readonly status: number | undefined;
  /** Milliseconds that the upstream wants to be left alone. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    details: { readonly status?: number; readonly retryAfter?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'ListingError';
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}
