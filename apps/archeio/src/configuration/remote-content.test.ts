import { LARGEST_CONTENT, ConfigurationError } from '@archeio/configuration';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfiguration, loadMirrorConfiguration } from './load-configuration.ts';
import { RemoteContent } from './remote-content.ts';
import { ArcheioError } from '../platform/errors.ts';

const GOOD = `version: 1
pages: { info: https://info.example, privacy: https://info.example/privacy }
registries: [{ name: one, upstreams: [{ name: up, url: https://up.example }] }]
`;

describe('a configuration at a URL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-remote-'));
  const asked: IncomingHttpHeaders[] = [];
  let answer: { status: number; body: string | Buffer; etag?: string } | 'silence';
  const server = createServer((request, response) => {
    asked.push(request.headers);
    if (answer === 'silence') return;
    const { status, body, etag } = answer;
    if (etag !== undefined && request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(status, etag === undefined ? {} : { etag }).end(body);
  });
  let url = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/c.yaml`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const load = (directory: string) =>
    loadConfiguration(
      { ARCHEIO_CONFIG: `${url}?token=hunter2`, ARCHEIO_CONFIG_DIRECTORY: directory },
      {},
      () => [],
    );

  test('unchanged content is not sent again', async () => {
    const remote = new RemoteContent(url, {});
    answer = { status: 200, body: 'one', etag: '"1"' };
    asked.length = 0;
    assert.equal((await remote.fetch()).text, 'one');
    assert.equal((await remote.fetch()).text, 'one');
    answer = { status: 200, body: 'two', etag: '"2"' };
    assert.equal((await remote.fetch()).text, 'two');
    assert.deepEqual(
      asked.map((headers) => headers['if-none-match']),
      [undefined, '"1"', '"1"'],
    );
    assert.equal(await remote.lastGood(), undefined);
  });

  test('reports an unusable answer in one line, without the query', async () => {
    const remote = new RemoteContent(`${url}?token=hunter2`, { timeout: 200 });
    for (const [next, expected] of [
      [{ status: 500, body: '' }, /cannot fetch \S+\/c\.yaml: the server answers 500$/],
      [{ status: 404, body: 'x' }, /the server answers 404$/],
      ['silence', /no answer in time$/],
    ] as const) {
      answer = next;
      await assert.rejects(
        remote.fetch(),
        (error) =>
          error instanceof ArcheioError &&
          expected.test(error.message) &&
          !error.message.includes('hunter2'),
      );
    }
    for (const body of ['x'.repeat(LARGEST_CONTENT + 1), Buffer.from([0xff])]) {
      answer = { status: 200, body };
      await assert.rejects(new RemoteContent(url, {}).fetch(), ConfigurationError);
    }
    await assert.rejects(new RemoteContent('http://127.0.0.1:9/c', {}).fetch(), ArcheioError);
  });

  test('starts with the last good configuration if the URL does not answer, or with an invalid one', async () => {
    answer = { status: 500, body: '' };
    await assert.rejects(load(folder), ArcheioError);
    answer = { status: 200, body: 'version: 2' };
    await assert.rejects(load(folder), ConfigurationError);
    assert.deepEqual(readdirSync(folder), []);

    answer = { status: 200, body: GOOD };
    assert.deepEqual((await load(folder)).warnings, []);
    for (const bad of [
      { status: 500, body: '' },
      { status: 200, body: 'version: 2' },
    ]) {
      answer = bad;
      const { configuration, warnings } = await load(folder);
      assert.equal(configuration.registries[0].name, 'one');
      assert.match(warnings[0].message, /^using the last good configuration: /);
    }
    assert.equal(readdirSync(folder).length, 1);
  });

  test('saves configurations of the mirror separately: a server still starts with its own', async () => {
    const directory = join(folder, 'apart');
    const environment = { ARCHEIO_CONFIG: url, ARCHEIO_CONFIG_DIRECTORY: directory };
    answer = { status: 200, body: GOOD };
    await loadConfiguration(environment, {}, () => []);
    answer = { status: 200, body: 'version: 1' };
    assert.deepEqual((await loadMirrorConfiguration(environment, {})).warnings, []);
    const { configuration } = await loadConfiguration(environment, {}, () => []);
    assert.equal(configuration.registries[0].name, 'one');
    answer = { status: 500, body: '' };
    const mirror = await loadMirrorConfiguration(environment, {});
    assert.equal(mirror.configuration.registries, undefined);
    assert.match(mirror.warnings[0].message, /^using the last good configuration: /);
  });

  test('follows redirects only to https or to this machine', async () => {
    const fetch = (asked: string): Promise<Response> =>
      Promise.resolve(
        new URL(asked).pathname === '/moved'
          ? new Response(GOOD)
          : new Response(null, {
              status: 302,
              headers: { location: new URL(asked).search.slice(1) },
            }),
      );
    const at = (location: string) =>
      new RemoteContent(`https://first.example/?${location}`, { fetch }).fetch();
    for (const location of ['https://other.example/moved', 'http://127.0.0.1/moved'])
      assert.equal((await at(location)).text, GOOD);
    await assert.rejects(at('http://other.example/moved'), {
      message: 'cannot fetch https://first.example/: it redirects to a URL without TLS',
    });
  });

  test('an unwritable disk is a warning', async () => {
    answer = { status: 200, body: GOOD };
    const { warnings } = await load('/dev/null/nowhere');
    assert.match(warnings[0].message, /^cannot save it for a start without network: /);
  });
});
