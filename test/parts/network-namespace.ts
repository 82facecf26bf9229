import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { must } from './command.ts';

/** The addresses under which servers inside a namespace are reached, and their names. */
const SERVER4 = '10.9.0.1';
const SERVER6 = 'fd09::1';

/** A network of its own, with nothing in it but its loopback, where a client may have any address. */
export interface NetworkNamespace extends AsyncDisposable {
  /** What goes before a command to run it inside. */
  readonly command: readonly string[];
  /** The name under which a server inside is reached over IPv4 or IPv6, so that it sees the address set by `from`. */
  readonly host: string;
  /** From now on connections to `host` come from this address. */
  from(address: string): Promise<void>;
  /** Whoever connects to 127.0.0.1:port inside reaches the same port of our own loopback. */
  open(port: number): Promise<void>;
  /** Ends that: from now on their connections are refused. */
  close(port: number): void;
}

/** What listens inside and hands its socket out: a socket stays in the network in which it was made. */
const LISTEN = `
  const server = require('node:net').createServer();
  server.listen(Number(process.argv[1]), '127.0.0.1', () => process.send('listening', server, () => process.exit()));
`;

/** Listens on loopback inside; the connections are ours. */
async function listenInside(command: readonly string[], port: number): Promise<Server> {
  const [file, ...args] = [...command, process.execPath, '-e', LISTEN, String(port)];
  const child: ChildProcess = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (_, server) => resolve(server as Server));
    child.once('exit', (code) => reject(new Error(`cannot listen inside: exit code ${code}`)));
  });
}

const NAMED = 'archeio-test-';

/** Deletes what a process left that was killed. */
async function deleteAbandoned(): Promise<void> {
  for (const line of (await must('ip', ['netns', 'list'])).split('\n')) {
    const name = line.split(' ')[0];
    if (name.startsWith(NAMED) && !existsSync(join('/proc', name.slice(NAMED.length))))
      await must('ip', ['netns', 'delete', name]);
  }
}

/** Makes a network namespace, its file of names in `folder`. Needs root. */
export async function makeNetworkNamespace(folder: string): Promise<NetworkNamespace> {
  const name = `${NAMED}${process.pid}`;
  const ip = (...args: readonly string[]): Promise<string> => must('ip', ['-netns', name, ...args]);
  const hosts = join(folder, 'hosts');
  // `ip netns exec` would hide the machine's control groups, which dockerd needs.
  const command = [
    ...['nsenter', `--net=/run/netns/${name}`, 'unshare', '--mount'],
    ...['sh', '-c', `mount --bind '${hosts}' /etc/hosts && exec "$@"`, 'sh'],
  ];
  const doors = new Map<number, Server>();

  await deleteAbandoned();
  await must('ip', ['netns', 'add', name]);
  writeFileSync(hosts, `127.0.0.1 localhost\n${SERVER4} four.test\n${SERVER6} six.test\n`);
  await ip('link', 'set', 'lo', 'up');
  await ip('address', 'add', SERVER4, 'dev', 'lo');
  await ip('-6', 'address', 'add', SERVER6, 'dev', 'lo', 'nodad');

  // Its outgoing connections leave alone the ports on which we listen.
  const ports = 'echo 10000 19999 > /proc/sys/net/ipv4/ip_local_port_range';
  await must(command[0], [...command.slice(1), 'sh', '-c', ports]);

  let host = 'four.test';
  const given = new Set<string>();
  return {
    command,
    get host() {
      return host;
    },
    async from(address) {
      const family = address.includes(':') ? '-6' : '-4';
      const server = family === '-6' ? SERVER6 : SERVER4;
      if (!given.has(address))
        await ip(family, 'address', 'add', address, 'dev', 'lo', ...(family === '-6' ? ['nodad'] : []));
      given.add(address);
      const local = [server, 'dev', 'lo', 'table', 'local'];
      await ip(family, 'route', 'delete', 'local', ...local);
      await ip(family, 'route', 'add', 'local', ...local, 'proto', 'kernel', 'src', address);
      host = family === '-6' ? 'six.test' : 'four.test';
    },
    async open(port) {
      const door = await listenInside(command, port);
      door.on('connection', (inside) => {
        const outside = connect(port, '127.0.0.1');
        inside.on('error', () => outside.destroy()).pipe(outside);
        outside.on('error', () => inside.destroy()).pipe(inside);
      });
      doors.set(port, door);
    },
    close: (port) => void doors.get(port)?.close(),
    async [Symbol.asyncDispose]() {
      for (const door of doors.values()) door.close();
      await must('ip', ['netns', 'delete', name]);
    },
  };
}
