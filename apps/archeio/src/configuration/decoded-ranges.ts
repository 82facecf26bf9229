import { CloudRanges } from '@archeio/clouds';

const DECODED = new WeakMap<Uint8Array, CloudRanges>();

/**
 * The ranges of a snapshot. Bytes that never change are decoded once in a process, however many parts of it look
 * addresses up in them.
 *
 * @throws SyntaxError if it is not a snapshot
 */
export function decodedRanges(snapshot: Uint8Array): CloudRanges {
  let ranges = DECODED.get(snapshot);
  if (ranges === undefined) {
    ranges = CloudRanges.decode(snapshot);
    DECODED.set(snapshot, ranges);
  }
  return ranges;
}
