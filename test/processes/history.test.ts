import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import type { History } from '../../apps/archeio/src/ipc/history.ts';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import {
  askFresh,
  kill,
  logged,
  pidsOf,
  status,
  twoProcesses,
  until,
} from './several-processes.ts';

function sum(values: History['requests']): number {
  return values.reduce<number>((total, each) => total + (each ?? 0), 0);
}

for (const runtime of RUNTIMES) {
  describe(`history of several processes: ${runtime}`, () => {
    test('has every request once, when a process ends and the configuration changes', async () => {
      const source = twoProcesses('http://127.0.0.1:9');
      await using archeio = await startWith(runtime, source);
      const history = async (): Promise<History> => {
        const answer = await fetch(`http://127.0.0.1:${archeio.adminPort}/api/history`);
        return JSON.parse(await answer.text());
      };
      const request = get({ port: archeio.adminPort, path: '/api/events' });
      const [stream]: IncomingMessage[] = await once(request, 'response');
      const steps: History[] = [];
      let name = '';
      createInterface({ input: stream }).on('line', (line) => {
        if (line.startsWith('event: ')) name = line.slice(7);
        if (line.startsWith('data: ') && name === 'step') steps.push(JSON.parse(line.slice(6)));
      });

      for (let at = 0; at < 30; at++) await askFresh(archeio.port, '/v2/');
      // Its counts are reported.
      assert.equal(
        (await status(archeio)).processes.reduce((total, { requests }) => total + requests, 0),
        30,
      );
      const [first = 0] = await pidsOf(archeio);
      kill(first, 'SIGKILL');
      await until('another one', () => logged(archeio, 'worker-replaced').length > 0);
      archeio.configure({ ...source, health: { failures: 4 } });
      await until('a reload', () => logged(archeio, 'configuration-loaded').length > 0);
      for (let at = 0; at < 12; at++) await askFresh(archeio.port, '/v2/');
      await until('all in steps', async () => sum((await history()).requests) === 42);
      const { changes, requests, steps: count } = await history();
      assert.equal(requests.length, count);
      assert.ok(requests.every((each) => each !== null && each >= 0));
      assert.deepEqual(
        changes.map(({ kind }) => kind).filter((kind) => kind === 'start' || kind === 'reload'),
        ['start', 'reload'],
      );
      await until(
        'its steps in the stream',
        () => steps.reduce((total, each) => total + sum(each.requests), 0) === 42,
      );
      assert.ok(steps.every((each) => each.steps === 1));

      // An open stream does not delay a stop.
      archeio.signal('SIGTERM');
      await once(stream, 'close');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.deepEqual(logged(archeio, 'cut'), []);
    });
  });
}
