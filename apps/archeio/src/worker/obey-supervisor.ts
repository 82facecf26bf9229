import { createStoreChecker } from '../backends/client/create-store-checker.ts';
import { createSharedMemory } from '../backends/shared/create-shared-memory.ts';
import { GatheredConfiguration } from '@archeio/configuration';
import { MONOTONIC_CLOCK, randomSeed } from '@archeio/presence';
import { isSystemError } from '@archeio/plain-errors';
import { runningBuild } from '../platform/build.ts';
import { createLog, LOG_LEVELS } from '../platform/log.ts';
import { readTelemetry } from '../platform/telemetry/read-telemetry.ts';
import { startTracing } from '../record/traces/start-tracing.ts';
import { Channel } from '../ipc/channel.ts';
import {
  isToWorker,
  type ToSupervisor,
  type ToWorker,
  WORKER_VARIABLES,
  worthOfToSupervisor,
} from '../ipc/messages.ts';
import { openFilesLimit } from '../http/open-files.ts';
import type { Generation } from '../ipc/ports.ts';
import { Worker } from './worker.ts';

/** Main module of a worker's process, which executes its supervisor's calls. */

const channel = new Channel<ToSupervisor>((message) => {
  if (process.connected) process.send?.(message);
}, worthOfToSupervisor);

function send(message: ToSupervisor): void {
  channel.post(message);
}

const log = createLog(
  LOG_LEVELS.find((level) => level === process.env[WORKER_VARIABLES.logLevel]) ?? 'info',
  (line) => process.stdout.write(line),
  Date.now,
);
process.stdout.on('error', () => undefined);

const tracing = await startTracing(readTelemetry(process.env).telemetry, {
  build: runningBuild(process.env),
  clock: MONOTONIC_CLOCK,
  log,
});

const worker = new Worker({
  tracing,
  supervisor: {
    observed: (observation) => send({ kind: 'observed', observation }),
    found: (findings) => send({ kind: 'found', findings }),
    noticed: (notice) => send({ kind: 'noticed', notice }),
    wantsTrial: (generation, backend) => send({ kind: 'wantsTrial', generation, backend }),
    events: (batch) => send({ kind: 'events', batch }),
  },
  dropped: () => channel.dropped,
  clock: MONOTONIC_CLOCK,
  seed: randomSeed(),
  workers: Number(process.env[WORKER_VARIABLES.workers] ?? 1),
  log,
  openFiles: openFilesLimit,
  createSharedMemory,
  createChecker: (timeout) => createStoreChecker({ timeout, userAgent: 'archeio' }),
});

async function answer(id: number, value: Promise<unknown>): Promise<void> {
  try {
    send({ kind: 'answer', id, value: await value });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const system = isSystemError(error) ? { code: error.code, syscall: error.syscall } : undefined;
    send({ kind: 'failure', id, message, system });
  }
}

/** The parts received of the next configuration. */
let gathered = new GatheredConfiguration();

async function prepare(generation: Omit<Generation, 'configuration'>): Promise<void> {
  const configuration = gathered.whole;
  gathered = new GatheredConfiguration();
  await worker.prepare({ ...generation, configuration });
}

function obey(message: ToWorker): void {
  switch (message.kind) {
    case 'part':
      // An abandoned configuration may have left parts behind.
      if (message.part.kind === 'rest') gathered = new GatheredConfiguration();
      gathered.add(message.part);
      send({ kind: 'answer', id: message.id, value: undefined });
      break;
    case 'prepare':
      void answer(message.id, prepare(message.generation));
      break;
    case 'listen':
      void answer(message.id, worker.listen(message.host, message.port, true, message.balancers));
      break;
    case 'listenForRedirects':
      void answer(message.id, worker.listenForRedirects(message.listener, true));
      break;
    case 'certificate':
      worker.certificate(message.certificate);
      break;
    case 'explain':
      void answer(message.id, worker.explain(message.query));
      break;
    case 'report': {
      const { id } = message;
      void worker.report().then((report) => send({ kind: 'report', id, report }));
      break;
    }
    case 'close':
      void answer(message.id, worker.close(message.timeout));
      break;
    case 'use':
      void answer(message.id, worker.use(message.generation));
      break;
    case 'conditions':
      worker.conditions(message.generation, message.conditions);
      break;
    case 'found':
      worker.found(message.findings);
      break;
    case 'tryAgain':
      worker.tryAgain(message.generation, message.backend);
      break;
    case 'eventsTaken':
      worker.eventsTaken();
      break;
    case 'repositories':
      worker.repositories(message.registry, message.names);
      break;
    case 'inventory':
      worker.inventory(message.sent);
      break;
    case 'announceStop':
      worker.announceStop();
      break;
    case 'impaired':
      worker.impaired(message.impaired);
      break;
  }
}

process.on('message', (message: unknown) => {
  const received = isToWorker(message) ? channel.receive(message) : undefined;
  if (received !== undefined) obey(received);
});
send({ kind: 'up' });
