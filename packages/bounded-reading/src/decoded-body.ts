import { type Duplex, Readable } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import { StatedError } from '@archeio/plain-errors';

/**
 * Additional option of `fetch`. Bun decompresses whole bodies before they can be counted, and writes decoding errors to
 * standard error; Node decompresses incrementally, which cannot be turned off.
 */
export const UNDECODED: { readonly decompress?: false } =
  process.versions.bun === undefined ? {} : { decompress: false };

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** More than one is rare, and each multiplies the size that a small body can decompress to. */
const MOST_ENCODINGS = 2;

function encodingsOf(headers: Headers): string[] {
  return (headers.get('content-encoding') ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && each !== 'identity');
}

async function* decode(
  body: AsyncIterable<Uint8Array>,
  encodings: readonly string[],
): AsyncGenerator<Uint8Array> {
  if (encodings.length > MOST_ENCODINGS)
    throw new StatedError(`the body is encoded ${encodings.length} times: expected once`);
  const first = Readable.from(body);
  let last = first;
  for (const encoding of encodings.toReversed()) {
    const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]() : undefined;
    if (decoder === undefined) continue;
    last.once('error', (error) => decoder.destroy(error));
    last = last.pipe(decoder);
  }
  try {
    for await (const chunk of last) {
      const bytes: Uint8Array = chunk;
      yield bytes;
    }
  } finally {
    first.destroy();
  }
}

/**
 * The chunks of a body, decompressed as they are read, of a `fetch` with {@link UNDECODED}.
 *
 * @param isDecoded whether the runtime has decompressed them already
 * @throws StatedError, or the decoder's error, as they are read
 */
export function decodedChunks(
  chunks: AsyncIterable<Uint8Array>,
  headers: Headers,
  isDecoded = UNDECODED.decompress === undefined,
): AsyncIterable<Uint8Array> {
  const encodings = isDecoded ? [] : encodingsOf(headers);
  return encodings.length === 0 ? chunks : decode(chunks, encodings);
}

/** The same for the body of a response that nothing else reads. */
export function decodedBody({ body, headers }: Response): AsyncIterable<Uint8Array> {
  return decodedChunks(body ?? Readable.from([]), headers);
}
