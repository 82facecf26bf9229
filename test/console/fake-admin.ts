import { createServer, type ServerResponse } from 'node:http';
import { locatedRegions } from '@archeio/clouds';
import { ConsoleFiles } from '../../apps/archeio/src/supervisor/admin/console-files.ts';
import { listenOnLoopback } from '../parts/ports.ts';
import { playedConfiguration } from './played-configuration.ts';
import { playedFlows } from './played-flows.ts';
import { PlayedServer } from './played-server.ts';

/** An admin listener with played traffic, which follows the contract of the admin API. */
export interface FakeAdmin extends AsyncDisposable {
  readonly url: string;
  readonly played: PlayedServer;
  /** Sends a new step and the status to every listener. */
  step(): void;
  /** Ends every connection; later ones are refused until `resume`. */
  suspend(): void;
  resume(): void;
}

/** @param stores how many @param history whether `/api/history` and `/api/events` exist */
export async function startFakeAdmin(stores = 6, history = true): Promise<FakeAdmin> {
  const files = new ConsoleFiles();
  const played = new PlayedServer(stores);
  const streams = new Set<ServerResponse>();
  let isSuspended = false;
  const event = (name: string, value: unknown): string =>
    `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;

  const server = createServer((request, response) => {
    if (isSuspended) return void request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (value: unknown, status = 200): void =>
      void response
        .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end(JSON.stringify(value));
    switch (url.pathname) {
      case '/api/status':
        return json(played.status());
      case '/api/explain':
        return url.searchParams.get('ip') === 'nonsense'
          ? json({ error: 'cannot read ip "nonsense": expected an IPv4 or IPv6 address' }, 400)
          : json(played.explain(url.searchParams));
      case '/api/history':
        return history
          ? json({ ...played.history(), flows: playedFlows(played.status(), 360).flows })
          : json({ error: 'nothing' }, 404);
      case '/api/flows':
        return history ? json(playedFlows(played.status(), 360)) : json({ error: 'nothing' }, 404);
      case '/api/places':
        return json({ places: locatedRegions() });
      case '/api/configuration':
        return json(playedConfiguration(played.status()));
      case '/api/events':
        if (!history) return json({ error: 'nothing' }, 404);
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(`retry: 500\n\n${event('status', played.status())}`);
        streams.add(response);
        return void response.on('close', () => streams.delete(response));
      default:
        return void files.answer(url.pathname, request.headers).then((answer) => {
          if (answer === undefined) return json({ error: 'nothing' }, 404);
          response.writeHead(answer.status, answer.headers).end(answer.body);
        });
    }
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    played,
    step() {
      const step = { ...played.step(), flows: playedFlows(played.status(), 1).flows };
      for (const stream of streams)
        stream.write(event('step', step) + event('status', played.status()));
    },
    suspend() {
      isSuspended = true;
      server.closeAllConnections();
    },
    resume: () => void (isSuspended = false),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
