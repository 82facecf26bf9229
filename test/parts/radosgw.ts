import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessLog, type Access } from './access-log.ts';
import { mustClean } from './clean-command.ts';
import { answersHttp, type Part, startPart } from './part-process.ts';
import { freePort } from './ports.ts';
import { type Access as ReadAccess, putObject, type S3Credentials } from './s3-client.ts';

const CREDENTIALS: S3Credentials = { accessKey: 'AKTEST', secretKey: 'SKTEST' };

/** A real S3 server on loopback: Ceph's, with one monitor and one object store in memory. */
export interface Radosgw extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly log: AccessLog;
  /** Creates a public bucket that answers 404 for missing keys, or a private one. */
  makeBucket(bucket: string, access?: ReadAccess): Promise<void>;
  put(bucket: string, key: string, file: string, access?: ReadAccess): Promise<void>;
  /** Removes a bucket and its objects, and frees its memory. */
  removeBucket(bucket: string): Promise<void>;
  /** SIGSTOP makes it hang, SIGKILL makes it refuse connections. */
  signal(signal: NodeJS.Signals): void;
  /** Restarts the gateway on the same port. Objects are kept. */
  restart(): Promise<void>;
}

const FSID = '11111111-2222-3333-4444-555555555555';

function configuration(
  folder: string,
  monitors: string,
  port: number,
  bytes: number,
  more: string,
): string {
  return `[global]
fsid = ${FSID}
mon_initial_members = a
mon_host = ${monitors}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
osd_crush_chooseleaf_type = 0
admin_socket = ${folder}/$name.sock
log_file = ${folder}/$name.log
[mon]
mon_data = ${folder}/mon
mon_data_avail_warn = 1
mon_data_avail_crit = 1
# A monitor collects proposals to others for a second: there are none here, and each step of a start waits for it.
paxos_propose_interval = 0.05
paxos_min_wait = 0.02
[osd]
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = ${bytes}
[client.rgw.a]
ms_mon_client_mode = crc
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_run_sync_thread = false
rgw_thread_pool_size = 64
debug_rgw = 1
${more}
`;
}

/** The gateway's log line for a request, written after its answer. */
const ACCESS =
  /beast: \S+ \S+ - \S+ \[[^\]]+\] "(\S+) (\S+) HTTP\/[\d.]+" (\d{3}) \d+ (?:"[^"]*"|-) (?:"([^"]*)"|-) (?:"?(bytes=[\d-]+)"?|-)/g;

function accessesIn(text: string): Access[] {
  return [...text.matchAll(ACCESS)].map(([, method, path, status, userAgent, range]) => ({
    method,
    path,
    status: Number(status),
    userAgent,
    range,
  }));
}

/**
 * Starts it with its data and logs in `folder`; takes a second or two.
 *
 * @param bytes its capacity
 * @param more lines of the gateway's configuration
 */
export async function startRadosgw(parent: string, bytes = 2 ** 30, more = ''): Promise<Radosgw> {
  const folder = join(parent, 'ceph');
  mkdirSync(join(folder, 'mon'), { recursive: true });
  mkdirSync(join(folder, 'osd'));
  const [port, modern, legacy] = [await freePort(), await freePort(), await freePort()];
  const monitors = `[v2:127.0.0.1:${modern},v1:127.0.0.1:${legacy}]`;
  const file = join(folder, 'ceph.conf');
  writeFileSync(file, configuration(folder, monitors, port, bytes, more));
  const environment = { CEPH_CONF: file };
  const ceph = (command: string, ...args: readonly string[]): Promise<string> =>
    mustClean([command, ...args], { folder, environment });
  const running: Part[] = [];
  const start = (name: string, ...command: readonly string[]): Part => {
    const part = startPart(name, command, { folder, environment });
    running.push(part);
    return part;
  };
  const stop = async (): Promise<void> => {
    for (const part of running.toReversed()) await part[Symbol.asyncDispose]();
  };

  try {
    const map = join(folder, 'monmap');
    await ceph('monmaptool', '--create', '--fsid', FSID, '--addv', 'a', monitors, map);
    await ceph('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map);
    start('ceph-mon', 'ceph-mon', '-i', 'a', '-f');
    const osd = randomUUID();
    await ceph('ceph', 'osd', 'new', osd);
    await ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    start('ceph-osd', 'ceph-osd', '-i', '0', '-f');
    const url = `http://127.0.0.1:${port}`;
    const startGateway = (): Promise<Part> =>
      start('radosgw', 'radosgw', '-n', 'client.rgw.a', '-f').until(() => answersHttp(url));
    let gateway = await startGateway();
    await ceph(
      'radosgw-admin',
      'user',
      'create',
      '--uid=test',
      '--display-name=test',
      `--access-key=${CREDENTIALS.accessKey}`,
      `--secret-key=${CREDENTIALS.secretKey}`,
    );
    return {
      url,
      port,
      log: new AccessLog(join(folder, 'client.rgw.a.log'), url, accessesIn),
      makeBucket: (bucket, access) => putObject(url, bucket, CREDENTIALS, undefined, access),
      put: (bucket, key, content, access) =>
        putObject(url, `${bucket}/${key}`, CREDENTIALS, content, access),
      removeBucket: (bucket) =>
        ceph(
          'radosgw-admin',
          'bucket',
          'rm',
          `--bucket=${bucket}`,
          '--purge-objects',
          '--bypass-gc',
        ).then(() => undefined),
      signal: (signal) => gateway.signal(signal),
      async restart() {
        await gateway[Symbol.asyncDispose]();
        gateway = await startGateway();
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
