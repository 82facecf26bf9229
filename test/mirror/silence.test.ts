import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ATTEMPTS } from '../../packages/mirror/src/backoff.ts';
import { Pacer } from '../../packages/mirror/src/pacer.ts';
import { readBlob } from '../../packages/mirror/src/source/registry/read-blob.ts';
import { RegistryClient } from '../../packages/mirror/src/source/registry/registry-client.ts';
import { MACHINE_TIMING } from '../../packages/mirror/src/timing.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';

/** A minute is too long for a test: here stalls and the waits between attempts take a moment. */
const timing = { ...MACHINE_TIMING, sleep: () => Promise.resolve() };
const silence = 300;
const content = randomBytes(200_000);

async function readFrom(registry: FakeRegistry): Promise<Buffer> {
  const pacer = new Pacer(timing, 0);
  const client = new RegistryClient({
    origin: registry.url,
    credentials: () => undefined,
    pacer,
    timing,
    silence,
  });
  const target = `/v2/app/blobs/${registry.blob('app', content).digest}`;
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(client, target, '', { bytes: pacer, timing }))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a source that stalls in a body is asked for the rest', async () => {
  await using registry = await FakeRegistry.start();
  registry.trouble = (_, response) => {
    if (registry.asked.length > 1) return false;
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 70_000));
    return true;
  };
  assert.equal(digestOf(await readFrom(registry)), digestOf(content));
  assert.match(registry.asked[1], /bytes=70000-$/);
});

test('a source that does not answer is asked again', async () => {
  await using registry = await FakeRegistry.start();
  registry.trouble = () => registry.asked.length < 3;
  assert.equal(digestOf(await readFrom(registry)), digestOf(content));
  assert.equal(registry.asked.length, 3);
});

test('a source that never answers is given up on, and the reason is reported', async () => {
  await using registry = await FakeRegistry.start();
  registry.trouble = () => true;
  await assert.rejects(readFrom(registry), /^MirrorError: cannot read http.*: no answer within/);
  assert.equal(registry.asked.length, ATTEMPTS);
});

test('a source that keeps failing is given up on', async () => {
  await using registry = await FakeRegistry.start();
  registry.trouble = (_, response) => {
    response.writeHead(500).end();
    return true;
  };
  await assert.rejects(readFrom(registry), /^MirrorError: cannot read http.*: answered 500$/);
  assert.equal(registry.asked.length, ATTEMPTS);
});
