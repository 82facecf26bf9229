import { createHash } from 'node:crypto';
import { CloudRanges, compileRanges, sourcesOf, type CloudSource } from '@archeio/clouds';
import { z } from 'zod';
import type { KnownValidators } from './fetch-list.ts';

/** A provider's last good list, with what is needed to ask for the next one. */
export interface StoredList {
  readonly source: CloudSource;
  /** When this list came, ISO 8601. */
  readonly fetchedAt: string;
  /** When the provider last said that this is its list, ISO 8601. */
  readonly checkedAt: string;
  readonly validators: KnownValidators;
}

const time = z.iso.datetime();
const header = z.object({
  format: z.literal(1),
  fetchedAt: time,
  checkedAt: time,
  validators: z.record(
    z.string(),
    z.object({ etag: z.string().optional(), lastModified: z.string().optional() }),
  ),
  sha256: z.string(),
});

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const LINE_END = 0x0a;

/** As a file: one line of JSON, then the snapshot of this list alone. */
export function encodeList({ source, fetchedAt, checkedAt, validators }: StoredList): Uint8Array {
  const bytes = compileRanges([source]);
  const line = JSON.stringify({
    format: 1,
    fetchedAt,
    checkedAt,
    validators,
    sha256: hash(bytes),
  } satisfies z.input<typeof header>);
  return Buffer.concat([Buffer.from(`${line}\n`), bytes]);
}

function readHeader(file: Uint8Array): z.output<typeof header> {
  try {
    const end = file.indexOf(LINE_END);
    return header.parse(JSON.parse(new TextDecoder().decode(file.subarray(0, Math.max(end, 0)))));
  } catch (error) {
    throw new SyntaxError('its first line is not the header that Archeio writes', { cause: error });
  }
}

/**
 * What {@link encodeList} wrote.
 *
 * @throws SyntaxError if it is cut, damaged or of another version, or not of that cloud
 */
export function decodeList(file: Uint8Array, cloud: string): StoredList {
  const { fetchedAt, checkedAt, validators, sha256 } = readHeader(file);
  const bytes = file.subarray(file.indexOf(LINE_END) + 1);
  if (hash(bytes) !== sha256) throw new SyntaxError('it is truncated or damaged: its hash differs');
  const [source, ...rest] = sourcesOf(CloudRanges.decode(Uint8Array.from(bytes)));
  if (source?.cloud !== cloud || rest.length > 0) {
    throw new SyntaxError(`it is not the list of ${cloud}`);
  }
  return { source, fetchedAt, checkedAt, validators };
}
