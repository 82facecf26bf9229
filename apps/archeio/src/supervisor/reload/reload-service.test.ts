import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatProblem } from '@archeio/configuration';
import { loadServedConfiguration } from '../../configuration/load-served-configuration.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { Changes } from '../history/changes.ts';
import type { ConfigurationInUse } from './configuration-in-use.ts';
import type { ReadConfiguration } from './configuration-values.ts';
import { ReloadService } from './reload-service.ts';
import { READY_WITHIN } from '../supervisor.ts';
import { supervisorRig, RANGES } from '../testing/supervisor-rig.ts';

/** Files are read between the turns of the event loop, however far the clock is moved. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    assert.ok(turn < 10_000, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** A supervisor that serves a file, and a service that watches it. */
async function watching(file: string | undefined, filesLeft?: () => boolean) {
  const rig = supervisorRig();
  const loaded = await loadServedConfiguration({}, { config: file }, () => []);
  await rig.supervisor.apply({ configuration: loaded.configuration, ranges: RANGES });
  const inUse: ConfigurationInUse = {
    location: 'file',
    loadedAt: 0,
    lastReload: null,
    restartNeeded: [],
  };
  const used: ReadConfiguration[] = [];
  const changes = new Changes(() => 7);
  const service = new ReloadService({
    supervisor: rig.supervisor,
    loaded,
    overrides: { environment: {}, port: undefined },
    placesIn: () => [{ cloud: 'AWS', region: 'eu-west-3' }],
    inUse,
    values: { use: (read) => used.push(read) },
    changes,
    directory: tmpdir(),
    clock: rig.clock,
    wallClock: () => 7,
    log: rig.log,
    ...(filesLeft && { filesLeft }),
  });
  rig.supervisor.add(service);
  return { ...rig, service, inUse, used, changes };
}

test('a file that this machine cannot open now is not refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'configuration.json');
  writeFileSync(file, JSON.stringify(SOURCE));
  let left = false;
  const { service, inUse, events } = await watching(file, () => left);
  rmSync(file);
  await service.now();
  assert.deepEqual([events(), inUse.lastReload], [['configuration-unread'], null]);
  writeFileSync(file, JSON.stringify(SOURCE));
  await service.now();
  assert.deepEqual([events(), inUse.lastReload], [['configuration-unread'], null]);
  left = true;
  rmSync(file);
  await service.now();
  assert.equal(inUse.lastReload?.successful, false);
});

// kubernetes/ingress-nginx#7738: the metric of the last reload stayed 0 once all was as before.
test('a file that was away and is back as it was is what it was before: good, or refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'configuration.json');
  const look = async (text: string | undefined): Promise<boolean | undefined> => {
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
    await service.now();
    return inUse.lastReload?.successful;
  };
  const good = JSON.stringify(SOURCE);
  const bad = JSON.stringify({ ...SOURCE, version: 2 });
  writeFileSync(file, good);
  const { service, inUse, events, supervisor, changes } = await watching(file);

  assert.equal(await look(undefined), false);
  const [{ kind, text }] = changes.all;
  assert.deepEqual([kind, text.slice(0, 23)], ['reload', 'configuration refused: ']);
  assert.equal(await look(good), undefined);
  assert.equal(inUse.lastReload, null);
  assert.equal(await look(bad), false);
  const refused = inUse.lastReload;
  assert.equal(await look(undefined), false);
  assert.notEqual(inUse.lastReload, refused);
  assert.equal(await look(bad), false);
  assert.equal(inUse.lastReload, refused);
  assert.equal(await look(undefined), false);
  assert.equal(await look(good), true);
  assert.equal(supervisor.generation.number, 2);
  const last = changes.all.at(-1)?.text ?? '';
  assert.match(last, /^configuration loaded from .*: generation 2$/);
  assert.equal(await look(undefined), false);
  assert.equal(await look(good), true);
  assert.deepEqual(
    events().filter((event) => event !== 'configuration-refused'),
    [
      'configuration-unchanged',
      'configuration-unchanged',
      'configuration-loaded',
      'configuration-unchanged',
    ],
  );
});

