import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { type TestCertificate, TestAuthority } from '../../../../../test/parts/certificate.ts';
import { createLog } from '../../platform/log.ts';
import { Changes } from '../history/changes.ts';
import { FakeWorker } from '../testing/fake-worker.ts';
import { CertificateService } from './certificate-service.ts';

let authority: TestAuthority;
let first: TestCertificate;
let second: TestCertificate;
before(() => {
  authority = new TestAuthority();
  first = authority.issue({ to: '20400101000000Z' });
  second = authority.issue({ to: '20410101000000Z' });
});
after(() => authority[Symbol.dispose]());

/** A service whose files can be written, with a worker. */
async function serving() {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-certificate-'));
  const write = ({ chain, key }: TestCertificate): void => {
    writeFileSync(join(folder, 'c.pem'), chain);
    writeFileSync(join(folder, 'k.pem'), key);
  };
  write(first);
  const clock = new ManualClock();
  const lines: string[] = [];
  const changes = new Changes(() => 7);
  const worker = new FakeWorker();
  const service = await CertificateService.start(
    { certificate: join(folder, 'c.pem'), key: join(folder, 'k.pem') },
    {
      workers: new Set([worker]),
      clock,
      wallClock: Date.now,
      log: createLog(
        'info',
        (line) => lines.push(line),
        () => 0,
      ),
      changes,
    },
  );
  return {
    service,
    worker,
    write,
    clock,
    changes,
    lines: () => lines.map((line) => JSON.parse(line)),
    state: () => service.state,
    [Symbol.dispose]() {
      service.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const YEAR_2040 = Date.UTC(2040, 0);
const YEAR_2041 = Date.UTC(2041, 0);

test('a renewed certificate goes to every worker, and one that joins gets what is in use', async () => {
  using served = await serving();
  const { service, worker, write, lines, state, changes } = served;
  service.adopt();
  service.joined(worker);
  await service.now();
  assert.deepEqual(worker.told, [`certificate ${first.chain}`]);
  assert.deepEqual(state(), { notAfter: YEAR_2040, lastReloadSuccessful: true });
  write(second);
  await service.now();
  assert.deepEqual(worker.told.slice(1), [`certificate ${second.chain}`]);
  assert.deepEqual(state(), { notAfter: YEAR_2041, lastReloadSuccessful: true });
  assert.deepEqual(
    lines().map(({ event, notAfter }) => [event, notAfter]),
    [
      ['certificate-loaded', '2040-01-01T00:00:00.000Z'],
      ['certificate-loaded', '2041-01-01T00:00:00.000Z'],
    ],
  );
  assert.deepEqual(
    changes.all.map(({ text }) => text),
    ['certificate loaded, valid until 2041-01-01T00:00:00.000Z'],
  );
  assert.doesNotMatch(JSON.stringify(lines()), /PRIVATE|BEGIN/);
});

test('one that cannot be used is refused once, and the previous one stays', async () => {
  using served = await serving();
  const { service, worker, write, lines, state, changes } = served;
  write({ ...second, key: first.key });
  await service.now();
  await service.now();
  assert.deepEqual(state(), { notAfter: YEAR_2040, lastReloadSuccessful: false });
  service.joined(worker);
  assert.deepEqual(worker.told, [`certificate ${first.chain}`]);
  write(first);
  await service.now();
  assert.deepEqual(state(), { notAfter: YEAR_2040, lastReloadSuccessful: true });
  write({ chain: '', key: '' });
  await service.now();
  write(second);
  await service.now();
  assert.deepEqual(state(), { notAfter: YEAR_2041, lastReloadSuccessful: true });
  assert.deepEqual(
    lines().map(({ event }) => event),
    [
      'certificate-loaded',
      'certificate-refused',
      'certificate-unchanged',
      'certificate-refused',
      'certificate-loaded',
    ],
  );
  const [, refused] = lines();
  assert.match(refused.problem, /^tls\.key: the private key in ".*" does not belong to/);
  assert.deepEqual(refused.inUse.notAfter, '2040-01-01T00:00:00.000Z');
  assert.match(changes.all[0].text, /^certificate refused: tls\.key: /);
});

test('a process that was frozen reads the files when a request arrives', async () => {
  using served = await serving();
  const { service, write, clock, state } = served;
  write(second);
  await clock.thawAfter(60_000);
  service.runDue();
  await service.now();
  assert.deepEqual(state(), { notAfter: YEAR_2041, lastReloadSuccessful: true });
});

test('files that cannot be used keep a server from starting', async () => {
  await assert.rejects(
    CertificateService.start(
      { certificate: '/nowhere/c.pem', key: '/nowhere/k.pem' },
      {
        workers: new Set(),
        clock: new ManualClock(),
        wallClock: Date.now,
        log: createLog(
          'error',
          () => undefined,
          () => 0,
        ),
      },
    ),
    { code: 'certificate-unusable' },
  );
});
