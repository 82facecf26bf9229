import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CertificateOptions, TestAuthority } from '../../../../../test/parts/certificate.ts';
import { ArcheioError } from '../errors.ts';
import { readCertificate, readRenewed } from './read-certificate.ts';

let authority: TestAuthority;
let folder: string;
before(() => {
  authority = new TestAuthority();
  folder = mkdtempSync(join(tmpdir(), 'archeio-certificate-'));
});
after(() => {
  authority[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

function files(chain: string, key: string) {
  const named = { certificate: join(folder, 'c.pem'), key: join(folder, 'k.pem') };
  writeFileSync(named.certificate, chain);
  writeFileSync(named.key, key);
  return named;
}

/** The message for two files, without the folder. */
async function problem(chain: string, key: string, now = Date.now()): Promise<string> {
  try {
    await readCertificate(files(chain, key), now);
  } catch (error) {
    assert.ok(error instanceof ArcheioError);
    assert.equal(error.code, 'certificate-unusable');
    return error.message.replaceAll(`${folder}/`, '');
  }
  return 'good';
}

test('an EC and an RSA key with a chain are good, as the programs of certificate authorities write them', async () => {
  for (const kind of ['ec', 'rsa'] as const) {
    const { chain, key } = authority.issue({ kind, to: '20401231235959Z' });
    const read = await readCertificate(files(chain, key), Date.now());
    assert.equal(new Date(read.notAfter).toISOString(), '2040-12-31T23:59:59.000Z');
    assert.match(read.names, /DNS:registry\.example/);
    assert.deepEqual([read.chain, read.key], [chain, key]);
    assert.equal(await problem(`Subject: CN=x\n${chain}\n`, `# a comment\n${key}`), 'good');
  }
});

test('each problem of the certificate names the file and what to do', async () => {
  const { chain, key } = authority.issue();
  const other = authority.issue();
  const [own, intermediate] = chain.split(/(?<=-----END CERTIFICATE-----\n)/);
  assert.ok(own && intermediate);
  for (const [certificate, expected] of [
    ['', 'tls.certificate: "c.pem" is empty: expected a certificate in PEM'],
    [' \n', 'tls.certificate: "c.pem" is empty: expected a certificate in PEM'],
    [
      'text',
      'tls.certificate: "c.pem" has no certificate in PEM: expected -----BEGIN CERTIFICATE----- and its end',
    ],
    [
      own.slice(0, 300),
      'tls.certificate: "c.pem" has no certificate in PEM: expected -----BEGIN CERTIFICATE----- and its end',
    ],
    [
      key,
      'tls.certificate: "c.pem" has a private key and no certificate: are tls.certificate and tls.key mixed up?',
    ],
    [
      own + intermediate.replace('MII', 'MIA'),
      'tls.certificate: cannot read certificate 2 in "c.pem": it is damaged',
    ],
    [
      intermediate + own,
      'tls.certificate: "c.pem" must begin with the certificate of the private key, which is certificate 2 in it',
    ],
    [
      other.chain,
      'tls.key: the private key in "k.pem" does not belong to the certificate in "c.pem"',
    ],
  ] as const)
    assert.equal(await problem(certificate, key), expected);
});

test('each problem of the key names the file and what to do', async () => {
  const { chain, key } = authority.issue();
  const damaged = key.replace(/\n[A-Za-z0-9+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  assert.notEqual(damaged, key);
  for (const [text, expected] of [
    ['', 'tls.key: "k.pem" is empty: expected a private key in PEM'],
    [chain, 'tls.key: "k.pem" has no private key in PEM: expected -----BEGIN PRIVATE KEY-----'],
    [damaged, 'tls.key: cannot read the private key in "k.pem": it is damaged'],
    [
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\n',
      'tls.key: the private key in "k.pem" has a passphrase: expected one without, which "openssl pkey" writes',
    ],
    [
      '-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n',
      'tls.key: the private key in "k.pem" has a passphrase: expected one without, which "openssl pkey" writes',
    ],
  ] as const)
    assert.equal(await problem(chain, text), expected);
  const odd = async (kind: NonNullable<CertificateOptions['kind']>): Promise<string> => {
    const issued = authority.issue({ kind });
    return problem(issued.chain, issued.key);
  };
  const expected = ': expected an EC key, or an RSA key of at least 2048 bits';
  assert.equal(
    await odd('rsa-1024'),
    `tls.key: the private key in "k.pem" is an RSA key of 1024 bits${expected}`,
  );
  assert.equal(await odd('ed25519'), `tls.key: the private key in "k.pem" is ed25519${expected}`);
});

test('a certificate that has expired or is not valid yet cannot be used', async () => {
  const { chain, key } = authority.issue({ from: '20260101000000Z', to: '20260601000000Z' });
  assert.equal(await problem(chain, key, Date.UTC(2026, 2)), 'good');
  assert.equal(
    await problem(chain, key, Date.UTC(2026, 6)),
    'tls.certificate: the certificate in "c.pem" expired at 2026-06-01T00:00:00Z: renew it',
  );
  assert.equal(
    await problem(chain, key, Date.UTC(2025, 11, 31, 23, 59, 59, 7)),
    'tls.certificate: the certificate in "c.pem" is not valid before 2026-01-01T00:00:00Z, and it is 2025-12-31T23:59:59Z: check the clock of this machine',
  );
});

test('files that cannot be read, or are no files', async () => {
  const { chain, key } = authority.issue();
  const named = files(chain, key);
  const of = (change: object): Promise<unknown> =>
    readCertificate({ ...named, ...change }, Date.now());
  await assert.rejects(of({ certificate: '/nowhere/c.pem' }), {
    message:
      'tls.certificate: cannot read "/nowhere/c.pem": there is no such file or directory (ENOENT)',
  });
  await assert.rejects(of({ key: folder }), /^ArcheioError: tls\.key: cannot read ".*": it is /);
  await assert.rejects(
    of({ key: '/dev/zero' }),
    /^ArcheioError: tls\.key: cannot read ".*": it is not a regular file/,
  );
  writeFileSync(named.key, 'x'.repeat(1024 * 1024 + 1));
  await assert.rejects(of({}), /tls\.key: cannot read ".*": it is longer than 1048576 bytes/);
});

test('a renewal that is under way is waited for', async () => {
  const { chain, key } = authority.issue();
  const renewed = authority.issue();
  const named = files(renewed.chain, key);
  const read = readRenewed(named, Date.now);
  setTimeout(() => files(renewed.chain, ''), 100);
  setTimeout(() => files(renewed.chain, renewed.key), 700);
  assert.equal((await read).key, renewed.key);
  files(chain, renewed.key);
  await assert.rejects(readRenewed(named, Date.now), /does not belong to the certificate/);
});

test('the certificate in use is checked again only once it has expired', async () => {
  const { chain, key } = authority.issue({ from: '20260101000000Z', to: '20260601000000Z' });
  const named = files(chain, key);
  const known = await readCertificate(named, Date.UTC(2026, 2));
  assert.equal(await readCertificate(named, Date.UTC(2026, 3), known), known);
  assert.notEqual(await readCertificate(named, Date.UTC(2026, 3)), known);
  await assert.rejects(readCertificate(named, Date.UTC(2026, 6), known), /expired/);
});
