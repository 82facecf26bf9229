import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MONOTONIC_CLOCK } from '../../packages/presence/src/monotonic-clock.ts';
import { parseConfiguration } from '../../packages/configuration/src/configuration.ts';
import { checkOnline } from '../../apps/archeio/src/commands/config/online/check-online.ts';
import {
  createPresigner,
  type Presigner,
} from '../../apps/archeio/src/backends/signing/presigner.ts';
import { unavailable } from '../parts/availability.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';

const CONTENT = 'a blob that requires a signature\n';
const DIGEST = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;
const MISSING = `sha256:${'0'.repeat(64)}`;
const KEYS = { accessKeyId: 'AKTEST', secretAccessKey: 'SKTEST' };

suite(
  'a private bucket of a real S3 server',
  { skip: unavailable(['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph']) },
  () => {
    let folder: string;
    let radosgw: Radosgw;
    let presigner: Presigner;
    let base: string;
    const LONG = { name: 'long', presign: { region: 'us-east-1', expires: 300_000 } };
    const SHORT = { name: 'short', presign: { region: 'us-east-1', expires: 1000 } };
    const parts = { clock: MONOTONIC_CLOCK, timeOfDay: Date.now };

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-private-'));
      radosgw = await startRadosgw(folder);
      const file = join(folder, 'blob');
      writeFileSync(file, CONTENT);
      await radosgw.makeBucket('private', 'private');
      await radosgw.put('private', `images/${DIGEST}`, file, 'private');
      base = `${radosgw.url}/private/images`;
      presigner = await createPresigner([LONG, SHORT], {
        ...parts,
        credentials: () => () => Promise.resolve(KEYS),
      });
    });
    after(async () => {
      presigner?.close();
      await radosgw?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    const signed = async (
      url: string,
      method: 'GET' | 'HEAD',
      by: typeof LONG = LONG,
    ): Promise<string> => {
      const made = await presigner.sign(by, url, method);
      assert.ok(made !== undefined);
      return made;
    };
    const status = async (url: string, method = 'GET'): Promise<number> => {
      const response = await fetch(url, { method });
      await response.arrayBuffer();
      return response.status;
    };

    test('requests without a signature are refused', async () => {
      assert.equal(await status(`${base}/${DIGEST}`), 403);
    });

    test('a signed URL reads it, completely and by Range; HEAD needs a separate signature', async () => {
      const get = await signed(`${base}/${DIGEST}`, 'GET');
      assert.equal(await (await fetch(get)).text(), CONTENT);
      const part = await fetch(get, { headers: { Range: 'bytes=2-5' } });
      assert.equal(part.status, 206);
      assert.equal(await part.text(), CONTENT.slice(2, 6));
      assert.equal(await status(await signed(`${base}/${DIGEST}`, 'HEAD'), 'HEAD'), 200);
    });

    test('a signature for one method is refused for the other', async () => {
      assert.equal(await status(await signed(`${base}/${DIGEST}`, 'GET'), 'HEAD'), 403);
      assert.equal(await status(await signed(`${base}/${DIGEST}`, 'HEAD')), 403);
    });

    test('a missing key differs from a forbidden one only for those who may list the bucket', async () => {
      assert.equal(await status(await signed(`${base}/${MISSING}`, 'HEAD'), 'HEAD'), 404);
      assert.equal(await status(await signed(`${base}/${MISSING}`, 'GET')), 404);
    });

    test('an expired or changed signature is refused', async () => {
      const short = await signed(`${base}/${DIGEST}`, 'GET', SHORT);
      assert.equal(await status(short.replace(/.$/, (last) => (last === '0' ? '1' : '0'))), 403);
      await sleep(2100);
      assert.equal(await status(short), 403);
    });

    test('config check --online sees the blob with the right secret, and why the wrong one is refused', async () => {
      const look = async (secretAccessKey: string): Promise<string[]> => {
        const configuration = parseConfiguration({
          version: 1,
          pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
          registries: [{ name: 'r', upstreams: [{ name: 'upstream', url: radosgw.url }] }],
          stores: [
            {
              name: 'bucket',
              url: base,
              key: '{digest}',
              default: true,
              probe: DIGEST,
              presign: { region: 'us-east-1' },
              public: true,
            },
          ],
        });
        const own = await createPresigner(configuration.stores, {
          ...parts,
          credentials: () => () => Promise.resolve({ ...KEYS, secretAccessKey }),
        });
        const all = await Array.fromAsync(
          checkOnline(configuration, { timeOfDay: Date.now, presigner: own }),
        );
        own.close();
        return all
          .filter(({ backend }) => backend === 'bucket')
          .map(({ severity, message }) => `${severity} ${message}`);
      };
      assert.deepEqual(await look(KEYS.secretAccessKey), [
        'ok the store answers 404 for a missing key',
        `ok the probe is present (${CONTENT.length} bytes), and Range works`,
      ]);
      assert.equal(
        (await look('wrong'))[0],
        'error the store refuses the signed request: SignatureDoesNotMatch',
      );
    });
  },
);
