import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type EdgeWorker, startEdge } from '../parts/edge-worker.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { TABLE_CONFIGURATION } from './configuration.ts';
import { FOLDED_ROWS, foldedTarget } from './folded-targets.ts';
import { API_ROWS } from './rows/api.ts';
import { GRAMMAR_ROWS } from './rows/grammar.ts';
import { HOSTILE_ROWS } from './rows/hostile.ts';
import type { Row } from './rows/row.ts';

const LIMIT = { timeout: 60_000 };

const ROWS: readonly Row[] = [...API_ROWS, ...GRAMMAR_ROWS, ...HOSTILE_ROWS].filter(
  ({ target }) => foldedTarget(target) !== target,
);

test('targets fold as the documentation of the platform says', LIMIT, () => {
  for (const [target, folded] of [
    ['/%68ello//pa\\th', '/hello/pa/th'],
    ['/v2/../x/./y/..', '/x/'],
    ['/v2/a%2fb%2e?c//d/..', '/v2/a%2Fb.?c//d/..'],
    ['*', '*'],
  ])
    assert.equal(foldedTarget(target), folded);
  for (const name of Object.keys(FOLDED_ROWS))
    assert.ok(
      ROWS.some((row) => row.name === name),
      name,
    );
});

describe('targets that the platform folds before the code sees them', LIMIT, () => {
  let worker: EdgeWorker;
  before(async () => {
    worker = await startEdge(TABLE_CONFIGURATION);
  });
  after(() => worker[Symbol.asyncDispose]());

  for (const row of ROWS) {
    const { status, location } = FOLDED_ROWS[row.name] ?? row;
    test(`${row.name}: ${status}`, LIMIT, async () => {
      const line = `${row.method ?? 'GET'} ${foldedTarget(row.target)} HTTP/1.1`;
      const answer = await rawRequest(worker.port, `${line}\r\nHost: registry.example\r\n\r\n`);
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('location'), location);
    });
  }
});
