import type { Steps } from '@archeio/redirect';
import type { Flow } from '../../ipc/history.ts';
import { type FlowCounts, flowKey } from './step-counts.ts';

/** Maximum number of flows in a step; those with the most requests are kept. */
export const MOST_FLOWS = 1000;

/** Steps that are summed in one piece of work. */
const STEPS_AT_ONCE = 20;

/** A flow that occurs in some steps, shared by all of them. */
interface Name {
  readonly cloud: string;
  readonly region: string;
  readonly backend: string;
  /** Number of steps in which it occurs. */
  uses: number;
}

interface FlowStep {
  readonly names: readonly Name[];
  readonly requests: Uint32Array;
  readonly blobs: Uint32Array;
  readonly bytes: Float64Array;
}

/** The flows of each step, as lists: few of the possible flows occur in one step. */
export class FlowSteps {
  readonly #steps: (FlowStep | undefined)[];
  readonly #names = new Map<string, Name>();

  /** @param slots number of steps */
  constructor(slots: number) {
    this.#steps = Array.from({ length: slots }, () => undefined);
  }

  clear(slot: number): void {
    for (const name of this.#steps[slot]?.names ?? [])
      if (--name.uses === 0) this.#names.delete(flowKey(name.cloud, name.region, name.backend));
    this.#steps[slot] = undefined;
  }

  /** Fills a slot that is clear. */
  set(slot: number, flows: Iterable<FlowCounts>): void {
    const all = [...flows];
    const kept =
      all.length > MOST_FLOWS
        ? all.toSorted((a, b) => b.requests - a.requests).slice(0, MOST_FLOWS)
        : all;
    this.#steps[slot] = {
      names: kept.map((flow) => this.#name(flow)),
      requests: Uint32Array.from(kept, ({ requests }) => requests),
      blobs: Uint32Array.from(kept, ({ blobs }) => blobs),
      bytes: Float64Array.from(kept, ({ bytes }) => bytes),
    };
  }

  /** The sums over some slots, in pieces; those with the most requests first. */
  *sums(slots: Iterable<number>): Steps<Flow[]> {
    const sums = new Map<Name, Pick<FlowCounts, 'requests' | 'blobs' | 'bytes'>>();
    let done = 0;
    for (const slot of slots) {
      if (++done % STEPS_AT_ONCE === 0) yield undefined;
      const step = this.#steps[slot];
      step?.names.forEach((name, at) => {
        const { requests, blobs, bytes } = sums.get(name) ?? { requests: 0, blobs: 0, bytes: 0 };
        sums.set(name, {
          requests: requests + step.requests[at],
          blobs: blobs + step.blobs[at],
          bytes: bytes + step.bytes[at],
        });
      });
    }
    return Array.from(sums, ([{ cloud, region, backend }, sum]) => ({
      cloud,
      region,
      backend,
      ...sum,
    })).toSorted((a, b) => b.requests - a.requests);
  }

  #name({ cloud, region, backend }: FlowCounts): Name {
    const key = flowKey(cloud, region, backend);
    let name = this.#names.get(key);
    if (name === undefined) this.#names.set(key, (name = { cloud, region, backend, uses: 0 }));
    name.uses++;
    return name;
  }
}
