import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type Outcome } from '../parts/command.ts';
import { mustClean, runClean } from '../parts/clean-command.ts';
import { type Containerd, startContainerd } from '../parts/containerd.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { startDockerd } from '../parts/dockerd.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { freePort, waitForHttp } from '../parts/ports.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';
import { childrenOf, kill } from '../processes/several-processes.ts';
import { buildImage } from './built.ts';

/** Commands that must be installed. */
export const COMMANDS: readonly string[] = (
  'buildah apt-get dpkg-deb docker-registry radosgw ceph-mon ceph-osd radosgw-admin containerd ctr dockerd ' +
  '/usr/bin/docker skopeo runc setpriv umount qemu-aarch64'
).split(' ');

/** As an operator would run it. */
const HARDENED = [
  '--network=host',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
];

/** A container with Archeio. */
export interface Container extends AsyncDisposable {
  /** Runs a command of Docker about it. */
  docker(this: void, ...args: readonly string[]): Promise<string>;
}

/** A container whose configuration the test has written. */
export interface ServingContainer extends Container {
  readonly port: number;
  /** Its configuration. */
  readonly file: string;
}

/** A registry with an image, an S3 store without it, a kubelet's containerd, and a Docker daemon with Archeio's image. */
export interface ImageScene extends AsyncDisposable {
  readonly folder: string;
  /** The layout with the image of Archeio. */
  readonly layout: string;
  readonly registry: DockerRegistry;
  readonly radosgw: Radosgw;
  readonly containerd: Containerd;
  /** The image to pull, `images/pause:3.9`. */
  readonly pulled: OciImage;
  /** Starts a server in a container, and waits until it answers at an address. */
  start(
    this: void,
    options: readonly string[],
    args: readonly string[],
    address: string,
  ): Promise<Container>;
  /** Starts `serve` with a configuration, which gets a free port. */
  serve(source: ConfigurationSource, ...options: readonly string[]): Promise<ServingContainer>;
  /** Runs another command in a container to its end. */
  run(options: readonly string[], args: readonly string[]): Promise<Outcome>;
  keepLogs(): string;
}

const NAMED = 'archeio-image-scene-';

/** Ends the containers of a test that was killed: they do not end with the daemon. */
function endAbandoned(): void {
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const [, owner] =
      new RegExp(`containerd-shim.*${NAMED}(\\d+)-`, 's').exec(commandOf(pid)) ?? [];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    for (const each of [...childrenOf(pid), pid]) kill(each, 'SIGKILL');
  }
}

/** Its arguments; empty if the process has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Builds the image and starts everything. Containers use this machine's network. */
export async function startImageScene(): Promise<ImageScene> {
  await using parts = new AsyncDisposableStack();
  endAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${NAMED}${process.pid}-`));
  const started = parts.use.bind(parts);
  const layout = await buildImage(folder);
  const registry = started(await startDockerRegistry(join(folder, 'registry')));
  const radosgw = started(await startRadosgw(folder));
  const containerd = started(await startContainerd(folder));
  const dockerd = started(await startDockerd(folder, undefined, containerd.socket, []));
  const docker = [...dockerd.command];
  const surroundings = { folder };

  const daemon = docker.at(-1) ?? '';
  await mustClean(
    ['skopeo', 'copy', '--dest-daemon-host', daemon, `oci:${layout}`, 'docker-daemon:archeio:test'],
    surroundings,
  );
  const pulled = writeOciImage(join(folder, 'pause'), '3.9');
  const to = `docker://${registry.host}/images/pause:3.9`;
  const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
  await mustClean([...copy, `oci:${pulled.layout}:3.9`, to], surroundings);

  let count = 0;
  const start = async (
    options: readonly string[],
    args: readonly string[],
    address: string,
  ): Promise<Container> => {
    const name = `archeio-${process.pid}-${count++}`;
    const about = (...command: readonly string[]): Promise<string> =>
      mustClean([...docker, ...command, name], surroundings);
    await mustClean(
      [...docker, 'run', '--detach', `--name=${name}`, ...options, 'archeio:test', ...args],
      surroundings,
    );
    const remove = async (): Promise<void> => void (await about('rm', '--force'));
    try {
      await waitForHttp(`http://${address}/v2/`);
    } catch (error) {
      const log = await about('logs');
      await remove();
      throw new Error(`the container does not answer:\n${log}`, { cause: error });
    }
    return { docker: about, [Symbol.asyncDispose]: remove };
  };
  const running = parts.move();
  return {
    folder,
    layout,
    registry,
    radosgw,
    containerd,
    pulled,
    start,
    async serve({ listen, ...source }, ...options) {
      const port = await freePort();
      const file = join(folder, `served-${port}.json`);
      const admin = { port: await freePort() };
      writeFileSync(
        file,
        JSON.stringify({ ...source, listen: { ...listen, host: '127.0.0.1', port, admin } }),
      );
      const container = await start(
        [...HARDENED, `--volume=${file}:/etc/archeio/archeio.json:ro`, ...options],
        ['serve', '--config', '/etc/archeio/archeio.json'],
        `127.0.0.1:${port}`,
      );
      return { ...container, port, file };
    },
    run: (options, args) =>
      runClean(
        [...docker, 'run', '--rm', ...HARDENED, ...options, 'archeio:test', ...args],
        surroundings,
      ),
    keepLogs() {
      const kept = mkdtempSync(join(tmpdir(), 'archeio-logs-'));
      for (const log of globSync('{*,*/*}.log', { cwd: folder }))
        cpSync(join(folder, log), join(kept, basename(log)));
      return kept;
    },
    async [Symbol.asyncDispose]() {
      await running.disposeAsync();
      rmSync(folder, { recursive: true });
    },
  };
}
