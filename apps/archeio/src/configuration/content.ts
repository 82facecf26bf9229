import { ConfigurationError } from './problem.ts';

/** The text of a configuration, and what problems with it are reported against. */
export interface Content {
  readonly text: string;
  readonly name: string;
  /** What was last good is kept for a start without network; to be called once the content is found good. */
  readonly keep?: () => Promise<void>;
}

/** A configuration that cannot be had: a file that is not there (wrong use), a server that does not answer. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly where: 'file' | 'url';

  constructor(where: 'file' | 'url', message: string) {
    super(message);
    this.where = where;
  }
}

function unusable(name: string, message: string): ConfigurationError {
  const place = { file: name, line: undefined, column: undefined, key: '' };
  return new ConfigurationError([{ ...place, message, severity: 'error' }]);
}

/** Bytes. A configuration of 100,000 networks is half as large; a device or an endless answer is larger. */
export const LARGEST_CONTENT = 8 * 1024 * 1024;

export const TOO_LARGE = 'the configuration is too large: expected 8 MiB at most';

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
export async function gather(chunks: AsyncIterable<unknown>, name: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (!(part instanceof Uint8Array)) continue;
    size += part.length;
    if (size > LARGEST_CONTENT) throw unusable(name, TOO_LARGE);
    parts.push(part);
  }
  return decodeContent(Buffer.concat(parts), name);
}
