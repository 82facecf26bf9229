import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locationName } from '../../archeio/src/configuration/location.ts';
import { explainCommand } from './explain-command.js';

const ASKED = { ip: '192.0.2.1', path: '/v2/' };

test("the command that explains a request names the server's configuration", () => {
  for (const [location, options] of [
    [locationName({ kind: 'preset' }), ''],
    [locationName({ kind: 'stdin' }), ' --config -'],
    [locationName({ kind: 'file', path: '/etc/archeio.yaml' }), ' --config /etc/archeio.yaml'],
    [locationName({ kind: 'file', path: "it's here.yaml" }), ` --config 'it'\\''s here.yaml'`],
    ['https://example.com/a.yaml', ' --config https://example.com/a.yaml'],
  ] as const)
    assert.equal(
      explainCommand(ASKED, location),
      `archeio explain${options} --ip 192.0.2.1 /v2/`,
      location,
    );
  assert.equal(
    explainCommand({ ...ASKED, host: 'a b', method: 'HEAD' }, 'a.yaml'),
    "archeio explain --config a.yaml --ip 192.0.2.1 --host 'a b' --method HEAD /v2/",
  );
});
