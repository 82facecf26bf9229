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

test('all output leaves through one function, which removes secrets', () => {
  assert.deepEqual(matching(/process\.(?:stdout|stderr)\.write|console\.\w+\(/), [
    // Unchanged, because it must be a valid script, configuration or schema.
    'commands/completion/completion.ts',
    'commands/config/print.ts',
    'commands/config/schema.ts',
    // The log, whose lines have passed through it.
    'commands/explain.ts',
    'platform/print.ts',
    'platform/standard-output.ts',
    'worker/obey-supervisor.ts',
  ]);
});

test('complete bodies and files are read only where bytes are counted', () => {
  assert.deepEqual(
    matching(
      /\breadFile(?:Sync)?\(|\bcreateReadStream\(|\.(?:json|arrayBuffer|transformToString)\(\)/,
    ),
    [
      // Files that ship with the program, its checkout, and what the system reports about the process.
      'configuration/read-content.ts',
      'configuration/shipped.ts',
      // Files and blobs that the demo has made itself.
      'demo/demo-store.ts',
      'demo/pull.ts',
      'http/open-files.ts',
      'platform/checkout-revision.ts',
      'supervisor/admin/console-files.ts',
      'packages/bounded-reading/src/read-file.ts',
    ],
  );
});
