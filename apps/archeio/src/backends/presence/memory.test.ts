import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { parseConfiguration } from '@archeio/configuration';
import { assembled, digest, FakeChecker, SOURCE } from '../../worker/testing/assembled.ts';
import { WIDE } from '../../worker/testing/wide.ts';
import { Memory } from './memory.ts';
import type { PresenceFinding } from '../../ipc/ports.ts';

function remembering(): { memory: Memory; checker: FakeChecker; found: PresenceFinding[] } {
  const checker = new FakeChecker();
  const found: PresenceFinding[] = [];
  const memory = new Memory(parseConfiguration(SOURCE).presence, {
    workers: 1,
    clock: new ManualClock(),
    seed: [1, 2],
    createChecker: () => checker,
    supervisor: { found: (findings) => found.push(...findings) },
  });
  return { memory, checker, found };
}

test('what another process found out in an upstream is learnt before the first request about that upstream', async () => {
  const [upstream] = assembled(WIDE).policy.registries[0].upstreams;
  const wanted = { upstream, kind: 'manifest', name: 'pause', digest: digest(1) } as const;
  const [one, other] = [remembering(), remembering()];
  await one.memory.upstreams.ask(wanted, 1000);
  assert.equal(one.found.length, 1);
  for (const finding of one.found) other.memory.learn(finding);
  assert.equal(other.memory.upstreams.lookup(upstream, 'manifest', 'pause', digest(1)), 'absent');
  assert.deepEqual(other.checker.asked, []);
});

test('100,000 reloads, each with another upstream, end in no error, and no upstream has another one’s manifests', async () => {
  const [first] = assembled(WIDE).policy.registries[0].upstreams;
  const { memory, found } = remembering();
  const identity = (reload: number): string => `https://${reload}.test/${first.path}`;
  for (let reload = 0; reload < 100_000; reload++) {
    const key = found[0]?.key ?? '';
    const upstream = { ...first, base: `https://${reload}.test/` };
    assert.equal(memory.upstreams.lookup(upstream, 'manifest', 'pause', digest(1)), 'unasked');
    if (reload === 0) {
      const wanted = { upstream, kind: 'manifest', name: 'pause', digest: digest(1) } as const;
      await memory.upstreams.ask(wanted, 1000);
    } else {
      memory.learn({ at: 'upstream', identity: identity(reload), key, state: 'present', size: -1 });
    }
    assert.notEqual(memory.upstreams.lookup(upstream, 'manifest', 'pause', digest(1)), 'unasked');
  }
  assert.equal(found[0].identity, identity(0));
});
