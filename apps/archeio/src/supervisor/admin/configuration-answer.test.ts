import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationAnswer } from './configuration-answer.ts';
import { administered } from './testing/administered.ts';

const PROBLEM = {
  file: 'a.yaml',
  line: 3,
  column: 5,
  key: 'stores[0].url',
  message: 'cannot read "https://user:a-password@host"',
  severity: 'error',
} as const;

test('the configuration: what was refused and where, warnings, values; no secret', async () => {
  const text = await configurationAnswer(
    {
      location: 'https://host.example/c?sig=a-signature',
      loadedAt: 0,
      lastReload: { at: 1000, successful: false, problems: [PROBLEM] },
      restartNeeded: ['listen'],
    },
    2,
    {
      warnings: [{ ...PROBLEM, line: undefined, column: undefined, severity: 'warning' }],
      text: () => Promise.resolve('{"values":[],"leftOut":0}'),
    },
  );
  const message = 'cannot read "https://***@host"';
  assert.deepEqual(JSON.parse(text), {
    location: 'https://host.example/c?***',
    generation: 2,
    loadedAt: '1970-01-01T00:00:00.000Z',
    restartNeeded: ['listen'],
    lastReload: {
      at: '1970-01-01T00:00:01.000Z',
      successful: false,
      problems: [{ ...PROBLEM, message }],
    },
    warnings: [{ ...PROBLEM, message, line: null, column: null, severity: 'warning' }],
    values: [],
    leftOut: 0,
  });
});

test('the admin listener serves it, before and after a generation', async () => {
  const { admin, apply, supervisor } = administered();
  const port = await admin.listen('127.0.0.1', 0);
  const read = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/configuration`);
    return JSON.parse(await answer.text());
  };
  const before = await read();
  await apply('a');
  const after = await read();
  assert.deepEqual(
    [before.generation, before.lastReload, after.generation, after.values],
    [0, null, 1, []],
  );
  await admin.stop(1000);
  supervisor.close();
});
