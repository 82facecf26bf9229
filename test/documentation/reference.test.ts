import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { configurationJsonSchema } from '../../packages/configuration/src/json-schema.ts';
import { FAMILIES } from '../../apps/archeio/src/metrics/families.ts';
import { decisionEventSchema } from '../../tools/reference/decision-event-schema.ts';
import { EVENT_SCHEMA_FILE, references } from '../../tools/reference.ts';
import { ROOT } from '../../tools/source-files.ts';

/** How often each name is in the first column of a document's tables. */
function rowsOf(markdown: string): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [, name = ''] of markdown.matchAll(/^\| `([^`]+)`/gm))
    rows.set(name, (rows.get(name) ?? 0) + 1);
  return rows;
}

describe('the generated parts of docs/reference/', () => {
  for (const { path, is, should, parts } of references()) {
    test(`${path} matches the code: node tools/reference.ts && npm run format`, () => {
      assert.ok(parts.length > 0);
      assert.equal(is, should);
    });
    if (path.endsWith('metrics.md'))
      test('every metric has one row', () => {
        const rows = rowsOf(should);
        assert.deepEqual(
          Object.keys(FAMILIES).filter((name) => rows.get(name) !== 1),
          [],
        );
      });
    if (path.endsWith('configuration.md'))
      test('every section of the configuration has its keys once', () => {
        const rows = rowsOf(should);
        const sections = Object.keys(configurationJsonSchema().properties ?? {});
        assert.deepEqual(
          sections.filter((name) => rows.get(name) !== 1),
          [],
        );
      });
  }
});

test('the schema and the table of decision events have the same properties', () => {
  const written: unknown = JSON.parse(readFileSync(join(ROOT, EVENT_SCHEMA_FILE), 'utf8'));
  const schema: { properties?: object } = JSON.parse(JSON.stringify(decisionEventSchema()));
  assert.deepEqual(written, schema, 'node tools/reference.ts && npm run format');
  const table = readFileSync(join(ROOT, 'docs/reference/events.md'), 'utf8')
    .split('## Properties')[1]
    ?.split('## Sampling')[0];
  const documented = [...(table ?? '').matchAll(/^\| (`[^|]+`)/gm)].flatMap(([, cell = '']) =>
    cell.split(',').map((name) => name.trim().slice(1, -1)),
  );
  assert.deepEqual(documented, Object.keys(schema.properties ?? {}));
});
