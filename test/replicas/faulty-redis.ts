import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../parts/ports.ts';

/** How a Redis misbehaves. */
export type RedisFault =
  /** Its answers arrive after this many milliseconds. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** It answers each command with these bytes. */
  | { readonly kind: 'says'; readonly bytes: string }
  /** It accepts connections, and never answers. */
  | { readonly kind: 'silent' };

/** A proxy in front of a real Redis: passes everything on unless a fault is set. */
export interface FaultyRedis extends AsyncDisposable {
  readonly url: string;
  /** Connections opened so far. */
  readonly connections: () => number;
  misbehave(fault: RedisFault | undefined): void;
}

/** The number of commands that begin in these bytes (RESP arrays). */
function commandsIn(bytes: Buffer): number {
  return bytes.toString('latin1').match(/(?:^|\r\n)\*\d+\r\n\$/g)?.length ?? 0;
}

export async function startFaultyRedis(port: number): Promise<FaultyRedis> {
  const sockets = new Set<Socket>();
  let fault: RedisFault | undefined;
  let connections = 0;
  const server = createServer((incoming) => {
    connections++;
    const onward = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [incoming, onward],
      [onward, incoming],
    ]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    incoming.on('data', (bytes: Buffer) => {
      if (fault?.kind === 'silent') return;
      if (fault?.kind === 'says') incoming.write(fault.bytes.repeat(commandsIn(bytes)));
      else onward.write(bytes);
    });
    onward.on('data', (bytes) => {
      const delay = fault?.kind === 'slow' ? fault.milliseconds : 0;
      if (delay === 0) incoming.write(bytes);
      else setTimeout(() => incoming.destroyed || incoming.write(bytes), delay);
    });
  });
  const own = await listenOnLoopback(server);
  return {
    url: `redis://127.0.0.1:${own}`,
    connections: () => connections,
    misbehave: (next) => (fault = next),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
