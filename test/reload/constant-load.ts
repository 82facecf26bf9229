import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ASKED, generationOf } from './numbered-configuration.ts';

/** The results of a load. */
export interface Load {
  answered: number;
  /** Failures, mixtures, and answers from a configuration older than one already seen on that connection. */
  readonly wrong: string[];
  /** How many answers came from each generation. */
  readonly generations: Map<number, number>;
  /** Stops; resolves when no request is pending. */
  stop(): Promise<void>;
}

/** Sends the same requests repeatedly, each client over one kept-alive connection, and checks each answer. */
export function startLoad(port: number, clients: number): Load {
  const stopped = new AbortController();
  const wrong: string[] = [];
  const generations = new Map<number, number>();
  const client = async (first: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let newest = 0;
    for (let at = first; !stopped.signal.aborted; at++) {
      const { target, host } = ASKED[at % ASKED.length];
      const answer = await askOnce(port, target, agent);
      load.answered++;
      const generation = answer.status === 307 ? generationOf(host, answer.location) : undefined;
      if (generation === undefined || generation < newest)
        wrong.push(`${target}: ${JSON.stringify(answer)} after ${newest}`);
      newest = generation ?? newest;
      generations.set(newest, (generations.get(newest) ?? 0) + 1);
      await sleep(1);
    }
    agent.destroy();
  };
  const load: Load = {
    answered: 0,
    wrong,
    generations,
    async stop() {
      stopped.abort();
      await all;
    },
  };
  const all = Promise.all(Array.from({ length: clients }, (_, at) => client(at)));
  return load;
}

/** The answer to one request; a failure is an answer without a status. */
export function askOnce(
  port: number,
  target: string,
  agent?: Agent,
): Promise<{ readonly status?: number | undefined; readonly location?: string | undefined }> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: target, agent, timeout: 10_000 },
      (response) => {
        response.resume();
        response.on('error', (error) => resolve({ location: error.message }));
        response.on('end', () =>
          resolve({ status: response.statusCode, location: response.headers.location }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', (error) => resolve({ location: error.message }));
  });
}
