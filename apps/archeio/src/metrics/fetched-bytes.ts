import type { Place } from '@archeio/clouds';
import { type Backend, usdPerGiB } from '@archeio/redirect';
import type { WorkerMetrics } from './worker-metrics.ts';

/** The backends and places of one configuration, and the counters of the process. */
interface FetchedBytesDependencies {
  readonly metrics: Pick<WorkerMetrics, 'blobBytes' | 'unknownSizes' | 'egressUsd' | 'upstreamUsd'>;
  /** The policy's, by index. */
  readonly backends: readonly Pick<Backend, 'name' | 'price' | 'location'>[];
  readonly places: readonly Place[];
}

/** The slots that count what a backend sends to a place, instead of one of the upstreams. */
interface Lane {
  readonly bytes: number;
  readonly unknown: number;
  /** −1 if the backend has no price. */
  readonly usd: number;
  readonly usdPerByte: number;
  /** −1 if the backend or the upstream has no price. */
  readonly upstreamUsd: number;
  readonly upstreamUsdPerByte: number;
}

const BYTES_PER_GIB = 1024 ** 3;

/**
 * Counts the bytes of blobs that clients fetch, what they cost, and what they would have cost from the upstream. Only
 * combinations that have occurred have an entry. Counting a known combination allocates nothing.
 */
export class FetchedBytes {
  readonly #dependencies: FetchedBytesDependencies;
  /** By backend: the lanes by place and upstream. */
  readonly #lanes: (Map<number, Lane> | undefined)[] = [];

  constructor(dependencies: FetchedBytesDependencies) {
    this.#dependencies = dependencies;
    this.#lanes.length = dependencies.backends.length;
  }

  /**
   * @param place −1 if the client's network is unknown
   * @param bytes −1 if unknown
   * @param upstream the upstream that would have sent them; −1 if there is none to compare with
   */
  count(backend: number, place: number, bytes: number, upstream: number): void {
    const { metrics, backends } = this.#dependencies;
    const lanes = (this.#lanes[backend] ??= new Map());
    const at = (place + 1) * (backends.length + 1) + upstream + 1;
    let lane = lanes.get(at);
    if (lane === undefined) lanes.set(at, (lane = this.#lane(backend, place, upstream)));
    if (bytes < 0) {
      metrics.unknownSizes.add(lane.unknown, 1);
      return;
    }
    metrics.blobBytes.add(lane.bytes, bytes);
    if (lane.usd >= 0) metrics.egressUsd.add(lane.usd, bytes * lane.usdPerByte);
    if (lane.upstreamUsd >= 0)
      metrics.upstreamUsd.add(lane.upstreamUsd, bytes * lane.upstreamUsdPerByte);
  }

  #lane(backend: number, at: number, upstream: number): Lane {
    const { metrics, backends, places } = this.#dependencies;
    const place: Place | undefined = places[at];
    const labels = [backends[backend].name, place?.cloud ?? ''];
    const price = usdPerGiB(backends[backend], place);
    const other = upstream < 0 ? undefined : usdPerGiB(backends[upstream], place);
    const isCompared = price !== undefined && other !== undefined;
    return {
      bytes: metrics.blobBytes.slot([...labels, place?.region ?? '']),
      unknown: metrics.unknownSizes.slot(labels),
      usd: price === undefined ? -1 : metrics.egressUsd.slot(labels),
      usdPerByte: (price ?? 0) / BYTES_PER_GIB,
      upstreamUsd: isCompared ? metrics.upstreamUsd.slot(labels) : -1,
      upstreamUsdPerByte: (other ?? 0) / BYTES_PER_GIB,
    };
  }
}
