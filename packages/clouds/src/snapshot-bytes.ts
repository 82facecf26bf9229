import type { Place, RangesSource } from './source.ts';

/**
 * A snapshot as bytes. Numbers are unsigned 32-bit little-endian, a string is its length in bytes
 * and UTF-8:
 *
 *     magic, version, number of sources, number of places, length of the table,
 *     each source: cloud, date (empty for none), version, IPv4 prefixes, IPv6 prefixes
 *     each place: cloud, region
 *     zeros up to a multiple of four, so that the table can be read in place
 *     the table of prefixes, whose values are indices of places (PrefixTable.serialize)
 */
const magic = 0x47525241; // "ARRG"
const version = 1;

export interface Snapshot {
  readonly sources: readonly RangesSource[];
  readonly places: readonly Place[];
  /** The bytes of a `PrefixTable`. */
  readonly table: Uint8Array;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function encodeNumber(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function writeSnapshot({ sources, places, table }: Snapshot): Uint8Array {
  const encoder = new TextEncoder();
  const encodeText = (text: string): Uint8Array[] => {
    const bytes = encoder.encode(text);
    return [encodeNumber(bytes.length), bytes];
  };
  const parts = [
    ...[magic, version, sources.length, places.length, table.length].map(encodeNumber),
    ...sources.flatMap((source) => [
      ...encodeText(source.cloud),
      ...encodeText(source.date ?? ''),
      ...encodeText(source.version),
      encodeNumber(source.ipv4Prefixes),
      encodeNumber(source.ipv6Prefixes),
    ]),
    ...places.flatMap((place) => [...encodeText(place.cloud), ...encodeText(place.region)]),
  ];
  const tableAt = padded(parts.reduce((sum, part) => sum + part.length, 0));
  const bytes = new Uint8Array(tableAt + table.length);
  bytes.set(table, tableAt);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function refuse(reason: string): never {
  throw new SyntaxError(`cannot read ranges snapshot: ${reason}`);
}

/** Reads the bytes from front to back; refuses to read beyond the end. */
class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Uint8Array {
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      refuse(`truncated: expected ${length} bytes at ${start} of ${this.#bytes.length}`);
    }
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  number(): number {
    const at = this.#at;
    this.take(4);
    return this.#view.getUint32(at, true);
  }

  text(): string {
    const at = this.#at;
    const bytes = this.take(this.number());
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return refuse(`the text at ${at} is not UTF-8`);
    }
  }

  /** Skips up to the next multiple of four. */
  align(): void {
    this.take(padded(this.#at) - this.#at);
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }
}

/**
 * The snapshot that {@link writeSnapshot} wrote; its table is a view of the bytes.
 * @throws SyntaxError if the bytes are not a snapshot, or are truncated or of another version
 */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  const reader = new ByteReader(bytes);
  if (reader.number() !== magic) refuse('it does not begin with "ARRG"');
  const written = reader.number();
  if (written !== version) refuse(`version ${written}, expected ${version}`);
  const sourceCount = reader.number();
  const placeCount = reader.number();
  const tableLength = reader.number();
  const sources: RangesSource[] = [];
  while (sources.length < sourceCount) {
    const cloud = reader.text();
    const date = reader.text();
    sources.push(
      Object.freeze({
        cloud,
        date: date === '' ? null : date,
        version: reader.text(),
        ipv4Prefixes: reader.number(),
        ipv6Prefixes: reader.number(),
      }),
    );
  }
  const places: Place[] = [];
  while (places.length < placeCount) {
    places.push(Object.freeze({ cloud: reader.text(), region: reader.text() }));
  }
  reader.align();
  const table = reader.take(tableLength);
  if (reader.rest > 0) refuse(`${reader.rest} bytes after its end`);
  return { sources: Object.freeze(sources), places: Object.freeze(places), table };
}
