import { type Clock, MONOTONIC_CLOCK } from '@archeio/presence';
import { createLog } from '../../../platform/log.ts';
import { AdminServer } from '../admin-server.ts';
import { SOURCES } from './admin-fixture.ts';

/**
 * Runs an admin server whose clock is twenty times as fast, and whose status changes all the time. The
 * argument is the length of the status. It prints its port, stops when standard input ends, and prints how.
 */
const FASTER = 20;
const CLOCK: Clock = {
  now: () => MONOTONIC_CLOCK.now() * FASTER,
  after: (milliseconds, callback) => MONOTONIC_CLOCK.after(milliseconds / FASTER, callback),
};

let count = 0;
const server = new AdminServer({
  sources: {
    ...SOURCES,
    statusNow: () =>
      JSON.stringify({ count: count++, padding: 'x'.repeat(Number(process.argv[2])) }),
    history: () => Promise.resolve(JSON.stringify({ open: server.streams.open })),
  },
  log: createLog('info', console.error, Date.now),
  clock: CLOCK,
});

function stepAgain(): void {
  CLOCK.after(10_000, () => {
    server.streams.send('step', '{}');
    stepAgain();
  });
}

stepAgain();
console.log(await server.listen('127.0.0.1', 0));
process.stdin.resume().on('end', () => {
  const began = performance.now();
  void server.close(20_000).then((ended) => {
    console.log(`${ended} ${Math.round(performance.now() - began)}`);
    process.exit(0);
  });
});
