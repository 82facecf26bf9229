import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgram } from '../program.ts';
import { completionsOf } from './completions.ts';

const PROGRAM = createProgram({}, { signals: [], received: [], hold: () => undefined });

/** The words that can come next on a line; the last one is being typed. */
function after(line: string): readonly string[] | 'files' {
  const completions = completionsOf(PROGRAM, line.split(' '));
  return completions === 'files' ? completions : completions.map(({ word }) => word);
}

test('offers commands', () => {
  assert.deepEqual(after('mi'), ['mirror']);
  assert.deepEqual(after('mirror '), ['plan', 'sync', 'verify', 'gc', 'inventory', 'help']);
  assert.deepEqual(after('mirror s'), ['sync']);
  assert.ok(!after('').includes('complete'), 'not the hidden one');
});

test('offers options, also those of every command', () => {
  assert.deepEqual(after('serve --p'), ['--port']);
  assert.deepEqual(after('mirror sync --s'), ['--shard', '--shard-index']);
  assert.deepEqual(after('mirror sync --c'), ['--config']);
  assert.deepEqual(after('config print -'), [
    '--json',
    '--help',
    '--version',
    '--runtime',
    '--config',
  ]);
});

test('offers the values of options and arguments', () => {
  for (const [line, expected] of [
    ['completion ', ['bash', 'zsh', 'fish']],
    ['hosts --for ', ['clients', 'server', 'mirror']],
    ['hosts --for c', ['clients']],
    ['hosts --for=s', ['--for=server']],
    ['--runtime b', ['bun']],
    ['serve --runtime=', ['--runtime=bun', '--runtime=node']],
  ] as const)
    assert.deepEqual(after(line), expected, line);
});

test('offers files where a file can be', () => {
  for (const line of [
    '--config ',
    'serve --config x',
    'serve --config=',
    'config check ',
    '--config -',
  ])
    assert.equal(after(line), 'files', line);
});

test('offers nothing more where nothing can come', () => {
  assert.deepEqual(after('serve '), []);
  assert.deepEqual(after('config check a.yaml '), []);
  assert.deepEqual(after('completion bash '), []);
  assert.deepEqual(after('serve --nothing'), []);
  assert.deepEqual(after('serve --json='), []);
});

test('an option and its value are not arguments', () => {
  for (const line of [
    '--config a.yaml mirror ',
    '--config=a.yaml --runtime bun mirror ',
    '--config mirror mirror ',
  ])
    assert.deepEqual(after(`${line}s`), ['sync'], line);
  assert.deepEqual(after('config --json check '), 'files');
});

test('every option of the --help has a long name', () => {
  const names = completionsOf(PROGRAM, ['serve', '-']);
  assert.ok(names !== 'files' && names.every(({ word }) => word.startsWith('--')));
});
