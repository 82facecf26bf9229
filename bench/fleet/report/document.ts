import type { Results } from '../study/results.ts';
import { TABLES } from './tables.ts';

const PART = /^<!-- generated: (.*) -->\n[\s\S]*?^<!-- end -->$/gm;

/**
 * The document with its tables as these results have them.
 *
 * @throws RangeError if it wants a table that does not exist
 */
export function withTables(document: string, results: Results): string {
  return document.replaceAll(PART, (_, name: string) => {
    const write = TABLES[name];
    if (write === undefined)
      throw new RangeError(`cannot write table "${name}": there is none of this name`);
    return `<!-- generated: ${name} -->\n\n${write(results)}\n\n<!-- end -->`;
  });
}
