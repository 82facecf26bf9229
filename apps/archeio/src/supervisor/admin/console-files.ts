import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer } from '@archeio/request-handler';
import { type ConsoleSource, consoleSources } from './console-sources.ts';

/** An answer whose body may be compressed bytes. */
export interface AdminAnswer extends Omit<Answer, 'body'> {
  readonly body: string | Uint8Array;
}

/** A file as it is sent. */
interface Prepared {
  readonly type: string;
  readonly plain: Uint8Array;
  readonly compressed: Uint8Array;
  readonly tag: string;
}

/** Everything comes from the listener itself, and nothing is inline: text that reaches the page cannot run. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const compress = promisify(gzip);

async function prepare({ file, type, asModule }: ConsoleSource): Promise<Prepared> {
  const text = await readFile(file, 'utf8');
  const plain = Buffer.from(asModule === undefined ? text : asModule(text));
  return {
    type,
    plain,
    compressed: await compress(plain, { level: 9 }),
    tag: createHash('sha256').update(plain).digest('base64url').slice(0, 22),
  };
}

/** Whether a header's list contains a value whose weight is not 0. */
function accepts(header: string | undefined, value: string): boolean {
  return (header ?? '').split(',').some((each) => {
    const [name, ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return name === value && !parameters.some((part) => /^q=0(?:\.0*)?$/.test(part));
  });
}

/** Whether a client asks for a page: the wildcard that curl sends is not enough. */
export function acceptsPages({ accept }: IncomingHttpHeaders): boolean {
  return accepts(accept, 'text/html');
}

/** Serves the console's files, each read and compressed when it is first requested. */
export class ConsoleFiles {
  #sources: ReadonlyMap<string, ConsoleSource> | undefined;
  readonly #prepared = new Map<string, Promise<Prepared>>();

  /** @param sources by path (default: the files of the console's package, looked up when the first is requested) */
  constructor(sources?: ReadonlyMap<string, ConsoleSource>) {
    this.#sources = sources;
  }

  /** Undefined if the console has no such file. @throws Error if a file cannot be read */
  async answer(path: string, headers: IncomingHttpHeaders): Promise<AdminAnswer | undefined> {
    const source = (this.#sources ??= consoleSources()).get(path);
    if (source === undefined) return undefined;
    let prepared = this.#prepared.get(path);
    if (prepared === undefined) {
      prepared = prepare(source);
      this.#prepared.set(path, prepared);
      // A file that could not be read is tried again.
      prepared.catch(() => this.#prepared.delete(path));
    }
    const { type, plain, compressed, tag } = await prepared;
    const isCompressed = accepts(headers['accept-encoding'], 'gzip');
    const entityTag = `"${tag}${isCompressed ? '-gzip' : ''}"`;
    const lines = [
      'Cache-Control',
      // Kept, but asked for again each time: after an upgrade no old file meets a new one.
      'no-cache',
      'ETag',
      entityTag,
      'Vary',
      path === '/' ? 'Accept, Accept-Encoding' : 'Accept-Encoding',
      'X-Content-Type-Options',
      'nosniff',
      'Referrer-Policy',
      'no-referrer',
      'Content-Security-Policy',
      POLICY,
    ];
    const known = (headers['if-none-match'] ?? '').split(',').map((each) => each.trim());
    if (known.some((each) => each === '*' || each.replace(/^W\//, '') === entityTag))
      return { status: 304, headers: lines, body: '' };
    const body = isCompressed ? compressed : plain;
    return {
      status: 200,
      headers: [
        'Content-Type',
        type,
        'Content-Length',
        String(body.byteLength),
        ...(isCompressed ? ['Content-Encoding', 'gzip'] : []),
        ...lines,
      ],
      body,
    };
  }
}
