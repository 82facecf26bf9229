import { digestAlgorithm } from '@archeio/oci-distribution';
import { fieldOf, type HeaderFields, shown } from './header-fields.ts';
import { unreadableBy } from './unreadable-object.ts';

/** What an answer's header section claims about the requested object. */
export interface Claims {
  /** Bytes of the whole object, −1 if the answer does not state it. */
  readonly size: number;
  /** Value of `Docker-Content-Digest`. */
  readonly digest?: string;
  /** The field that says that the object cannot be read now, because it is archived or deleted. */
  readonly unreadable?: string;
  /** Why the body may not be the object: an HTML page, an encoding, a part at an unknown position. */
  readonly doubt?: string;
}

/** The text as a number of bytes; −1 if it is not an exact one. */
export function byteCount(digits: string | undefined): number {
  if (digits === undefined || !/^\d{1,16}$/.test(digits)) return -1;
  const count = Number(digits);
  return Number.isSafeInteger(count) ? count : -1;
}

/**
 * Bytes of the whole object: for 200 its Content-Length; for 206 and 416 the complete length in Content-Range (RFC 9110
 * §14.4). −1 if it is missing or malformed, and for other statuses, which state the length of an error page.
 */
function sizeIn(status: number, headers: HeaderFields): number {
  if (status === 200) return byteCount(fieldOf(headers, 'content-length'));
  const range = fieldOf(headers, 'content-range') ?? '';
  if (status === 206) return byteCount(/^bytes \d+-\d+\/(\d+)$/i.exec(range)?.[1]);
  if (status === 416) return byteCount(/^bytes \*\/(\d+)$/i.exec(range)?.[1]);
  return -1;
}

/** Encodings that change no byte; S3 clients leave `aws-chunked` in the metadata of their uploads. */
const UNCHANGED = /^(?:identity|aws-chunked|)$/i;

const PAGE = /^(?:text\/html|application\/xhtml\+xml)\b/i;

function encodingIn(headers: HeaderFields): string | undefined {
  const encodings = fieldOf(headers, 'content-encoding')?.split(',') ?? [];
  return encodings.map((each) => each.trim()).find((each) => !UNCHANGED.test(each));
}

/** Why a 200 or 206 may not be the stored object. */
function doubtIn(status: number, headers: HeaderFields): string | undefined {
  const encoding = encodingIn(headers);
  if (encoding !== undefined)
    return `its Content-Encoding is ${shown(encoding)}, although identity was requested`;
  const type = fieldOf(headers, 'content-type');
  if (type !== undefined && PAGE.test(type)) return 'it is an HTML page';
  if (status !== 206) return undefined;
  const range = fieldOf(headers, 'content-range');
  if (range === undefined) return 'it is a partial answer without Content-Range';
  return /^bytes 0-\d+\/(?:\d+|\*)$/i.test(range)
    ? undefined
    : `its Content-Range is ${shown(range)}, although the first bytes were requested`;
}

/** Statuses whose answers may say that the object cannot be read. */
const TELLING: ReadonlySet<number> = new Set([200, 206, 403, 405, 409]);

/** The claims of an answer, without those that it does not make. */
export function claimsOf(status: number, headers: HeaderFields): Claims {
  const isWhole = status === 200 || status === 206;
  const doubt = isWhole ? doubtIn(status, headers) : undefined;
  const unreadable = TELLING.has(status) ? unreadableBy(headers) : undefined;
  const named = fieldOf(headers, 'docker-content-digest');
  const digest = named !== undefined && digestAlgorithm(named) !== undefined ? named : undefined;
  return {
    // The length of an encoded body is not that of the object.
    size: doubt !== undefined && encodingIn(headers) !== undefined ? -1 : sizeIn(status, headers),
    ...(digest !== undefined && { digest }),
    ...(unreadable !== undefined && { unreadable }),
    ...(doubt !== undefined && { doubt }),
  };
}

/** The same claims, of an answer to GET whose body ended without a byte. */
export function claimsWithoutBody(status: number, claims: Claims): Claims {
  if (status === 200) return { ...claims, size: 0 };
  return status === 206 && claims.doubt === undefined && claims.size !== 0
    ? { ...claims, doubt: 'no byte of it came' }
    : claims;
}
