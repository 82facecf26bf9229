import { Agent, request } from 'node:http';

/** A request of the load, and how to tell it from others. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer as the load generator saw it. */
export interface Answered extends Asked {
  readonly status: number;
  readonly location: string | undefined;
}

function ask(port: number, asked: Asked, agent: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { method, path, headers } = asked;
    request({ port, host: '127.0.0.1', method, path, headers, agent }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve({
          ...asked,
          status: response.statusCode ?? 0,
          location: response.headers.location,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

/** Asks everything over some connections. Rejects if an answer is missing. */
export async function load(
  port: number,
  all: readonly Asked[],
  connections = 8,
): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answered: Answered[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < all.length) answered.push(await ask(port, all[next++], agent));
  };
  try {
    await Promise.all(Array.from({ length: connections }, one));
  } finally {
    agent.destroy();
  }
  return answered;
}

/** Requests whose events have about a kilobyte each, and need no backend. */
export function longRequests(count: number): Asked[] {
  const headers = { 'User-Agent': '"'.repeat(256) };
  const name = 'n'.repeat(120);
  return Array.from({ length: count }, (_, at) => ({
    method: 'GET',
    path: `/v2/${name}/${name}/manifests/${'t'.repeat(100)}${at}`,
    headers,
  }));
}
