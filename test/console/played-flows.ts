import type { Flow, Flows } from '../../apps/archeio/src/ipc/history.ts';
import type { Status } from '../../apps/archeio/src/ipc/status.ts';

/** Clients: cloud, region, requests in a step of 10 s. */
const CLIENTS: readonly (readonly [cloud: string, region: string, requests: number])[] = [
  ['AWS', 'eu-west-3', 4100],
  ['AWS', 'us-east-1', 3900],
  ['AWS', 'eu-central-1', 1800],
  ['AWS', 'ap-south-1', 900],
  ['AWS', 'us-west-2', 700],
  ['AWS', 'sa-east-1', 210],
  ['GCP', 'europe-west1', 640],
  ['GCP', 'us-central1', 480],
  ['GCP', 'asia-northeast1', 150],
  ['Azure', 'westeurope', 330],
  ['Azure', 'australiaeast', 40],
  ['office', 'lab', 25],
  ['', '', 1650],
];
const BYTES = 3_100_000;

/** What `/api/flows` tells: clients go to the store of their region, else to the first that is up; some to the upstream. */
export function playedFlows({ backends }: Pick<Status, 'backends'>, steps: number): Flows {
  const up = backends.filter(({ kind, state }) => kind === 'store' && state === 'up');
  const flows = CLIENTS.flatMap(([cloud, region, requests]): Flow[] => {
    const count = Math.round(requests * steps * 0.96);
    const own = backends.find((each) => each.cloud === cloud && each.region === region);
    // A store that has just turned down has the flows of most of the hour.
    const wasThere = steps > 1 && own?.state === 'down';
    const near = up.find((each) => each.name === own?.name);
    const store = wasThere ? own : (near ?? up[0]);
    const upstream = requests * steps - count;
    return [
      ...(store === undefined
        ? []
        : [
            {
              cloud,
              region,
              backend: store.name,
              requests: count,
              blobs: count,
              bytes: count * BYTES,
            },
          ]),
      { cloud, region, backend: 'registry', requests: upstream, blobs: 0, bytes: 0 },
    ];
  });
  const untilMs = Math.floor(Date.now() / 10_000) * 10_000;
  return { schema: 1, stepMs: 10_000, untilMs, steps, flows };
}
