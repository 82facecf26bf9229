import { createHash } from 'node:crypto';
import { CloudRanges, compileRanges, sourcesOf, type CloudSource } from '@archeio/clouds';
import { z } from 'zod';
import type { KnownValidators } from './fetch-list.ts';

/** A provider's last good list, with the validators for the next request. */
export interface StoredList {
  readonly source: CloudSource;
  /** When this list was fetched, ISO 8601. */
  readonly fetchedAt: string;
  /** When this was last found to be the provider's list, ISO 8601. */
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

/** Encodes a list as a file: a line of JSON, then a snapshot of this list. */
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
 * Decodes a file of {@link encodeList}.
 *
 * @throws SyntaxError if it is truncated, damaged, of another version or not of this cloud
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
