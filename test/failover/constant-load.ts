import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../parts/clients/client.ts';
import { ctr } from '../parts/clients/ctr.ts';
import { kubelet } from '../parts/clients/kubelet.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import { until } from '../parts/log-waits.ts';
import { type CopiedImage, FOUND_OUT_WITHIN, type Parts } from './parts.ts';

/** A finished pull, with the error of each failed attempt. */
export interface Pulled {
  readonly client: string;
  readonly failures: readonly string[];
  readonly complete: boolean;
}

/** Pulls that begin at a constant pace, independent of earlier ones. */
export interface Load {
  /** Waits for those in progress, and returns all that finished since the last call. */
  settled(): Promise<Pulled[]>;
  /** Waits until this many new pulls by skopeo have finished. @throws Error if they do not */
  pulls(count: number): Promise<void>;
  /** Stops, and waits for those in progress. */
  stop(): Promise<void>;
}

/** Milliseconds between two pulls by skopeo, and after a pull by containerd. */
const PACE = 500;

/** Starts it: skopeo at a constant pace, and two ways through containerd, each in a loop. */
export function startLoad(parts: Parts, host: string): Load {
  const { containerd, folder } = parts;
  const [forSkopeo, forKubelet, forCtr] = parts.images;
  const underWay = new Set<Promise<void>>();
  let pulled: Pulled[] = [];
  const begun: { over: boolean }[] = [];
  let number = 0;
  const ending = new AbortController();

  const attempt = async (client: Client, { repository, image }: CopiedImage): Promise<void> => {
    const own = join(folder, `pull-${number++}`);
    mkdirSync(own);
    try {
      const source = { host, repository, reference: image.tag, image };
      await client.pull(source, { folder: own });
    } finally {
      rmSync(own, { recursive: true });
    }
  };
  /** Retries once after a pause, as a kubelet does: its first pause is 10 seconds. */
  const pull = async (client: Client, image: CopiedImage): Promise<void> => {
    const failures: string[] = [];
    for (;;) {
      try {
        await attempt(client, image);
        break;
      } catch (error) {
        failures.push(String(error));
        if (failures.length === 2) break;
        await sleep(FOUND_OUT_WITHIN);
      }
    }
    pulled.push({ client: client.name, failures, complete: failures.length < 2 });
  };
  const begin = (client: Client, image: CopiedImage): Promise<void> => {
    const one = pull(client, image).finally(() => underWay.delete(one));
    underWay.add(one);
    return one;
  };
  const steadily = async (): Promise<void> => {
    for (; !ending.signal.aborted; await sleep(PACE)) {
      const one = { over: false };
      begun.push(one);
      void begin(SKOPEO, forSkopeo).then(() => (one.over = true));
    }
  };
  const again = async (client: Client, image: CopiedImage): Promise<void> => {
    for (; !ending.signal.aborted; await sleep(PACE)) await begin(client, image);
  };
  const loops = [
    steadily(),
    again(kubelet(containerd), forKubelet),
    again(ctr(containerd), forCtr),
  ];
  return {
    async settled() {
      await Promise.all(underWay);
      const all = pulled;
      pulled = [];
      return all;
    },
    async pulls(count) {
      const from = begun.length;
      await until(
        `${count} new pulls`,
        () => begun.slice(from).filter(({ over }) => over).length >= count,
      );
    },
    async stop() {
      ending.abort();
      await Promise.all(loops);
      await Promise.all(underWay);
    },
  };
}
