import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedPreset } from '../../../apps/archeio/src/configuration/shipped.ts';
import { checkConfiguration, parseConfiguration } from './configuration.ts';
import { type Environment, EnvironmentError, overlay } from './environment.ts';
import { Marks } from './marks.ts';
import { ConfigurationError, formatProblem } from './problem.ts';
import { formatProvenance } from './provenance.ts';

const preset = shippedPreset();
const effective = (environment: Environment) =>
  parseConfiguration(overlay(preset, { environment }, new Marks()));

test('without variables the preset is unchanged; an empty variable counts as unset', () => {
  assert.deepEqual(effective({}), parseConfiguration(preset));
  assert.deepEqual(
    effective({ PORT: '', UPSTREAM_REGISTRY_ENDPOINT: '' }),
    parseConfiguration(preset),
  );
});

test('PORT and ADMIN_PORT', () => {
  const { listen } = effective({ PORT: '18080', ADMIN_PORT: '0' });
  assert.equal(listen.port, 18_080);
  assert.deepEqual(listen.admin, { host: '127.0.0.1', port: 0, hosts: [] });
  for (const PORT of ['x', '-1', '65536', '1.5', '0x10', ' 80']) {
    assert.throws(() => effective({ PORT }), {
      name: 'EnvironmentError',
      message: `PORT: cannot read port ${JSON.stringify(PORT)}: expected a number from 0 to 65535`,
    });
  }
});

// A Kubernetes service sets `<NAME>_PORT=tcp://…` in every pod of its namespace.
test('refuses a port that Kubernetes set for a service, and explains why and what to do', () => {
  for (const variable of ['PORT', 'ADMIN_PORT'])
    for (const value of ['tcp://10.96.0.7:9090', 'udp://[fd00::7]:53', 'sctp://10.96.0.7:1']) {
      const kubernetes =
        'Kubernetes sets such a variable in every pod for a service "admin" in its namespace';
      assert.throws(() => effective({ [variable]: value }), {
        name: 'EnvironmentError',
        message: `${variable}: cannot read port "${value}": expected a number from 0 to 65535; ${
          variable === 'PORT' ? kubernetes.replace('a service "admin"', 'each service') : kubernetes
        }: set ${variable} to a number in the pod, or enableServiceLinks: false`,
      });
    }
});

test('UPSTREAM_REGISTRY_ENDPOINT replaces the whole list of upstreams, with the path of the preset', () => {
  const [{ upstreams, signatures }] = effective({
    UPSTREAM_REGISTRY_ENDPOINT: 'https://europe-west1-docker.pkg.dev/',
  }).registries;
  assert.deepEqual(upstreams, [
    {
      name: 'upstream',
      url: 'https://europe-west1-docker.pkg.dev',
      path: 'k8s-artifacts-prod/images',
    },
  ]);
  assert.equal(signatures, undefined);
});

test('UPSTREAM_REGISTRY_PATH applies to every upstream and to the signature upstream', () => {
  const [{ upstreams, signatures }] = effective({
    UPSTREAM_REGISTRY_PATH: '/other/images/',
    SIGNATURE_UPSTREAM_ENDPOINT: 'https://us-central1-docker.pkg.dev',
  }).registries;
  assert.deepEqual(
    upstreams.map(({ path }) => path),
    ['other/images'],
  );
  assert.deepEqual(signatures, {
    url: 'https://us-central1-docker.pkg.dev',
    path: 'other/images',
    fallback: false,
  });
  const source = {
    ...preset,
    registries: [
      { ...preset.registries[0], signatures: { url: 'https://sig.example', path: 'x' } },
    ],
  };
  assert.equal(
    parseConfiguration(
      overlay(source, { environment: { UPSTREAM_REGISTRY_PATH: 'y' } }, new Marks()),
    ).registries[0].signatures?.path,
    'y',
  );
});

test('SIGNATURE_UPSTREAM_ENDPOINT sets a signature upstream with the path of the upstream', () => {
  const [{ signatures }] = effective({
    SIGNATURE_UPSTREAM_ENDPOINT: 'https://us-central1-docker.pkg.dev',
  }).registries;
  assert.deepEqual(signatures, {
    url: 'https://us-central1-docker.pkg.dev',
    path: 'k8s-artifacts-prod/images',
    fallback: false,
  });
});

test('DEFAULT_AWS_BASE_URL sets the default store', () => {
  const { stores } = effective({ DEFAULT_AWS_BASE_URL: 'https://cdn.example/' });
  const defaults = stores.filter((store) => store.default === true);
  assert.deepEqual(
    defaults.map(({ name, url, key }) => ({ name, url, key })),
    [{ name: 'default', url: 'https://cdn.example', key: 'containers/images/{digest}' }],
  );
  assert.equal(stores.length, preset.stores?.length);
});

test('the message names a variable that cannot be read', () => {
  const cases: Environment[] = [
    { UPSTREAM_REGISTRY_ENDPOINT: 'registry.example' },
    { UPSTREAM_REGISTRY_ENDPOINT: 'https://registry.example/path' },
    { UPSTREAM_REGISTRY_PATH: 'Images' },
    { SIGNATURE_UPSTREAM_ENDPOINT: 'https://user:pass@registry.example' },
    { DEFAULT_AWS_BASE_URL: 'http://' },
  ];
  for (const environment of cases) {
    assert.throws(
      () => effective(environment),
      (error) =>
        error instanceof EnvironmentError &&
        error.message.startsWith(`${Object.keys(environment)[0]}: cannot read`),
    );
  }
});

test('a variable that configures the registry is refused if there are several', () => {
  const [registry] = preset.registries;
  const source = {
    ...preset,
    registries: [registry, { name: 'other', prefix: 'other/', upstreams: registry.upstreams }],
  };
  assert.throws(
    () => overlay(source, { environment: { UPSTREAM_REGISTRY_PATH: 'a' } }, new Marks()),
    {
      name: 'EnvironmentError',
      message:
        'UPSTREAM_REGISTRY_PATH: cannot choose between 2 registries: with more than one, set this in the configuration',
    },
  );
});

test('a problem names the variable or flag that caused it', () => {
  const marks = new Marks();
  const places = (environment: Environment, port?: string): string[] => {
    const source = overlay(preset, { environment, port }, marks);
    assert.equal(
      marks.at(source, ['listen', 'port'])?.kind === 'flag',
      port !== undefined,
      'the flag goes before the variable',
    );
    try {
      return checkConfiguration(source, marks, []).warnings.map(formatProblem);
    } catch (error) {
      assert.ok(error instanceof ConfigurationError);
      return error.problems.map(formatProblem);
    }
  };
  assert.match(places({ ADMIN_PORT: '9000', PORT: '9000' }).join(), /ADMIN_PORT: .*9000/);
  assert.match(places({}, '9090').join(), /(--port|preset).*9090/);
  assert.equal(formatProvenance({ kind: 'flag', name: '--port' }), 'flag --port');
  const from = { kind: 'flag', name: '--port' } as const;
  marks.mark(preset, 'version', from);
  const bad = marks.with({ ...preset }, { version: 2 }, from);
  assert.throws(
    () => checkConfiguration(bad, marks, []),
    (error) =>
      error instanceof ConfigurationError &&
      error.problems.some((problem) => formatProblem(problem).startsWith('--port: version')),
  );
});
