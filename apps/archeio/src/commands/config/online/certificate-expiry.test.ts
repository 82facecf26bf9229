import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedPort, httpsStore, rawStore } from '../../../backends/client/testing/fake-store.ts';
import { selfSignedCertificate } from '../../../backends/client/testing/certificate.ts';
import { checkCertificate } from './certificate-expiry.ts';

const OPTIONS = { timeout: 2000 };

test('a certificate that expires soon, and one that has expired', async () => {
  await using store = await httpsStore(selfSignedCertificate(), (_, response) => response.end());
  const said = async (today: string) =>
    (await checkCertificate(store.origin, OPTIONS, Date.parse(today))).map(
      ({ severity, message }) => `${severity} ${message}`,
    );
  const host = new URL(store.origin).host;
  assert.deepEqual(await said('2026-07-24'), []);
  assert.deepEqual(await said('2098-12-11'), []);
  assert.deepEqual(await said('2098-12-12'), [
    `warning the certificate of ${host} expires on 2099-01-01, in 20 days`,
  ]);
  assert.deepEqual(await said('2099-01-02'), [
    `error the certificate of ${host} expired on 2099-01-01`,
  ]);
});

test('without a certificate there is no finding', async () => {
  const today = Date.parse('2026-07-24');
  assert.deepEqual(await checkCertificate('http://127.0.0.1:1', OPTIONS, today), []);
  const url = `https://127.0.0.1:${await closedPort()}`;
  assert.deepEqual(await checkCertificate(url, OPTIONS, today), []);
  await using silent = await rawStore(() => {});
  const mute = silent.origin.replace('http:', 'https:');
  assert.deepEqual(await checkCertificate(mute, { timeout: 50 }, today), []);
});
