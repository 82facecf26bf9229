import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { askFresh, logged, until } from '../processes/several-processes.ts';
import { digest, withStore } from '../serving/configurations.ts';

/** A profile whose credentials come from a program that waits for a file. */
function profileOf(folder: string) {
  const program = join(folder, 'credentials');
  const go = join(folder, 'go');
  const credentials = { Version: 1, AccessKeyId: 'AKLATE', SecretAccessKey: 'secret' };
  writeFileSync(
    program,
    `#!/bin/sh\nwhile [ ! -e '${go}' ]; do sleep 0.05; done\necho '${JSON.stringify(credentials)}'\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'config'), `[default]\ncredential_process = ${program}\n`);
  return {
    environment: {
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: folder,
    },
    letGo: () => writeFileSync(go, ''),
  };
}

for (const runtime of RUNTIMES)
  for (const processes of [1, 2])
    describe(`credentials that hang: ${runtime}, ${processes} at work`, { timeout: 60_000 }, () => {
      test('the server works without that store, and uses it once its URLs can be signed', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'archeio-late-'));
        const profile = profileOf(folder);
        try {
          await using store = await startStore();
          store.behave(
            (_, response) => void response.writeHead(200, { 'Content-Length': 4 }).end(),
          );
          const source = withStore(store.url, {
            listen: { host: '127.0.0.1', port: 0, processes },
          });
          const stores = (source.stores ?? []).map((each) => ({
            ...each,
            presign: { region: 'us-east-1' },
            public: true,
          }));
          await using archeio = await startWith(
            runtime,
            { ...source, stores },
            undefined,
            profile.environment,
          );
          // There are no credentials by then: the start waited for them no longer than documented.
          assert.deepEqual(logged(archeio, 'credentials-missing'), []);
          const ask = () => askFresh(archeio.port, `/v2/pause/blobs/${digest(1)}`);
          assert.match((await ask()).location ?? '', /^https:\/\/upstream\.example\//);
          profile.letGo();
          await until('a signed redirect from every process', async () => {
            for (let at = 0; at < 10; at++) {
              const { location = '' } = await ask();
              if (!location.startsWith(`${store.url}/`)) return false;
              assert.match(location, /X-Amz-Credential=AKLATE%2F.*X-Amz-Signature=/);
            }
            return true;
          });
        } finally {
          profile.letGo();
          rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
        }
      });
    });
