import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandReference } from './reference/commands.ts';
import { decisionEventSchema } from './reference/decision-event-schema.ts';
import { keyTable } from './reference/keys.ts';
import { metricTable } from './reference/metrics.ts';

/**
 * Writes the parts of docs/reference/ that follow from the code: `node tools/reference.ts`. Such a part is between two
 * comments, `<!-- generated: WHAT -->` and `<!-- end -->`; the text around it is written by hand.
 */
const ROOT = join(import.meta.dirname, '..');

/** Each document, and the generators of its parts. */
const DOCUMENTS: Readonly<Record<string, (what: string) => string>> = {
  'docs/reference/command-line.md': commandReference,
  'docs/reference/configuration.md': keyTable,
  'docs/reference/metrics.md': metricTable,
};

const PART = /^<!-- generated: (.*) -->\n[\s\S]*?^<!-- end -->$/gm;

/** A document as it is, and as it should be. */
export interface Reference {
  readonly path: string;
  readonly is: string;
  readonly should: string;
  /** Names of its generated parts. */
  readonly parts: readonly string[];
}

export function references(): Reference[] {
  return Object.entries(DOCUMENTS).map(([path, generate]) => {
    const is = readFileSync(join(ROOT, path), 'utf8');
    const parts: string[] = [];
    const should = is.replaceAll(PART, (_, what: string) => {
      parts.push(what);
      return `<!-- generated: ${what} -->\n\n${generate(what)}\n\n<!-- end -->`;
    });
    return { path, is, should, parts };
  });
}

/** The JSON Schema of decision events, which is written as a whole. */
export const EVENT_SCHEMA_FILE = 'docs/reference/decision-event.schema.json';

if (import.meta.main) {
  const schema = `${JSON.stringify(decisionEventSchema(), null, 2)}\n`;
  writeFileSync(join(ROOT, EVENT_SCHEMA_FILE), schema);
  for (const { path, is, should } of references()) {
    if (is !== should) writeFileSync(join(ROOT, path), should);
    process.stdout.write(`${is === should ? 'unchanged' : 'written  '} ${path}\n`);
  }
}
