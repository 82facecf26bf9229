import { MirrorError } from '../../mirror-error.ts';
import { failureReason, withoutSecrets } from '@archeio/plain-errors';

/** A registry, or what it led us to, that did not give what it was asked for. */
export class RegistryError extends MirrorError {
  /** What the registry answered to the request; 0 where it did not, or its answer says nothing about what was asked. */
  readonly status: number;
  /** Whether trying again brings nothing. */
  readonly isFinal: boolean;

  constructor(message: string, status: number, isFinal = status !== 0) {
    super(message);
    this.status = status;
    this.isFinal = isFinal;
  }
}

/** An answer whose body has been read, or as much of it as is wanted. */
export interface AnsweredText {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * What the registry says about it (OCI distribution-spec 1.1, "Error Codes"), short enough for a line.
 *
 * @param more that helps to understand it
 */
export function answeredError(
  url: string,
  { status, text }: Pick<AnsweredText, 'status' | 'text'>,
  more = '',
): RegistryError {
  const [, code] = /"code"\s*:\s*"([A-Z_]{1,64})"/.exec(text) ?? [];
  const said = code === undefined ? '' : ` (${code})`;
  return new RegistryError(
    `cannot read ${withoutSecrets(url)}: answered ${status}${said}${more}`,
    status,
  );
}

/** What went wrong on the way, in one line. */
export function networkError(url: string, error: unknown): RegistryError {
  return new RegistryError(`cannot read ${withoutSecrets(url)}: ${failureReason(error)}`, 0);
}

/** The error, where it is a registry's. @throws all others */
export function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}
