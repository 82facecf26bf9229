import type { FileBase } from './file-names.ts';
import { error, type Finding } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { childOf } from './record.ts';

/** The server that gets a password of this machine. */
const SHARED: KeyPath = ['presence', 'shared', 'redis'];

/** Servers that a configuration names although it came by URL: its server must not choose where a password is sent. */
export function refusedServers(source: unknown, base: FileBase): Finding[] {
  if (base.kind === 'directory' || base.remote !== true) return [];
  if (typeof SHARED.reduce(childOf, source) !== 'string') return [];
  const problem = `cannot name a Redis: the configuration comes from ${base.from}, and one that comes by URL may not choose the server that gets ARCHEIO_REDIS_PASSWORD; use a configuration file`;
  return [error(SHARED, problem)];
}
