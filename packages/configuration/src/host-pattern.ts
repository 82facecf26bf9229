import { tryParseAddr } from '@archeio/netip';
import { readHostName } from '@archeio/redirect';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const PATTERN = new RegExp(
  `^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?$`,
);

/**
 * Reads which hosts are meant: `*` for all, `*.example.com` for all below a name, or one host; each may have a port,
 * without which any port is meant.
 *
 * @returns the pattern with its host in the one spelling of {@link readHostName}
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
      `cannot read host ${JSON.stringify(text)}: expected "*", "*.example.com" or "registry.example.com", with a port or without`,
    );
  return pattern;
}

/** Whether every host that `name` stands for is one that `pattern` stands for; both without a port. */
export function covers(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  return pattern.startsWith('*.') && name.endsWith(pattern.slice(1));
}
