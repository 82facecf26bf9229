import { type FuseFilter, isSurelyAbsent, makeFuseFilter } from './fuse-filter.ts';

/**
 * What blobs a store had at a time, compact enough to be loaded by every server. It proves absence and nothing else:
 * what it does not prove may be there or not.
 */
export interface Inventory {
  /** When the listing was begun; milliseconds since 1970. */
  readonly listed: number;
  /** How many blobs there were. */
  readonly count: number;
  readonly filter: FuseFilter;
}

/** The first bytes of an inventory, version 1. */
const MAGIC = 'archeio\n';
const HEADER = 40;
const VERSION = 1;

/** FNV-1a over the bytes: a file that was cut or damaged must not prove anything. */
function checkOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

export function makeInventory(digests: ReadonlySet<string>, listed: number): Inventory {
  return { listed, count: digests.size, filter: makeFuseFilter(digests) };
}

/** Whether a store had surely not this blob when it was listed. */
export function provesAbsence({ filter }: Inventory, digest: string): boolean {
  return isSurelyAbsent(filter, digest);
}

/** An inventory as bytes, numbers with the least significant byte first; {@link decodeInventory} reads them. */
export function encodeInventory({ listed, count, filter }: Inventory): Uint8Array {
  const bytes = new Uint8Array(HEADER + filter.fingerprints.length);
  for (let at = 0; at < MAGIC.length; at++) bytes[at] = MAGIC.charCodeAt(at);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, VERSION, true);
  view.setFloat64(16, listed, true);
  view.setUint32(24, count, true);
  view.setUint32(28, filter.seed, true);
  view.setUint32(32, filter.segmentLength, true);
  view.setUint32(36, filter.segmentCount, true);
  bytes.set(filter.fingerprints, HEADER);
  view.setUint32(12, checkOf(bytes.subarray(16)), true);
  return bytes;
}

/**
 * Reads an inventory.
 *
 * @throws RangeError where it is none, or is damaged
 */
export function decodeInventory(bytes: Uint8Array): Inventory {
  const fail = (why: string): never => {
    throw new RangeError(`cannot read inventory: ${why}`);
  };
  if (bytes.length < HEADER) fail(`it has ${bytes.length} bytes, expected at least ${HEADER}`);
  for (let at = 0; at < MAGIC.length; at++)
    if (bytes[at] !== MAGIC.charCodeAt(at)) fail('expected what "archeio mirror inventory" wrote');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version !== VERSION) fail(`it has version ${version}, expected ${VERSION}`);
  if (view.getUint32(12, true) !== checkOf(bytes.subarray(16))) fail('it is damaged');
  return {
    listed: view.getFloat64(16, true),
    count: view.getUint32(24, true),
    filter: {
      seed: view.getUint32(28, true),
      segmentLength: view.getUint32(32, true),
      segmentCount: view.getUint32(36, true),
      fingerprints: bytes.slice(HEADER),
    },
  };
}
