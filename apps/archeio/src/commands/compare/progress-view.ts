import { formatBytes } from '@archeio/mirror/amounts';
import type { View } from '../show-progress.ts';
import type { EventReader } from './read-events.ts';
import { formatCount, formatShare } from './text-table.ts';

/** Progress of reading events, in one line. */
export function progressView(reader: Pick<EventReader, 'bytes' | 'lines'>, size?: number): View {
  const line = (): string => {
    const { bytes, lines } = reader;
    const share = size === undefined ? formatBytes(bytes) : formatShare(bytes, size);
    return `comparing: ${share}, ${formatCount(lines)} lines`;
  };
  return { line, lines: (columns) => [line().slice(0, Math.max(0, columns))] };
}
