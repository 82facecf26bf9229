import { MirrorError } from '../../mirror-error.ts';
import { failureReason, withoutSecrets } from '@archeio/plain-errors';

/** A registry, or a redirect's target, did not deliver what was requested. */
export class RegistryError extends MirrorError {
  /** Status of the registry's answer; 0 if there was none, or if it says nothing about what was requested. */
  readonly status: number;
  /** Whether retrying is pointless. */
  readonly isFinal: boolean;

  constructor(message: string, status: number, isFinal = status !== 0) {
    super(message);
    this.status = status;
    this.isFinal = isFinal;
  }
}

/** An answer whose body has been read, completely or as far as needed. */
export interface AnsweredText {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * An error with the registry's own explanation (OCI distribution-spec 1.1, "Error Codes"), cut to fit on a line.
 *
 * @param more additional explanation
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

/** A network failure, in one line. */
export function networkError(url: string, error: unknown): RegistryError {
  return new RegistryError(`cannot read ${withoutSecrets(url)}: ${failureReason(error)}`, 0);
}

/** The error, if it is a RegistryError. @throws all other errors */
export function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}
