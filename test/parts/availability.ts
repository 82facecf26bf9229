import { missing } from './command.ts';

/**
 * Why a suite that needs these commands cannot run here, for `skip` of node:test; false if it can.
 *
 * @param needs `root` if the suite creates networks or mounts
 */
export function unavailable(commands: readonly string[], needs?: 'root'): string | false {
  const absent = missing(...commands);
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  return needs === 'root' && process.getuid?.() !== 0 && 'needs root';
}
