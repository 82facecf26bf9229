import type { Addr } from '@archeio/netip';
import type { AddressError } from './address-error.ts';
import { readForwardedElement, separatorBeforeForwarded } from './forwarded.ts';
import { isSpace, readElement } from './node-text.ts';

/**
 * A header to which proxies append, read from the right: what a client wrote is on the left and cannot change how the
 * rest is read.
 */
export interface AddressList {
  /** In lower case. */
  readonly header: string;
  /** The index of the comma before the element that ends at `end` (exclusive), −1 before the first. */
  separatorBefore(lines: string, end: number): number;
  /** The address in the element from `start` to `end`. */
  read(lines: string, start: number, end: number): Addr | AddressError;
}

/** Each element is an address. The header has no standard; quotes in it cannot hide a comma. */
export const X_FORWARDED_FOR: AddressList = Object.freeze({
  header: 'x-forwarded-for',
  separatorBefore(lines: string, end: number): number {
    // lastIndexOf reads a negative position as 0, and would find the same comma again.
    return end === 0 ? -1 : lines.lastIndexOf(',', end - 1);
  },
  read(lines: string, start: number, end: number): Addr | AddressError {
    return readElement(lines, start, end) ?? 'malformed-address';
  },
});

/** RFC 7239. */
export const FORWARDED: AddressList = Object.freeze({
  header: 'forwarded',
  separatorBefore: separatorBeforeForwarded,
  read: readForwardedElement,
});

const COMMA = 0x2c;

/**
 * Where the last element that begins before `end` ends, or 0 if there is none. Recipients ignore empty elements
 * (RFC 9110 §5.6.1.2): some proxies write `X-Forwarded-For: 192.0.2.1,`.
 *
 * @param end the length of the value, or the index of the comma after the elements that count
 */
export function endOfLastElement(lines: string, end: number): number {
  let at = end;
  while (at > 0) {
    const code = lines.charCodeAt(at - 1);
    if (code !== COMMA && !isSpace(code)) return at;
    at--;
  }
  return 0;
}