test('a file that changes is served, and one that cannot be is kept out and said so', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'configuration.json');
  const write = (more: object): void => writeFileSync(file, JSON.stringify({ ...SOURCE, ...more }));
  write({});
  const watched = await watching(file);
  const { service, supervisor, inUse, used, events, lines, clock } = watched;
  const worker = await watched.join();

  await service.now();
  assert.deepEqual([supervisor.generation.number, inUse.lastReload], [1, null]);

  write({ presence: { entries: 2000 } });
  await service.now();
  assert.deepEqual([supervisor.generation.number, worker.inUse], [2, 2]);
  assert.deepEqual(inUse, {
    location: 'file',
    loadedAt: 7,
    lastReload: { at: 7, successful: true, problems: [] },
    restartNeeded: [],
  });
  assert.deepEqual(
    used.map(({ content, warnings }) => [JSON.parse(content.text).presence.entries, warnings]),
    [[2000, []]],
  );
  assert.deepEqual(events(), ['configuration-loaded']);

  write({ version: 2, stores: 1 });
  await service.now();
  assert.deepEqual([supervisor.generation.number, worker.inUse], [2, 2]);
  assert.equal(inUse.lastReload?.successful, false);
  assert.equal(inUse.lastReload?.problems.length, 2);
  assert.equal(lines.at(-1)?.['event'], 'configuration-refused');

  // One that is good, and that a worker cannot serve.
  worker.preparing = () => Promise.reject(new RangeError('too much'));
  write({ presence: { entries: 3000 } });
  await service.now();
  const messages = (): unknown => inUse.lastReload?.problems.map(formatProblem);
  assert.deepEqual(messages(), ['cannot be served: too much']);
  worker.preparing = () => Promise.reject('no error at all');
  write({ presence: { entries: 3001 } });
  await service.now();
  assert.deepEqual(messages(), ['cannot be served: no error at all']);
  assert.equal(used.length, 1);
  assert.deepEqual([supervisor.generation.number, worker.inUse], [2, 2]);

  // What is only read at the start is served otherwise; a region that no provider has is a warning.
  worker.preparing = () => Promise.resolve();
  write({
    listen: { port: 1 },
    stayUpstream: [{ cloud: 'AWS', regions: ['no-where-1'] }],
  });
  await service.now();
  assert.equal(supervisor.generation.number, 3);
  assert.deepEqual(events().slice(-3), [
    'configuration-warning',
    'configuration-loaded',
    'restart-needed',
  ]);
  assert.deepEqual(inUse.restartNeeded, ['listen']);
  assert.equal(used.at(-1)?.warnings.length, 1);

  write({
    tls: { certificate: '/c', key: '/k' },
    clientAddress: { topology: 'proxy-protocol', prefixes: ['10.0.0.0/8'] },
  });
  await service.now();
  assert.deepEqual(inUse.restartNeeded, ['tls', 'clientAddress']);

  // A look is due after a while, whoever reminds it of it.
  write({});
  await clock.thawAfter(0);
  supervisor.runDue(clock.now());
  await clock.advance(60_000);
  await service.now();
  assert.equal(supervisor.generation.number, 5);
  assert.deepEqual(inUse.restartNeeded, []);

  rmSync(file);
  await service.now();
  assert.equal(inUse.lastReload?.successful, false);
  assert.equal(supervisor.generation.number, 5);
  supervisor.close();
  assert.equal(clock.timers, 0);
});

test('a preset does not change', async () => {
  const { service, supervisor, events, clock } = await watching(undefined);
  await service.now();
  service.adopt();
  assert.equal(supervisor.generation.number, 1);
  assert.deepEqual(events(), ['configuration-preset']);
  supervisor.close();
  assert.equal(clock.timers, 0);
});

test('what a worker was not ready for in time is tried again, unless it has changed by then', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'configuration.json');
  const write = (info: string): void =>
    writeFileSync(file, JSON.stringify({ ...SOURCE, pages: { ...SOURCE.pages, info } }));
  write('https://page-0.example');
  const { service, supervisor, inUse, events, lines, clock, join: joined } = await watching(file);
  const worker = await joined();
  const count = (event: string): number => events().filter((each) => each === event).length;
  const info = (): string => supervisor.generation.configuration.pages.info;
  const late = async (page: string): Promise<void> => {
    worker.preparing = () => new Promise(() => undefined);
    write(page);
    const looked = service.now();
    await until(() => worker.told.at(-1)?.startsWith('prepare ') === true);
    await clock.advance(READY_WITHIN * 1000);
    await looked;
    worker.preparing = () => Promise.resolve();
  };

  await late('https://page-1.example');
  assert.equal(count('configuration-refused'), 0);
  assert.equal(
    lines.find(({ event }) => event === 'configuration-not-applied')?.['againInMs'],
    30_000,
  );
  assert.equal(inUse.lastReload?.successful, false);
  assert.match(inUse.lastReload.problems[0].message, /not ready for it within 40 s/);
  assert.equal(info(), 'https://page-0.example');
  await clock.advance(30_000);
  await until(() => count('configuration-loaded') === 1);
  assert.equal(info(), 'https://page-1.example');
  assert.equal(inUse.lastReload?.successful, true);

  await late('https://page-2.example');
  write('https://page-3.example');
  await service.now();
  assert.equal(info(), 'https://page-3.example');
  await clock.advance(60_000);
  assert.equal(count('configuration-loaded'), 2);
  assert.equal(info(), 'https://page-3.example');
  supervisor.close();
});
