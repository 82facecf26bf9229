import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { ROOT } from '../../tools/source-files.ts';
import { Bucket } from '../mirror/bucket.ts';
import { writeMirrorConfiguration } from '../mirror/mirror-command.ts';
import { unavailable } from '../parts/availability.ts';
import { startBalancer } from '../parts/balancer.ts';
import { kubelet } from '../parts/clients/kubelet.ts';
import { mustClean } from '../parts/clean-command.ts';
import { must } from '../parts/command.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import { answersHttp, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { startedOnce } from '../parts/started-once.ts';
import { askFresh, until } from '../processes/several-processes.ts';
import { buildImage } from './built.ts';
import { SAMPLES } from '../deploy/chart-values.ts';
import { NEEDS } from '../deploy/rendered-chart.ts';
import { startPod } from './pod.ts';
import { filesFor, sbomOf } from './image-contents.ts';
import { entriesOf, imagesOf, type LaidOutImage } from './image-layout.ts';
import { COMMANDS, startImageScene } from './image-scene.ts';

const RUNTIME = join(ROOT, 'node_modules/bun/bin/bun.exe');
const MB = 1_000_000;

const OWN = process.arch === 'arm64' ? 'arm64' : 'amd64';
const SKIPPED = unavailable(COMMANDS, 'root');

