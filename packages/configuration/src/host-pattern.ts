import { tryParseAddr } from '@archeio/netip';
import { readHostName } from '@archeio/redirect';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const PATTERN = new RegExp(
  `^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?$`,
);

/**
 * Reads a host pattern: `*` for all, `*.example.com` for all below a name, or one host, optionally with a port;
 * without a port it matches any.
 *
 * @returns the pattern with its host as {@link readHostName} spells it
 * @throws RangeError that says what is expected
 */
export function parseHostPattern(text: string): string {
  const { name, port } = readHostName(text);
  const pattern = port === undefined ? name : `${name}:${port}`;
  if (
    !PATTERN.test(pattern) ||
    (name.startsWith('[') && tryParseAddr(name.slice(1, -1))?.family !== 6)
  )
    throw new RangeError(
      `cannot read host ${JSON.stringify(text)}: expected "*", "*.example.com" or "registry.example.com", optionally with a port`,
    );
  return pattern;
}

/** Whether `pattern` matches every host that `name` matches; both without a port. */
export function covers(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  return pattern.startsWith('*.') && name.endsWith(pattern.slice(1));
}
