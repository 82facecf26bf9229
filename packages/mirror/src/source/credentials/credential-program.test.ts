import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { askHelper, type Credentials } from './credential-program.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-helper-'));
});
after(() => rmSync(folder, { recursive: true }));

/** The credentials that a helper with this script provides. */
async function ask(script: string, patience?: number): Promise<Credentials | undefined> {
  const file = join(folder, 'docker-credential-test');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return askHelper('test', 'registry.test', { PATH: `${folder}:/usr/bin:/bin` }, patience);
}

const ANSWER = JSON.stringify({ Username: 'user', Secret: 'secret' });
const FOUND: Credentials = { kind: 'password', user: 'user', password: 'secret' };

// docker/docker-credential-helpers#355, docker/docker-agent#2972
test('a helper that never ends is stopped after a time limit', async () => {
  await assert.rejects(
    ask('sleep 60', 200),
    /^MirrorError: credential helper "docker-credential-test" failed for "registry.test": did not finish within 0.2 s$/,
  );
});

test('background processes of a helper do not delay its answer', async () => {
  assert.deepEqual(await ask(`echo '${ANSWER}'; sleep 20 &`), FOUND);
});

test("a helper's output counts, not whether it reads its input or its exit code", async () => {
  assert.deepEqual(await ask(`exec <&-; echo '${ANSWER}'`), FOUND);
  assert.equal(await ask('echo "credentials not found in native keychain"; exit 1'), undefined);
  assert.equal(await ask('echo "{}"'), undefined);
});

test('a helper that fails, writes too much or is missing is an error that does not repeat its output', async () => {
  await assert.rejects(ask('echo secret; exit 3'), /failed for "registry.test": exit code 3; run/);
  await assert.rejects(ask('echo secret'), /expected JSON with Username and Secret$/);
  await assert.rejects(ask('exec cat /dev/zero'), /its output exceeds 1048576 bytes$/);
  await assert.rejects(
    askHelper('none', 'registry.test', { PATH: folder }),
    /^MirrorError: cannot run credential helper "docker-credential-none": /,
  );
});
