import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complain, formatJson, print } from './print.ts';

test('JSON output has no secrets, at any depth', () => {
  const value = { a: [{ url: 'https://h/x?SECRET' }], text: 'token=SECRET', number: 5, none: null };
  assert.equal(
    formatJson(value),
    '{"a":[{"url":"https://h/x?***"}],"text":"token=***","number":5,"none":null}',
  );
  assert.equal(formatJson({ a: 1 }, 2), '{\n  "a": 1\n}');
});

test('text output has no secrets', async (context) => {
  const written: string[] = [];
  const keep = (chunk: string | Uint8Array, _?: unknown): boolean => {
    written.push(String(chunk));
    if (typeof _ === 'function') _();
    return true;
  };
  const stderr = context.mock.method(process.stderr, 'write', keep);
  const stdout = context.mock.method(process.stdout, 'write', keep);
  complain('cannot read https://u:SECRET@h/');
  const printing = print('https://h/?SECRET\n');
  stderr.mock.restore();
  stdout.mock.restore();
  await printing;
  assert.deepEqual(written, ['archeio: cannot read https://***@h/\n', 'https://h/?***\n']);
});
