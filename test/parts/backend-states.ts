import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../apps/archeio/src/ipc/status.ts';
import type { ArcheioProcess } from './archeio-process.ts';

/** The backend states that an Archeio process reports, by name. */
export async function backendStates({
  adminPort,
}: Pick<ArcheioProcess, 'adminPort'>): Promise<Record<string, string>> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/api/status`);
  const { backends } = (await answer.json()) as Status;
  return Object.fromEntries(backends.map(({ name, state }) => [name, state]));
}

/**
 * Waits until all of these backends have the given states.
 *
 * @param within milliseconds
 * @param meanwhile called repeatedly while waiting
 * @throws Error that names all states, if it takes longer
 */
export async function untilStates(
  archeio: Pick<ArcheioProcess, 'adminPort'>,
  expected: Readonly<Record<string, 'up' | 'down'>>,
  within: number,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  for (const deadline = performance.now() + within; ;) {
    const states = await backendStates(archeio);
    if (Object.entries(expected).every(([name, state]) => states[name] === state)) return;
    if (performance.now() >= deadline)
      throw new Error(
        `after ${within} ms: ${JSON.stringify(states)}, expected ${JSON.stringify(expected)}`,
      );
    await meanwhile();
    await sleep(50);
  }
}
