import type { ServedConfiguration } from '@archeio/configuration';
import type { Prefix } from '@archeio/netip';
import type { Clock } from '@archeio/presence';
import { createSharedMemory } from '../backends/shared/create-shared-memory.ts';
import type { RedirectListener } from '../ipc/ports.ts';
import type { Build } from '../platform/build.ts';
import type { Log } from '../platform/log.ts';
import type { Telemetry } from '../platform/telemetry/read-telemetry.ts';
import { startTracing } from '../record/traces/start-tracing.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type Claim, claimPort } from '../supervisor/workers/claim-port.ts';
import { joinLocalWorker } from '../supervisor/workers/local-worker.ts';
import { WorkerProcesses } from '../supervisor/workers/worker-processes.ts';
import { portProblem } from './port-problem.ts';

/** The workers, in this process or in others. */
export interface Workers extends Pick<WorkerProcesses, 'port' | 'stopping' | 'end' | 'crew'> {
  /** Port that redirects to https; undefined if there is none. */
  readonly redirectPort: number | undefined;
}

/** Supplied by the caller. */
export interface WorkersDependencies {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly build: Build;
  /** Aborted on stop. */
  readonly stopping: AbortSignal;
  readonly onImpaired: (impaired: boolean) => void;
}

type Listen = ServedConfiguration['listen'];
type Redirect = NonNullable<NonNullable<ServedConfiguration['tls']>['redirect']>;

/** @throws ArcheioError if it cannot listen on the port */
export async function onPort<T>(
  start: () => Promise<T>,
  { host, port }: { readonly host: string; readonly port: number },
  chosenBy: string,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw portProblem(error, host, port, chosenBy);
  }
}

const onMain = <T>(listen: Listen, start: () => Promise<T>): Promise<T> =>
  onPort(start, listen, 'PORT or --port');

const onRedirect = <T>({ host }: Listen, { port }: Redirect, start: () => Promise<T>): Promise<T> =>
  onPort(start, { host, port }, 'tls.redirect.port');

function redirectListener(
  host: string,
  { to, challenges }: Redirect,
  port: number,
  mainPort: number,
): RedirectListener {
  return { host, port, to: to ?? mainPort, challenges };
}

function balancersIn({ clientAddress }: ServedConfiguration): readonly Prefix[] | undefined {
  return clientAddress.topology === 'proxy-protocol' ? clientAddress.prefixes : undefined;
}

/** Opens the ports in this process. @throws ArcheioError if it cannot listen on one of them */
export async function startInProcess({
  supervisor,
  clock,
  log,
  telemetry,
  build,
}: WorkersDependencies): Promise<Workers> {
  const tracing = await startTracing(telemetry, { build, clock, log });
  const worker = await joinLocalWorker(supervisor, clock, log, { tracing, createSharedMemory });
  const { configuration } = supervisor.generation;
  const { listen } = configuration;
  const { host } = listen;
  const redirect = configuration.tls?.redirect;
  const port = await onMain(listen, () =>
    worker.listen(host, listen.port, false, balancersIn(configuration)),
  );
  const redirectPort =
    redirect &&
    (await onRedirect(listen, redirect, () =>
      worker.listenForRedirects(redirectListener(host, redirect, redirect.port, port), false),
    ));
  return {
    port,
    redirectPort,
    stopping: () => undefined,
    end: () => undefined,
    crew: () => ({
      wanted: 1,
      answering: 1,
      silent: 0,
      ends: { crashed: 0, silent: 0 },
      dropped: undefined,
    }),
  };
}

/** Starts processes that share the ports. @throws ArcheioError if they cannot listen on one of them */
export async function startProcesses(
  { supervisor, clock, log, stopping, onImpaired }: WorkersDependencies,
  count: number,
): Promise<Workers> {
  const { configuration } = supervisor.generation;
  const { listen } = configuration;
  const redirect = configuration.tls?.redirect;
  const claim = (port: number): Promise<Claim> => claimPort(listen.host, port);
  const { host, port } = await onMain(listen, () => claim(listen.port));
  const claimed = redirect && (await onRedirect(listen, redirect, () => claim(redirect.port)));
  // A worker that is replaced after a reload does what the others have done since the start.
  const atStart = balancersIn(configuration);
  const processes = new WorkerProcesses({
    count,
    host,
    port,
    redirect: redirect && claimed && redirectListener(host, redirect, claimed.port, port),
    balancers: () => atStart && (balancersIn(supervisor.generation.configuration) ?? atStart),
    supervisor,
    clock,
    log,
    onImpaired,
  });
  await onMain(listen, () => processes.start(stopping));
  return {
    port,
    redirectPort: claimed?.port,
    stopping: () => processes.stopping(),
    end: () => processes.end(),
    crew: () => processes.crew(),
  };
}
