import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { type TestCertificate, TestAuthority } from '../parts/certificate.ts';
import { run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';
import { withStore } from '../serving/configurations.ts';

const ARCHEIO = join(ROOT, 'apps/archeio/bin/archeio');

describe('files of a certificate that cannot be used', { concurrency: true }, () => {
  let authority: TestAuthority;
  let good: TestCertificate;
  let cases: readonly (readonly [name: string, TestCertificate, problem: string])[];
  before(() => {
    authority = new TestAuthority();
    good = authority.issue();
    const other = authority.issue();
    const expired = authority.issue({ from: '20200101000000Z', to: '20200201000000Z' });
    const future = authority.issue({ from: '20400101000000Z', to: '20410101000000Z' });
    cases = [
      [
        'another key',
        { ...good, key: other.key },
        'tls.key: the private key in "KEY" does not belong to the certificate in "CERTIFICATE"',
      ],
      [
        'an expired one',
        expired,
        'tls.certificate: the certificate in "CERTIFICATE" expired at 2020-02-01T00:00:00Z: renew it',
      ],
      [
        'one of the future',
        future,
        'tls.certificate: the certificate in "CERTIFICATE" is not valid before 2040-01-01T00:00:00Z, and it is NOW: check the clock of this machine',
      ],
      [
        'an empty certificate',
        { ...good, chain: '' },
        'tls.certificate: "CERTIFICATE" is empty: expected a certificate in PEM',
      ],
      [
        'an empty key',
        { ...good, key: '' },
        'tls.key: "KEY" is empty: expected a private key in PEM',
      ],
      [
        'a key with a passphrase',
        { ...good, key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\n' },
        'tls.key: the private key in "KEY" has a passphrase: expected one without, which "openssl pkey" writes',
      ],
      [
        'swapped files',
        { chain: good.key, key: good.chain },
        'tls.certificate: "CERTIFICATE" has a private key and no certificate: are tls.certificate and tls.key mixed up?',
      ],
      [
        'a short RSA key',
        authority.issue({ kind: 'rsa-1024' }),
        'tls.key: the private key in "KEY" is an RSA key of 1024 bits: expected an EC key, or an RSA key of at least 2048 bits',
      ],
    ];
  });
  after(() => authority[Symbol.dispose]());

  for (const runtime of RUNTIMES)
    test(`serve prints one line and does not start, and config check says the same: ${runtime}`, async () => {
      for (const [name, certificate, problem] of cases) {
        using files = new CertificateFiles(certificate);
        const file = join(files.folder, 'archeio.json');
        writeFileSync(
          file,
          JSON.stringify(withStore('https://store.example', { tls: files.names })),
        );
        const expected = problem
          .replace('CERTIFICATE', files.certificate)
          .replace('KEY', files.key);
        const anyTime = (text: string): string =>
          text.replace(/and it is [\dT:-]+Z/, 'and it is NOW');

        const served = await run(ARCHEIO, ['serve', '--runtime', runtime, '--config', file], {
          ADMIN_PORT: '0',
        });
        assert.equal(served.code, 1, name);
        assert.equal(anyTime(served.stderr), `archeio: ${expected}\n`, name);
        assert.equal(served.stdout, '', name);

        const checked = await run(ARCHEIO, ['config', 'check', '--runtime', runtime, file]);
        assert.equal(checked.code, 1, name);
        assert.equal(anyTime(checked.stderr), `archeio: ${file}: ${expected}\n`, name);
      }
    });

  test('files that are missing, and names that are relative to the configuration', async () => {
    using files = new CertificateFiles(good);
    const file = join(files.folder, 'archeio.json');
    const check = async (tls: object) => {
      writeFileSync(
        file,
        JSON.stringify(withStore('https://store.example', { tls: tls as never })),
      );
      return run(ARCHEIO, ['config', 'check', '--json', file]);
    };
    assert.equal((await check({ certificate: 'fullchain.pem', key: './privkey.pem' })).code, 0);
    const { code, stdout } = await check({ certificate: 'fullchain.pem', key: 'none.pem' });
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(stdout).problems, [
      {
        file,
        line: null,
        column: null,
        key: 'tls.key',
        message: `cannot read ${JSON.stringify(join(files.folder, 'none.pem'))}: there is no such file or directory (ENOENT)`,
        severity: 'error',
      },
    ]);
  });
});
