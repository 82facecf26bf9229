import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createStoreChecker } from '../../backends/client/create-store-checker.ts';
import { httpStore } from '../../backends/client/testing/fake-store.ts';
import { remoteCheckers } from '../../backends/client/testing/remote-checker.ts';
import { createProber } from './prober.ts';
import { proberSuite } from './testing/prober-suite.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const bun = remoteCheckers(join(import.meta.dirname, '../../../../../node_modules/.bin/bun'));
after(() => bun[Symbol.asyncDispose]());

proberSuite('Node', createStoreChecker);
proberSuite('Bun', (options) => bun.create(options));

test('a prober has its own connections, and its outcome is nothing once it is closed', async () => {
  await using store = await httpStore((_request, response) => response.end('blob'));
  const prober = createProber({ timeout: 30_000, body: 4, userAgent: 'archeio/test' });
  const target = { kind: 'configured', digest: DIGEST, url: `${store.origin}/a` } as const;
  assert.equal((await prober.probe(target)).outcome, 'pass');
  prober.close();
  assert.equal((await prober.probe(target)).outcome, 'nothing');
});
