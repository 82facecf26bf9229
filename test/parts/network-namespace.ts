import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { mustClean } from './clean-command.ts';
import { limit } from './limited-child.ts';
import { cleanEnvironment } from './part-process.ts';

/** Addresses of servers inside a namespace, and their names. */
const SERVER4 = '10.9.0.1';
const SERVER6 = 'fd09::1';

/** A separate network with only a loopback interface, where a client may have any address. */
export interface NetworkNamespace extends AsyncDisposable {
  /** Command prefix that runs a command inside. */
  readonly command: readonly string[];
  /** The name under which a server inside is reached over IPv4 or IPv6, so that it sees the address set by `from`. */
  readonly host: string;
  /** Sets the source address of connections to `host`. */
  from(address: string): Promise<void>;
  /** Gives an address inside a name. */
  name(address: string, host: string): void;
  /**
   * Forwards connections to 127.0.0.1:port inside to the same port of this process's loopback, until the returned
   * value is disposed; after that they are refused.
   *
   * @param from another loopback address to listen on, with a port on this process's loopback to forward to
   */
  open(port: number, from?: { readonly address: string; readonly to: number }): Promise<Disposable>;
}

/** Listens inside and hands its socket out: a socket stays in the network that it was created in. */
const LISTEN = `
  const server = require('node:net').createServer();
  server.listen(Number(process.argv[1]), process.argv[2], () => process.send('listening', server, () => process.exit()));
`;

/** Listens on loopback inside; this process accepts the connections. */
async function listenInside(
  command: readonly string[],
  address: string,
  port: number,
): Promise<Server> {
  const [file, ...args] = [...command, process.execPath, '-e', LISTEN, String(port), address];
  const child: ChildProcess = spawn(file, args, {
    env: cleanEnvironment('/'),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  limit(child, 60_000);
  return new Promise((resolve, reject) => {
    child.once('message', (_, server) => resolve(server as Server));
    child.once('exit', (code) => reject(new Error(`cannot listen inside: exit code ${code}`)));
  });
}

const NAMED = 'archeio-test-';

/** Deletes what a killed process left behind. */
async function deleteAbandoned(folder: string): Promise<void> {
  for (const line of (await mustClean(['ip', 'netns', 'list'], { folder })).split('\n')) {
    const name = line.split(' ')[0];
    if (name.startsWith(NAMED) && !existsSync(join('/proc', name.slice(NAMED.length))))
      await mustClean(['ip', 'netns', 'delete', name], { folder });
  }
}

/** Creates a network namespace, with its hosts file in `folder`. Needs root. */
export async function makeNetworkNamespace(folder: string): Promise<NetworkNamespace> {
  const name = `${NAMED}${process.pid}`;
  const ip = (...args: readonly string[]): Promise<string> =>
    mustClean(['ip', '-netns', name, ...args], { folder });
  const hosts = join(folder, 'hosts');
  // `ip netns exec` would hide the machine's control groups, which dockerd needs.
  const enter = ['nsenter', `--net=/run/netns/${name}`, 'unshare', '--mount'];
  const naming = ['sh', '-c', `mount --bind '${hosts}' /etc/hosts && exec "$@"`, 'sh'];
  const command = [...enter, ...naming];
  const doors = new Set<Disposable>();

  await deleteAbandoned(folder);
  await mustClean(['ip', 'netns', 'add', name], { folder });
  writeFileSync(hosts, `127.0.0.1 localhost\n${SERVER4} four.test\n${SERVER6} six.test\n`);
  await ip('link', 'set', 'lo', 'up');
  await ip('address', 'add', SERVER4, 'dev', 'lo');
  await ip('-6', 'address', 'add', SERVER6, 'dev', 'lo', 'nodad');

  // Its outgoing connections avoid the ports on which this process listens.
  const ports = 'echo 10000 19999 > /proc/sys/net/ipv4/ip_local_port_range';
  await mustClean([...command, 'sh', '-c', ports], { folder });

  let host = 'four.test';
  const given = new Set<string>();
  return {
    command,
    get host() {
      return host;
    },
    async from(address) {
      const six = address.includes(':');
      const [family, server] = six ? ['-6', SERVER6] : ['-4', SERVER4];
      // Without `nodad` an IPv6 address cannot be used for a second.
      const added = [address, 'dev', 'lo', ...(six ? ['nodad'] : [])];
      if (!given.has(address)) await ip(family, 'address', 'add', ...added);
      given.add(address);
      const local = [server, 'dev', 'lo', 'table', 'local'];
      await ip(family, 'route', 'delete', 'local', ...local);
      await ip(family, 'route', 'add', 'local', ...local, 'proto', 'kernel', 'src', address);
      host = six ? 'six.test' : 'four.test';
    },
    name: (address, named) => appendFileSync(hosts, `${address} ${named}\n`),
    async open(port, { address, to } = { address: '127.0.0.1', to: port }) {
      const door = await listenInside(command, address, port);
      const open = new Set<Socket>();
      door.on('connection', (inside) => {
        const outside = connect(to, '127.0.0.1');
        for (const socket of [inside, outside])
          open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)));
        inside.pipe(outside).pipe(inside);
        // Not the reverse after a normal end: the server's last output may not have arrived.
        outside.on('close', (failed) => failed && inside.destroy());
        inside.on('close', () => outside.destroy());
      });
      const opened = {
        [Symbol.dispose]() {
          door.close();
          for (const socket of open) socket.destroy();
        },
      };
      doors.add(opened);
      return opened;
    },
    async [Symbol.asyncDispose]() {
      for (const door of doors) door[Symbol.dispose]();
      await mustClean(['ip', 'netns', 'delete', name], { folder });
    },
  };
}
