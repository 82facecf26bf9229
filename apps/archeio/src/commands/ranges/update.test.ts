import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LOCK } from '../../supervisor/ranges/directory-lock.ts';
import { loadRanges } from '../../supervisor/ranges/load-ranges.ts';
import { FakeProviders } from '../../supervisor/ranges/testing/fake-providers.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import { ArcheioError } from '../../platform/errors.ts';
import { updateRanges, type UpdateOptions } from './update.ts';

const server = await FakeProviders.start();
const directory = mkdtempSync(join(tmpdir(), 'ranges-update-'));
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});
const settings = {
  directory,
  atMostLost: 0.2,
  sources: { Fastly: `${server.origin}/Fastly`, Linode: `${server.origin}/Linode` },
};

function publish(...addresses: string[]): void {
  server.files.set('/Fastly', { body: JSON.stringify({ addresses, ipv6_addresses: [] }) });
}

/** The printed lines, and the error. */
async function run(options: UpdateOptions): Promise<{ lines: string[]; error: unknown }> {
  const lines: string[] = [];
  const error = await updateRanges(settings, options, (line) => lines.push(line), []).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { lines, error };
}

test('reports the result of each list, and continues after a provider fails', async () => {
  publish('192.0.2.0/25');
  const { lines, error } = await run({ only: 'linode, fastly' });
  assert.deepEqual(lines, [
    `Linode: failed: cannot fetch ${server.origin}/Linode: status 404, expected 200\n`,
    'Fastly: 0 → 1 prefixes; IPv4 addresses: 0.00 % lost, 100.00 % gained; IPv6 addresses: 0.00 % lost, 0.00 % gained\n',
  ]);
  assert.ok(error instanceof ArcheioError);
  assert.equal(error.message, 'no new list of Linode; the last good one stays in use');
  const { ranges } = loadRanges(directory, shippedRangesBytes(), { warn: assert.fail });
  assert.equal(ranges.prefixCount('Fastly', 4), 1);
});

test('a list that lost too much is refused, unless the loss is accepted', async () => {
  publish('192.0.2.0/26');
  const refused = await run({ only: 'Fastly' });
  assert.match(refused.lines.join(''), /^Fastly: refused: .* lacks 50 % of the IPv4 addresses/);
  assert.ok(refused.error instanceof ArcheioError);
  const accepted = await run({ only: 'Fastly', acceptLoss: true });
  assert.match(accepted.lines.join(''), /^Fastly: 1 → 1 prefixes; IPv4 addresses: 50\.00 % lost/);
  assert.equal(accepted.error, undefined);
  assert.deepEqual((await run({ only: 'Fastly' })).lines, ['Fastly: unchanged, 1 prefixes\n']);
  const [line] = (await run({ only: 'Fastly', json: true })).lines;
  assert.deepEqual(JSON.parse(line), {
    cloud: 'Fastly',
    result: 'unchanged',
    error: null,
    before: 1,
    after: 1,
    ipv4: null,
    ipv6: null,
  });
});

test('wrong use, a locked directory and an unwritable one are one clear message each', async () => {
  assert.ok((await run({ only: 'Mars' })).error instanceof ArcheioError);
  writeFileSync(join(directory, LOCK), 'another');
  const busy = await run({ only: 'Fastly' });
  assert.ok(busy.error instanceof ArcheioError);
  assert.match(busy.error.message, /another process is updating them/);
  const below = { ...settings, directory: join(directory, LOCK, 'below') };
  await assert.rejects(
    updateRanges(below, { only: 'Fastly' }, () => undefined, []),
    (error) =>
      error instanceof ArcheioError && /^cannot store ranges in ".*ENOTDIR/.test(error.message),
  );
});
