import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../parts/clients/client.ts';
import { ctr } from '../parts/clients/ctr.ts';
import { kubelet } from '../parts/clients/kubelet.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import { until } from '../parts/log-waits.ts';
import { type CopiedImage, FOUND_OUT_WITHIN, type Parts } from './parts.ts';

/** A pull that is over: how often it was tried, and what it failed with each time. */
export interface Pulled {
  readonly client: string;
  readonly failures: readonly string[];
  readonly complete: boolean;
}

/** Pulls that begin at a constant pace, whatever becomes of those before. */
export interface Load {
  /** Waits for those under way, and tells what came of all since the last call. */
  settled(): Promise<Pulled[]>;
  /** Waits until so many pulls by skopeo that begin from now on are over. @throws Error if they never are */
  pulls(count: number): Promise<void>;
  /** Begins no more, and waits for those under way. */
  stop(): Promise<void>;
}

/** Milliseconds between two pulls by skopeo, and after a pull by containerd. */
const PACE = 500;

/** Starts it: skopeo at a constant pace, two ways through containerd each again and again. */
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
  /** Once more after a pause, as a kubelet does: its first is 10 seconds. */
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
        `${count} pulls that begin from now on`,
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
