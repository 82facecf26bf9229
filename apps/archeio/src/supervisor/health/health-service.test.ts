import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpStore } from '../../backends/client/testing/fake-store.ts';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import type { ConfigurationSource } from '@archeio/configuration';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { digest, SOURCE } from '../../worker/testing/assembled.ts';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { HealthService } from './health-service.ts';
import { backendsOf } from '../../worker/compile-generation.ts';
import { Supervisor } from '../supervisor.ts';
import { SigningService } from '../signing/signing-service.ts';
import { RANGES, readableLog } from '../testing/supervisor-rig.ts';

/** Waits for something that arrives over a socket. */
async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !what(); turn++) await sleep(5);
  assert.ok(what(), what.toString());
}

const HEALTH = { every: '1s', failures: 2, passes: 1 } as const;

/** A supervisor whose backends get canaries. It uses the real clock, because the prober does. */
function probing() {
  const { log, lines, events } = readableLog();
  const supervisor: Supervisor = new Supervisor({
    clock: MONOTONIC_CLOCK,
    log,
    backendsOf,
    onDoubt: (backend) => health.probeSoon(backend),
  });
  const signing = new SigningService({ clock: MONOTONIC_CLOCK, log });
  supervisor.add(signing);
  const found: PresenceFinding[] = [];
  const health = new HealthService({
    owner: supervisor.owner,
    signing,
    workers: new Set([{ found: (findings) => void found.push(...findings) }]),
    clock: MONOTONIC_CLOCK,
    log,
  });
  health.probeSoon(0);
  health.runDue(0);
  health.noticed({ generation: 0, considered: [], present: [[0, digest(1)]] });
  supervisor.add(health);
  return {
    supervisor,
    found,
    lines,
    events,
    serve: (source: Partial<ConfigurationSource>) =>
      supervisor.apply({
        configuration: parseServed({ ...SOURCE, health: HEALTH, ...source }),
        ranges: RANGES,
      }),
  };
}

test('backends in use get canaries, a store with a digest that it had, until that is gone', async () => {
  const asked: string[] = [];
  let status = 200;
  await using store = await httpStore((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end(status === 200 ? 'body' : '');
  });
  const { supervisor, serve, lines, events, found } = probing();
  try {
    await serve({
      registries: [{ name: 'k8s', upstreams: [{ name: 'upstream', url: store.origin }] }],
      stores: [{ name: 'store', url: store.origin, key: '{digest}', default: true }],
    });
    const used = () =>
      supervisor
        .portFor(() => assert.fail())
        .noticed({
          generation: 1,
          considered: [0, 1],
          present: [
            [0, digest(1)],
            [9, digest(9)],
          ],
        });
    used();
    supervisor.runDue(MONOTONIC_CLOCK.now());
    await until(() => asked.includes(`/${digest(1)}`) && asked.includes('/v2/'));
    status = 503;
    await until(() => {
      used();
      return events().filter((event) => event === 'backend-down').length === 2;
    });
    status = 200;
    await until(() => {
      used();
      return events().filter((event) => event === 'backend-up').length === 2;
    });
    // The digest is gone: the next canary forgets it, and no client is redirected there any more
    // (artifact-keeper/artifact-keeper#3067: a bucket whose objects expire).
    assert.deepEqual(found, []);
    status = 404;
    const before = asked.length;
    await until(() => {
      supervisor
        .portFor(() => assert.fail())
        .noticed({ generation: 1, considered: [0], present: [] });
      return lines.some(({ event, outcome }) => event === 'canary' && outcome === 'nothing');
    });
    assert.equal(asked.slice(before).filter((path) => path === `/${digest(1)}`).length, 1);
    const identity = `${store.origin}/ {digest}`;
    assert.deepEqual(found, [{ at: 'store', identity, key: digest(1), state: 'absent', size: -1 }]);
  } finally {
    supervisor.close();
  }
});

test('missing credentials for a private bucket are not a failure', async () => {
  const { supervisor, serve, events } = probing();
  try {
    await serve({
      stores: [
        {
          name: 'private',
          url: 'http://127.0.0.1:9',
          key: '{digest}',
          default: true,
          presign: { region: 'eu-west-3', profile: 'nobody' },
          public: true,
          probe: digest(1),
        },
      ],
    });
    supervisor
      .portFor(() => assert.fail())
      .noticed({ generation: 1, considered: [0], present: [] });
    await until(() => events().includes('credentials-missing') && events().includes('canary'));
    assert.ok(!events().includes('backend-down'));
  } finally {
    supervisor.close();
  }
});

test('canaries of a private bucket are signed', async () => {
  const asked: string[] = [];
  await using store = await httpStore((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200).end('body');
  });
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  const { supervisor, serve } = probing();
  try {
    await serve({
      stores: [
        {
          name: 'private',
          url: store.origin,
          key: '{digest}',
          default: true,
          presign: { region: 'eu-west-3' },
          public: true,
          probe: digest(1),
        },
      ],
    });
    await until(() => {
      supervisor
        .portFor(() => assert.fail())
        .noticed({ generation: 1, considered: [0], present: [] });
      return asked.some((url) => /[?&]X-Amz-Signature=[0-9a-f]{64}/.test(url));
    });
  } finally {
    supervisor.close();
  }
});
