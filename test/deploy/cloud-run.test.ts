import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { parse } from 'yaml';
import { cloudRunServices } from '../../tools/cloud-run.ts';
import { ROOT } from '../../tools/source-files.ts';
import { RUNTIMES, startLaunched } from '../parts/archeio-process.ts';
import { run, type Outcome } from '../parts/command.ts';
import { checkDocument } from '../parts/generated-document.ts';
import { freePort } from '../parts/ports.ts';
import { refusedFields } from './closed-types.ts';
import { schemaValidator } from './installed-packages.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

const FOLDER = 'deploy/cloud-run';
const REGIONS = join(ROOT, FOLDER, 'regions.yaml');
const FULL = 'test/deploy/cloud-run/full.yaml';
const DEPLOYMENTS = [`${FOLDER}/production.yaml`, `${FOLDER}/staging.yaml`, FULL];

interface Service extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly name: string; readonly annotations: Record<string, string> };
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string; readonly value: string }[];
          readonly ports?: readonly { readonly containerPort: number }[];
          readonly startupProbe: {
            readonly httpGet: { readonly path: string; readonly port: number };
          };
          readonly livenessProbe: {
            readonly httpGet: { readonly path: string; readonly port: number };
          };
        }[];
      };
    };
  };
}

const textsOf = (file: string): Map<string, string> => cloudRunServices(join(ROOT, file), REGIONS);
const servicesOf = (file: string): [string, Service][] =>
  [...textsOf(file)].map(([region, text]) => [region, parse(text) as Service]);
const copyOf = (file: string): Record<string, unknown> =>
  parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, unknown>;

