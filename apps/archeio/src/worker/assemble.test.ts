import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigurationSource } from '@archeio/configuration';
import { ADDRESSES, assembled, blob, digest, PRESENT, SOURCE } from './testing/assembled.ts';

/** Which store a request with this header, from this peer, is sent to. */
async function storeFor(
  clientAddress: ConfigurationSource['clientAddress'],
  addressHeader: string | undefined,
  peer: string,
): Promise<string | undefined> {
  const { handler, checker } = assembled({ ...SOURCE, clientAddress });
  checker.answers.set('https://', PRESENT);
  const decision = await handler.decide({
    method: 'GET',
    target: blob(1),
    host: 'x',
    addressHeader,
    peer,
  });
  return decision.backend?.name;
}

test('each topology of the configuration says which address counts', async () => {
  const { paris, unknown } = ADDRESSES;
  assert.equal(await storeFor({ topology: 'remote' }, paris, unknown), 'cdn');
  assert.equal(await storeFor({ topology: 'remote' }, undefined, paris), 'paris');
  assert.equal(
    await storeFor({ topology: 'google-load-balancer' }, `${paris}, 10.0.0.1`, unknown),
    'paris',
  );
  assert.equal(
    await storeFor({ topology: 'hops', hops: 1 }, `${unknown}, ${paris}`, unknown),
    'paris',
  );
  const proxies = { topology: 'trusted-proxies' as const, prefixes: ['10.0.0.0/8'] };
  assert.equal(await storeFor(proxies, `${paris}, 10.1.1.1`, '10.0.0.1'), 'paris');
  assert.equal(await storeFor(proxies, paris, unknown), 'cdn');
  assert.equal(
    await storeFor({ ...proxies, use: 'forwarded' }, `for=${paris}`, '10.0.0.1'),
    'paris',
  );
  assert.equal(
    await storeFor({ topology: 'header', name: 'CF-Connecting-IP' }, paris, unknown),
    'paris',
  );
  assert.equal(
    await storeFor(
      { topology: 'header', name: 'CF-Connecting-IP', prefixes: ['10.0.0.0/8'] },
      paris,
      unknown,
    ),
    'cdn',
  );
});

test('a store that is not enabled is no candidate', async () => {
  const stores = SOURCE.stores!.map((store) => ({ ...store, enabled: store.name !== 'paris' }));
  const { handler, checker, policy } = assembled({ ...SOURCE, stores });
  checker.answers.set('https://', PRESENT);
  const decision = await handler.decide({
    method: 'GET',
    target: blob(1),
    host: 'x',
    addressHeader: `${ADDRESSES.paris}, 10.0.0.1`,
    peer: undefined,
  });
  assert.equal(decision.location, `https://cdn.example/${digest(1)}`);
  assert.deepEqual(
    policy.stores.map(({ name }) => name),
    ['cdn'],
  );
});

test('a signature upstream', async () => {
  const [registry] = SOURCE.registries;
  const { handler } = assembled({
    ...SOURCE,
    registries: [{ ...registry, signatures: { url: 'https://signatures.example', path: 'x' } }],
  });
  const decision = await handler.decide({
    method: 'GET',
    target: `/v2/a/referrers/${digest(1)}`,
    host: 'x',
    addressHeader: undefined,
    peer: undefined,
  });
  assert.equal(decision.location, `https://signatures.example/v2/x/a/referrers/${digest(1)}`);
});

test('without stores everything comes from the upstream', async () => {
  const { handler } = assembled({ ...SOURCE, stores: [] });
  assert.equal(
    (
      await handler.decide({
        method: 'GET',
        target: blob(1),
        host: 'x',
        addressHeader: undefined,
        peer: undefined,
      })
    ).rule,
    'R12',
  );
});
