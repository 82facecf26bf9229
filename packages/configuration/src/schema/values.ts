import { compileKeyTemplate, digestAlgorithm, isName } from '@archeio/oci-distribution';
import { isIPv4Mapped, makePrefix, parsePrefix, unmapAddr } from '@archeio/netip';
import { z } from 'zod';
import { tryParseDuration } from '../duration.ts';
import { parseHostPattern } from '../host-pattern.ts';
import { parseRedisUrl } from '../redis-url.ts';
import { tryParseSize } from '../size.ts';
import { parseBaseUrl, parseOrigin, parsePageUrl, parseTokenUrl } from '../url.ts';

/** A string that `parse` converts, or refuses with its own message. */
function text<T>(parse: (text: string) => T, expected = 'a string') {
  return z.string({ error: `expected ${expected}` }).transform((value, context): T => {
    try {
      return parse(value);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : String(error),
      });
      return z.NEVER;
    }
  });
}

/** Longer than any key needs, and short enough for every clock and timer. */
const LONGEST = 7 * 24 * 60 * 60 * 1000;

/** A duration, which may be 0; milliseconds. */
export const anyDuration = text((value) => {
  const milliseconds = tryParseDuration(value);
  if (milliseconds === undefined || milliseconds > LONGEST)
    throw new RangeError(
      `cannot read duration ${JSON.stringify(value)}: expected a number with the unit ms, s, m or h, at most 168h`,
    );
  return milliseconds;
}, 'a duration such as 500ms, 30s or 24h');
/** A duration longer than 0; milliseconds. */
export const duration = anyDuration.refine(
  (milliseconds) => milliseconds > 0,
  'must be longer than 0',
);
/** A size such as `64KiB`; bytes. */
export const size = text((value) => {
  const bytes = tryParseSize(value);
  if (bytes === undefined)
    throw new RangeError(
      `cannot read size ${JSON.stringify(value)}: expected a number with the unit B, KiB, MiB, GiB or TiB`,
    );
  return bytes;
}, 'a size such as 64KiB');
/** A file mode in octal digits, such as `0644`; returns the number. */
export const fileMode = text((value) => {
  if (!/^0?[0-7]{3}$/.test(value))
    throw new RangeError(
      `cannot read file mode ${JSON.stringify(value)}: expected three octal digits such as "0644"`,
    );
  const mode = Number.parseInt(value, 8);
  if ((mode & 0o400) === 0)
    throw new RangeError(
      `cannot use file mode ${JSON.stringify(value)}: the owner must be able to read the file, as in "0644"`,
    );
  return mode;
}, 'a file mode in quotes such as "0644"');
export const port = z.int().min(0).max(65_535);
/** A name that users give to a registry, backend, network or destination. */
export const label = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'expected at most 63 letters, digits, ".", "_" and "-", the first a letter or digit',
  );
export const baseUrl = text(parseBaseUrl);
export const origin = text(parseOrigin);
export const redisUrl = text(parseRedisUrl);
export const page = text(parsePageUrl);
export const tokenUrl = text(parseTokenUrl);
export const hostPattern = text(parseHostPattern);
export const repositoryPath = text((value) => {
  if (value !== '' && !isName(value))
    throw new RangeError(
      `cannot read path ${JSON.stringify(value)}: expected the beginning of a repository name, without leading or trailing slash`,
    );
  return value;
});
/** Beginning of the repository names that a registry serves: empty, or with a trailing slash. */
export const namePrefix = text((value) => {
  if (value !== '' && !(value.endsWith('/') && isName(value.slice(0, -1))))
    throw new RangeError(
      `cannot read prefix ${JSON.stringify(value)}: expected "" or the beginning of a repository name with a trailing slash, such as "docker/"`,
    );
  return value;
});
export const repositoryName = text((value) => {
  if (!isName(value))
    throw new RangeError(`cannot read name ${JSON.stringify(value)}: expected a repository name`);
  return value;
});
export const digest = text((value) => {
  const algorithm = digestAlgorithm(value);
  if (algorithm === undefined || algorithm === 'other')
    throw new RangeError(
      `cannot read digest ${JSON.stringify(value)}: expected sha256: and 64 lower-case hexadecimal digits`,
    );
  return value;
});
/** The bits of ::ffff:0:0/96, which precede the IPv4 address (RFC 4291 §2.5.5.2). */
const MAPPED_BITS = 96;

/** An address prefix. An IPv4-mapped one is converted to IPv4, since clients' addresses are unmapped. */
export const prefix = text((value) => {
  const parsed = parsePrefix(value);
  return isIPv4Mapped(parsed.addr)
    ? makePrefix(unmapAddr(parsed.addr), parsed.bits - MAPPED_BITS)
    : parsed;
});
export const keyTemplate = text((value) => {
  compileKeyTemplate(value);
  return value;
});
