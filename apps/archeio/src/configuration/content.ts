import { gatherBytes, TooLongError } from '@archeio/bounded-reading';
import {
  ConfigurationError,
  LARGEST_CONTENT,
  TOO_LARGE,
} from '@archeio/configuration/command-line';

/** The text of a configuration, and the name that problems begin with. */
export interface Content {
  readonly text: string;
  readonly name: string;
  /** Saves the content for a start without network. Call it once the content is known to be good. */
  readonly keep?: () => Promise<void>;
  /** It came from a pipe or device, which cannot be read again, so it is not watched. */
  readonly isReadOnce?: boolean;
}

function unusable(name: string, message: string): ConfigurationError {
  const place = { file: name, line: undefined, column: undefined, key: '' };
  return new ConfigurationError([{ ...place, message, severity: 'error' }]);
}

/** The error for content larger than {@link LARGEST_CONTENT}. */
export function tooLarge(name: string): ConfigurationError {
  return unusable(name, TOO_LARGE);
}

/**
 * Decodes bytes as UTF-8.
 *
 * @throws ConfigurationError if they are not UTF-8
 */
export function decodeContent(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusable(name, 'cannot read the text: expected UTF-8');
  }
}

/**
 * Reads a stream, up to the maximum size.
 *
 * @throws ConfigurationError if it is larger
 */
export async function gather(chunks: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  try {
    return decodeContent(await gatherBytes(chunks, LARGEST_CONTENT), name);
  } catch (error) {
    if (!(error instanceof TooLongError)) throw error;
    throw tooLarge(name);
  }
}
