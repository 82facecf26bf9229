import type { Status } from '../../apps/archeio/src/ipc/status.ts';
import type { ArcheioProcess } from '../parts/archeio-process.ts';

type Admin = Pick<ArcheioProcess, 'adminPort'>;

/** The answer of `/api/status`. */
export async function adminStatus({ adminPort }: Admin): Promise<Status> {
  const status: Status = JSON.parse(
    await (await fetch(`http://127.0.0.1:${adminPort}/api/status`)).text(),
  );
  return status;
}

/** The value of a metric without labels. */
export async function adminMetric({ adminPort }: Admin, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