describe('the image', { skip: SKIPPED, timeout: 600_000 }, () => {
  const scene = startedOnce(startImageScene);
  let image: LaidOutImage;
  let arm64Image: LaidOutImage | undefined;
  before(() => {
    const found = imagesOf(scene().layout).get(OWN);
    assert.ok(found);
    image = found;
  });

  const configuration = (): ConfigurationSource => {
    const { registry, radosgw } = scene();
    return {
      version: 1,
      clientAddress: { topology: 'google-load-balancer' },
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      ranges: { refreshEvery: 'never' },
      registries: [
        { name: 'k8s', upstreams: [{ name: 'upstream', url: registry.url, path: 'images' }] },
      ],
      stores: [
        {
          name: 'paris',
          url: `${radosgw.url}/mirrored`,
          key: 'containers/images/{digest}',
          near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
        },
      ],
      stop: { delay: '0ms', timeout: '5s' },
    };
  };

  test('it contains the executable, the C library, certificates, and nothing else', async () => {
    const entries = await entriesOf(image);
    const files = entries.filter(({ mode }) => !mode.startsWith('d'));
    assert.deepEqual(
      files.map(({ path }) => path),
      filesFor(OWN),
    );
    for (const { path, mode, owner, date } of entries) {
      assert.equal(date, '1970-01-01', path);
      const state = path === '/var/lib/archeio/';
      assert.equal(owner, state ? '65532/65532' : '0/0', path);
      // Links could lead out of it, and programs that change the user would help an intruder.
      assert.match(mode, /^(?:drwxr-xr-x|-rwxr-xr-x|-rw-r--r--)$/, path);
    }
  });

  test('it has at most 130 MB, of which at most 20 MB are not the runtime', async () => {
    const size = (await entriesOf(image)).reduce((sum, each) => sum + each.size, 0);
    assert.ok(size <= 130 * MB, `${size} bytes`);
    assert.ok(size - statSync(RUNTIME).size <= 20 * MB, `${size} bytes`);
  });

  test('its configuration: a user without rights, one command, labels', () => {
    const { config, created, os } = image.config;
    assert.deepEqual(
      [config.User, config.Entrypoint, config.Cmd],
      ['65532:65532', ['/usr/bin/archeio'], ['serve']],
    );
    assert.deepEqual([created, os], ['1970-01-01T00:00:00Z', 'linux']);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'apps/archeio/package.json'), 'utf8'));
    for (const labels of [config.Labels, image.annotations]) {
      assert.equal(labels['org.opencontainers.image.title'], 'archeio');
      assert.equal(labels['org.opencontainers.image.version'], version);
      assert.equal(labels['org.opencontainers.image.licenses'], 'Apache-2.0');
      assert.match(labels['org.opencontainers.image.source'] ?? '', /^https:/);
    }
    assert.equal(config.Labels['io.archeio.sbom'], '/usr/share/archeio/sbom.cdx.json');
  });

  test('its SBOM names what is in the executable, the runtime and the C library, and no tool', async () => {
    const { serialNumber, metadata, components } = await sbomOf(image);
    assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(metadata.timestamp, '1970-01-01T00:00:00Z');
    const names = components.map(({ name }) => name);
    for (const name of [
      '@aws-sdk/client-s3',
      'commander',
      'yaml',
      'zod',
      'preact',
      '@archeio/redirect',
      'libc6',
      'ca-certificates',
    ])
      assert.ok(names.includes(name), name);
    assert.ok(
      names.some((name) => name.startsWith('@oven/bun-linux-')),
      String(names),
    );
    const notices = await must('tar', [
      '-xOzf',
      image.layer,
      'usr/share/doc/archeio/THIRD-PARTY-LICENSES',
    ]);
    for (const { name, version, purl } of components)
      if (purl !== undefined && !name.startsWith('@oven/'))
        assert.match(notices, new RegExp(`^${RegExp.escape(`${name} ${version}`)}(?::|$)`, 'm'));
    for (const name of ['typescript', 'oxlint', 'fast-check', 'node', '@grpc/grpc-js'])
      assert.ok(!names.includes(name), name);
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const locked: readonly { readonly version?: string; readonly integrity?: string }[] =
      Object.values(packages);
    for (const { name, version, purl, hashes } of components.filter(({ purl = '' }) =>
      purl.startsWith('pkg:npm/'),
    )) {
      const integrity = `sha512-${Buffer.from(hashes?.[0]?.content ?? '', 'hex').toString('base64')}`;
      assert.ok(
        locked.some((each) => each.version === version && each.integrity === integrity),
        `${name} ${purl}`,
      );
    }
  });

  test('built again, as one of two platforms, it has the same digest', async () => {
    const images = imagesOf(await buildImage(scene().folder, 'linux/amd64', 'linux/arm64'));
    assert.deepEqual([...images.keys()].toSorted(), ['amd64', 'arm64']);
    assert.equal(images.get(OWN)?.digest, image.digest);
    const arm64 = images.get('arm64');
    assert.ok(arm64);
    const files = (await entriesOf(arm64)).filter(({ mode }) => !mode.startsWith('d'));
    assert.deepEqual(
      files.map(({ path }) => path),
      filesFor('arm64'),
    );
    arm64Image = arm64;
  });

  test('the arm64 executable runs under emulation: --version, explain, and a pull', async () => {
    assert.ok(arm64Image, 'it was not built');
    const { folder, registry, pulled } = scene();
    const root = join(folder, 'root-arm64');
    mkdirSync(root);
    await must('tar', ['-xzf', arm64Image.layer, '-C', root]);
    const command = ['qemu-aarch64', '-L', root, join(root, 'usr/bin/archeio')];
    const version = await mustClean([...command, '--version'], { folder });
    assert.match(version, /^\d+\.\d+\.\d+ \(.*bun \d/);
    const explain = ['explain', '--no-check', '--ip', '35.180.1.1', '/v2/pause/manifests/3.9'];
    assert.match(await mustClean([...command, ...explain], { folder }), /AWS eu-west-3/);

    const port = await freePort();
    const file = join(folder, 'arm64.json');
    const listen = { host: '127.0.0.1', port, admin: { port: await freePort() } };
    writeFileSync(file, JSON.stringify({ ...configuration(), listen, stores: [] }));
    await using archeio = startPart('arm64', [...command, 'serve', '--config', file], { folder });
    await archeio.until(() => answersHttp(`http://127.0.0.1:${port}/v2/`));
    const mark = await registry.log.mark();
    await SKOPEO.pull(
      { host: `127.0.0.1:${port}`, repository: 'pause', reference: '3.9', image: pulled },
      { folder },
    );
    assert.ok((await registry.log.since(mark)).some(({ path }) => path.includes('/blobs/')));
  });

  test('without capabilities, on a read-only file system, it serves the pull of a kubelet from the store', async () => {
    const { registry, radosgw, containerd, pulled, folder } = scene();
    const bucket = new Bucket(radosgw.url, 'mirrored');
    await radosgw.makeBucket(bucket.name);
    await bucket.publish();
    const file = writeMirrorConfiguration(folder, {
      source: {
        url: registry.url,
        path: 'images',
        repositories: { from: 'catalog' },
        tags: { include: ['*'] },
      },
      destinations: [bucket.destination],
      limits: { requestsPerSecond: 0 },
    });
    const credentials = ['--env=AWS_ACCESS_KEY_ID=AKTEST', '--env=AWS_SECRET_ACCESS_KEY=SKTEST'];
    const mirrored = await scene().run(
      [...credentials, `--volume=${file}:/mirror.json:ro`],
      ['mirror', 'sync', '--config', '/mirror.json'],
    );
    assert.equal(mirrored.code, 0, mirrored.stderr);

    await using container = await scene().serve(
      configuration(),
      '--memory=128m',
      '--memory-swap=128m',
    );
    await using balancer = await startBalancer(
      { port: container.port, pid: process.pid },
      '35.180.1.1',
    );
    await kubelet(containerd).pull(
      { host: `127.0.0.1:${balancer.port}`, repository: 'pause', reference: '3.9', image: pulled },
      { folder },
    );
    const blobs = balancer.taken().filter(({ target }) => target.includes('/blobs/'));
    assert.ok(blobs.length >= 2, JSON.stringify(blobs));
    for (const { status, location } of blobs) {
      assert.equal(status, 307);
      assert.match(location ?? '', new RegExp(`^${RegExp.escape(radosgw.url)}/mirrored/`));
    }
  });

  test(
    "with the chart's configuration, options and memory limit, it serves the pull of a kubelet",
    { skip: unavailable(NEEDS) },
    async () => {
      const { containerd, pulled, folder } = scene();
      const listen = { host: '::', admin: { host: '::' } };
      const text = JSON.stringify({ ...configuration(), listen });
      const values = { ...SAMPLES.get('default'), configuration: text };
      await using pod = await startPod(scene(), values);
      await kubelet(containerd).pull(
        { host: `127.0.0.1:${pod.port}`, repository: 'pause', reference: '3.9', image: pulled },
        { folder },
      );
      assert.match(await pod.docker('logs'), /"event":"started"/);
    },
  );

  test('it is process 1 of its container: SIGHUP reloads, docker stop ends it in order', async () => {
    const source = { ...configuration(), listen: { processes: 2 } } satisfies ConfigurationSource;
    await using container = await scene().serve(source);
    assert.equal((await askFresh(container.port, '/v2/pause/manifests/3.9')).status, 307);
    const { file } = container;
    const pages = { info: 'https://changed.example', privacy: 'https://privacy.example' };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), pages }));
    await container.docker('kill', '--signal=HUP');
    await until('the new page', async () => {
      const { location } = await askFresh(container.port, '/');
      return location === pages.info;
    });
    await container.docker('stop');
    assert.equal((await container.docker('inspect', '--format={{.State.ExitCode}}')).trim(), '0');
    const events = (await container.docker('logs'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    assert.deepEqual(events.slice(-2), ['stopping', 'stopped']);
    assert.ok(!events.includes('worker-ended'), String(events));
  });

  test('it is a command as well, can write to a new volume, and has no shell', async () => {
    const { code, stdout, stderr } = await scene().run(
      [],
      ['explain', '--no-check', '--ip', '35.180.1.1', '/v2/pause/manifests/3.9'],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /AWS eu-west-3/);
    assert.match((await scene().run([], ['--version'])).stdout, /bun \d/);
    const volume = join(scene().folder, 'dockerd/data/volumes/state/_data');
    await scene().run(['--volume=state:/var/lib/archeio'], ['--version']);
    assert.equal(statSync(volume).uid, 65532);
    assert.notEqual((await scene().run(['--entrypoint=/bin/sh'], ['-c', 'true'])).code, 0);
  });
});
