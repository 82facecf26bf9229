import { gatherBytes, TooLongError } from '@archeio/bounded-reading';
import {
  ConfigurationError,
  LARGEST_CONTENT,
  TOO_LARGE,
} from '@archeio/configuration/command-line';

/** The text of a configuration, and what problems with it are reported against. */
export interface Content {
  readonly text: string;
  readonly name: string;
  /** What was last good is kept for a start without network; to be called once the content is found good. */
  readonly keep?: () => Promise<void>;
  /** It came from a pipe or a device, which has nothing any more: it is not watched. */
  readonly isReadOnce?: boolean;
}

function unusable(name: string, message: string): ConfigurationError {
  const place = { file: name, line: undefined, column: undefined, key: '' };
  return new ConfigurationError([{ ...place, message, severity: 'error' }]);
}

/** What is longer than {@link LARGEST_CONTENT}. */
export function tooLarge(name: string): ConfigurationError {
  return unusable(name, TOO_LARGE);
}

/**
 * Text of bytes.
 *
 * @throws ConfigurationError for what is not UTF-8
 */
export function decodeContent(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusable(name, 'cannot read the text: expected UTF-8');
  }
}

/**
 * Gathers what is streamed, up to the largest size.
 *
 * @throws ConfigurationError for more than that
 */
export async function gather(chunks: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  try {
    return decodeContent(await gatherBytes(chunks, LARGEST_CONTENT), name);
  } catch (error) {
    if (!(error instanceof TooLongError)) throw error;
    throw tooLarge(name);
  }
}