suite('the services of Cloud Run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-run-'));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs the command on a deployment. */
  const generate = (deployment: string | object, ...more: string[]): Promise<Outcome> => {
    const file = join(folder, 'deployment.yaml');
    const text = typeof deployment === 'string' ? deployment : JSON.stringify(deployment, null, 1);
    writeFileSync(file, text);
    const tool = join(ROOT, 'tools/cloud-run.ts');
    return run('node', [tool, file, '--out', join(folder, 'out'), ...more]);
  };

  test('are as test/deploy/golden has them', () => {
    for (const [file, region] of [
      [`${FOLDER}/production.yaml`, 'asia-east1'],
      [`${FOLDER}/staging.yaml`, 'us-central1'],
      [FULL, 'europe-west9'],
    ] as const) {
      const name = file.replace(/^.*\/|\.yaml$/g, '');
      checkDocument(`test/deploy/golden/cloud-run-${name}.yaml`, textsOf(file).get(region)!);
    }
  });

  test('production has 22 regions, which differ in their name and their upstream alone', () => {
    const texts = textsOf(`${FOLDER}/production.yaml`);
    assert.equal(texts.size, 22);
    assert.equal(new Set(texts.values()).size, 22);
    const same = [...texts].map(([region, text]) =>
      text
        .replace('https://us-central1-docker.pkg.dev\n          resources', '\n          resources')
        .replaceAll(region, 'REGION'),
    );
    assert.equal(new Set(same).size, 1);
    assert.match(same[0], /value: https:\/\/REGION-docker\.pkg\.dev\n/);
  });

  test('have only fields and values that Cloud Run and Knative document', async () => {
    const problems = await schemaValidator(
      JSON.parse(readFileSync(join(ROOT, 'test/deploy/cloud-run/service.schema.json'), 'utf8')),
    );
    const services = DEPLOYMENTS.flatMap(servicesOf);
    for (const [region, service] of services) assert.deepEqual(problems(service), [], region);
    const few = DEPLOYMENTS.map((file) => servicesOf(file)[0][1]);
    assert.deepEqual(await refusedFields(few), {});
    const [, service] = servicesOf(FULL)[0];
    for (const [change, expected] of [
      [
        { spec: { ...service.spec, trafic: [] } },
        '/spec: must NOT have additional properties ("trafic")',
      ],
      [
        { metadata: { ...service.metadata, annotations: { 'run.googleapis.com/ingres': 'all' } } },
        '/metadata/annotations: must NOT have additional properties ("run.googleapis.com/ingres")',
      ],
      [{ kind: 'Deployment' }, '/kind: must be equal to constant'],
    ] as const)
      assert.ok(problems({ ...service, ...change }).includes(expected));
  });

  test('have one public port, one CPU all the time, and no probe on a path that ends in z', () => {
    for (const [, { metadata, spec }] of DEPLOYMENTS.flatMap(servicesOf)) {
      const { containers } = spec.template.spec;
      assert.equal(containers.flatMap(({ ports = [] }) => ports).length, 1);
      assert.equal(
        spec.template.metadata.annotations['run.googleapis.com/cpu-throttling'],
        'false',
      );
      assert.equal(
        metadata.annotations!['run.googleapis.com/ingress'],
        'internal-and-cloud-load-balancing',
      );
      for (const { httpGet } of [containers[0].startupProbe, containers[0].livenessProbe])
        assert.ok(
          !httpGet.path.endsWith('z') && httpGet.port === containers[0].ports![0].containerPort,
        );
    }
  });

  for (const runtime of RUNTIMES)
    test(
      `${runtime}: serve answers the probes, and sends clients to the upstream of its region`,
      { timeout: 120_000 },
      async () => {
        const service = new Map(servicesOf(`${FOLDER}/production.yaml`)).get('europe-west9')!;
        const [{ args, env, startupProbe, livenessProbe }] = service.spec.template.spec.containers;
        const port = String(await freePort());
        const environment = Object.fromEntries(env.map(({ name, value }) => [name, value]));
        // PORT is what Cloud Run sets; the listener for the console stays on loopback, where only its port matters.
        const given = {
          ...environment,
          PORT: port,
          ADMIN_PORT: '0',
          LOG_LEVEL: 'info',
          OTEL_SDK_DISABLED: 'true',
        };
        await using archeio = await startLaunched(runtime, args, given);
        assert.equal(String(archeio.port), port);
        const get = async (path: string): Promise<[number, string | null]> => {
          const signal = AbortSignal.timeout(20_000);
          const url = `http://127.0.0.2:${port}${path}`;
          const { status, headers } = await fetch(url, { redirect: 'manual', signal });
          return [status, headers.get('location')];
        };
        for (const { httpGet } of [startupProbe, livenessProbe])
          assert.equal((await get(httpGet.path))[0], 200);
        const images = 'https://europe-west9-docker.pkg.dev/v2/k8s-artifacts-prod/images';
        assert.deepEqual(await get('/v2/pause/manifests/3.9'), [
          307,
          `${images}/pause/manifests/3.9`,
        ]);
        const signature = `sha256-${'0'.repeat(64)}.sig`;
        const [, location] = await get(`/v2/pause/manifests/${signature}`);
        assert.ok(
          location!.startsWith('https://us-central1-docker.pkg.dev/v2/k8s-artifacts-prod/images/'),
        );
        assert.deepEqual(
          archeio.log.filter(({ event }) => event === 'environment-warning'),
          [],
        );
      },
    );

  test('are written one file a region', async () => {
    const { code, stdout } = await generate(copyOf(`${FOLDER}/staging.yaml`));
    assert.deepEqual([code, stdout], [0, `${join(folder, 'out')}: 2 services\n`]);
    assert.deepEqual(readdirSync(join(folder, 'out')).toSorted(), [
      'europe-west1.yaml',
      'us-central1.yaml',
    ]);
  });

  test('nothing is written of a file with errors, each of which has its line', async () => {
    const text = readFileSync(join(ROOT, FOLDER, 'staging.yaml'), 'utf8')
      .replace('revision: r1', 'revison: r1')
      .replace('max: 2', 'max: lots')
      .replace('LOG_LEVEL: debug', "PORT: '80'");
    const { code, stdout, stderr } = await generate(text, '--out', join(folder, 'nothing'));
    assert.deepEqual([code, stdout], [1, '']);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(folder.length + 1));
    assert.deepEqual(lines, [
      'deployment.yaml:3:1: revision: is missing: expected a name of at most 20 characters, such as r2',
      'deployment.yaml:6:1: revison: unknown key',
      'deployment.yaml:9:20: scaling.max: expected a whole number from 1 to 1000',
      'deployment.yaml:13:3: environment.PORT: is set by Cloud Run',
    ]);
    assert.ok(!readdirSync(folder).includes('nothing'));
  });

  for (const [what, change, expected] of [
    [
      'a region that is not in the list',
      { regions: ['mars-east1'] },
      /:8:\d+: regions\[0\]: "mars-east1" is not a region of .*regions\.yaml/,
    ],
    [
      'an image without tag and digest',
      { image: 'us-docker.pkg.dev/p/archeio' },
      /image: expected an image with a tag or a digest/,
    ],
    [
      'traffic that does not add up',
      { traffic: [{ revision: 'r1', percent: 90 }] },
      /traffic: the percentages must add up to 100/,
    ],
    [
      'more instances at least than at most',
      { scaling: { min: 3, max: 2 } },
      /scaling: min must not be greater than max/,
    ],
    [
      'a number as a variable',
      { environment: { LEVEL: 3 } },
      /environment\.LEVEL: expected text: put it in quotes/,
    ],
    [
      'metrics to nowhere',
      { metrics: {} },
      /metrics: expected \{ endpoint: URL \} or \{ collector:/,
    ],
  ] as const)
    test(`refuse ${what}`, async () => {
      const { code, stderr } = await generate({ ...copyOf(`${FOLDER}/staging.yaml`), ...change });
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });

  test('wrong usage is one line, and exit code 2', async () => {
    const tool = join(ROOT, 'tools/cloud-run.ts');
    for (const args of [[], ['a', 'b', '--out', 'c'], ['a'], ['a', '--nope']]) {
      const { code, stderr } = await run('node', [tool, ...args]);
      assert.equal(code, 2);
      assert.match(stderr, /^cloud-run: [^\n]+; --help explains the usage\n$/);
    }
    const missing = await run('node', [tool, join(folder, 'none.yaml'), '--out', folder]);
    assert.deepEqual(
      [missing.code, missing.stderr.split(': ').at(-1)],
      [1, 'there is no such file\n'],
    );
    assert.match((await run('node', [tool, '--help'])).stdout, /^Writes the service files/);
  });
});
