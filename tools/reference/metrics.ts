import { FAMILIES, type Family } from '../../apps/archeio/src/metrics/families.ts';
import { markdownTable } from '../markdown-table.ts';

/** The metrics whose names begin with one of these words. */
export function metricTable(what: string): string {
  const families: [string, Family][] = Object.entries(FAMILIES);
  const prefixes = what.split(' ');
  return markdownTable(
    ['metric', 'type', 'labels', 'meaning'],
    families
      .filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)))
      .map(([name, { type, labels, help }]) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
      ]),
  );
}
