import { Document, isCollection, isScalar } from 'yaml';
import {
  type Filled,
  fillDefaults,
  isFilledList,
  isFilledMap,
  type Environment,
  formatProblem,
  formatProvenance,
} from '@archeio/configuration';
import { loadAnyConfiguration } from '../../configuration/load-configuration.ts';
import { complain } from '../../platform/print.ts';
import { LoadedRanges } from '../../supervisor/ranges/load-ranges.ts';
import type { CommandOptions } from '../command-options.ts';
import { WARNINGS } from '../ranges/loaded-ranges.ts';

/**
 * `archeio config print`: prints the effective configuration as a usable file. Prints secrets in URLs too, since the
 * file would not work without them.
 */
export async function print(
  environment: Environment,
  file: string | undefined,
  options: CommandOptions,
): Promise<void> {
  const { placesIn } = new LoadedRanges(WARNINGS);
  const loaded = await loadAnyConfiguration(environment, { ...options, file }, placesIn);
  for (const warning of loaded.warnings) complain(formatProblem(warning));
  const filled = fillDefaults(loaded.source, loaded.marks);
  process.stdout.write(
    options.json ? `${JSON.stringify(leaves(filled), null, 2)}\n` : commented(filled),
  );
}

function fromOf({ from }: Filled): string {
  return from === undefined ? 'unknown' : formatProvenance(from);
}

/** The same structure, with each scalar or empty collection as `{ value, from }`. */
function leaves(filled: Filled): unknown {
  const { content } = filled;
  if (isFilledMap(content) && content.size > 0)
    return Object.fromEntries([...content].map(([key, each]) => [key, leaves(each)]));
  if (isFilledList(content) && content.length > 0) return content.map(leaves);
  return { value: plain(filled), from: fromOf(filled) };
}

function plain({ content }: Filled): unknown {
  if (isFilledMap(content))
    return Object.fromEntries([...content].map(([key, each]) => [key, plain(each)]));
  return isFilledList(content) ? content.map(plain) : content;
}

/** YAML with a comment at each value that names its origin. */
function commented(filled: Filled): string {
  const document = new Document(plain(filled), { aliasDuplicateObjects: false });
  const note = (path: readonly PropertyKey[], each: Filled): void => {
    const { content } = each;
    if (isFilledMap(content) && content.size > 0) {
      for (const [key, child] of content) note([...path, key], child);
    } else if (isFilledList(content) && content.length > 0) {
      content.forEach((child, index) => note([...path, index], child));
    } else {
      const node = document.getIn(path, true);
      if (isScalar(node) || isCollection(node)) node.comment = ` ${fromOf(each)}`;
    }
  };
  note([], filled);
  return document.toString({ lineWidth: 0 });
}
