import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code, sourceFiles } from '../../tools/source-files.ts';

const SOURCES = sourceFiles('{apps/archeio,packages/*}/src/**/*.ts');

/** The sources whose code matches. */
function matching(pattern: RegExp): string[] {
  return SOURCES.filter(({ text }) => pattern.test(code(text))).map(({ path }) =>
    path.replace('apps/archeio/src/', ''),
  );
}

test('what the program says leaves by one way, where secrets are taken out', () => {
  assert.deepEqual(matching(/process\.(?:stdout|stderr)\.write|console\.\w+\(/), [
    // As it is written, since it is a configuration or a schema again.
    'commands/config/print.ts',
    'commands/config/schema.ts',
    // The log, whose lines have passed that way.
    'commands/explain.ts',
    'commands/serve.ts',
    'platform/print.ts',
    'worker/obey-supervisor.ts',
  ]);
});

test('nothing is read whole but where bytes are counted', () => {
  assert.deepEqual(
    matching(
      /\breadFile(?:Sync)?\(|\bcreateReadStream\(|\.(?:json|arrayBuffer|transformToString)\(\)/,
    ),
    [
      // What ships with the program, what its checkout says, and what the system says of the process.
      'configuration/read-content.ts',
      'configuration/shipped.ts',
      'http/open-files.ts',
      'platform/checkout-revision.ts',
      'packages/bounded-reading/src/read-file.ts',
    ],
  );
});
