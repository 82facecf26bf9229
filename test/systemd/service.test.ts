import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';
import { unavailable } from '../parts/availability.ts';
import { blocksOf } from '../documentation/blocks.ts';
import { CHECKOUT, MACHINE_COMMANDS, runUnderSystemd } from './systemd-machine.ts';

const GUIDE = readFileSync(join(ROOT, 'docs/guides/systemd.md'), 'utf8');
const UNIT = readFileSync(join(ROOT, 'deploy/systemd/archeio.service'), 'utf8');

/** What `systemd-analyze security` says, from 0 (best) to 10, as the guide states it. */
const [, EXPOSURE] = /exposure level is ([\d.]+) of/.exec(GUIDE) ?? [];

const configuration = (name: string, processes: number): string => `version: 1
listen: { processes: ${processes} }
clientAddress: { topology: remote }
pages: { info: 'https://example.com/info', privacy: 'https://example.com/privacy' }
ranges: { refreshEvery: never }
registries: [{ name: ${name}, upstreams: [{ name: up, url: 'https://${name}.example' }] }]
stop: { delay: 0s }
`;

/** Prints a name and a value on each line. Waits for what a reload or a restart changes. */
const SCRIPT = `
say() { echo "$1=\${*:2}"; }
property() { systemctl show archeio --property="$1" --value; }
location() { curl --silent --output /dev/null --write-out '%{redirect_url}' localhost:8080/v2/pause/manifests/1; }
until_is() { for _ in {1..300}; do [ "$("\${@:2}")" = "$1" ] && return; sleep 0.1; done; return 1; }

say verified $(systemd-analyze verify archeio.service 2>&1)
say $(systemd-analyze security --offline=yes archeio.service | grep --only-matching 'exposure level.*: [0-9.]*')

systemctl start archeio
say started $?
# Answers at once: systemctl waited until it was ready.
say location $(location)
say status $(property StatusText)
pid=$(property MainPID)
say user $(stat --format=%U /proc/$pid)
say capabilities $(grep CapEff /proc/$pid/status)
say state $(stat --format='%U %a' /var/lib/private/archeio)

cp /etc/archeio/broken.yaml /etc/archeio/archeio.yaml
systemctl reload archeio
refused() { journalctl --unit=archeio --output=cat | grep --count configuration-refused; }
until_is 1 refused
say kept $(location)
cp /etc/archeio/second.yaml /etc/archeio/archeio.yaml
systemctl reload archeio
until_is https://second.example/v2/pause/manifests/1 location
say reloaded $(location) by $([ $(property MainPID) = $pid ] && echo the same process)

kill -KILL $pid
until_is 1 property NRestarts
until_is active property ActiveState
say restarted $(property ActiveState) $(location)

systemctl stop archeio
say stopped $(property ActiveState) $(property Result) $(property ExecMainStatus)
say last $(journalctl --unit=archeio --output=cat --grep='"event":"stopped"' | grep --only-matching '"event":"stopped"')
say warnings $(journalctl --unit=archeio --output=cat --grep=service-manager-not-told | wc --lines)
`;

/** The files of a machine that can start Archeio. */
function machine(runtime: string, text: string): Record<string, string> {
  const launcher = `${CHECKOUT}/apps/archeio/bin/archeio`;
  return {
    '/etc/systemd/system/archeio.service': UNIT,
    '/usr/local/bin/archeio': `#!/bin/sh\nexec ${launcher} --runtime ${runtime} "$@"\n`,
    '/etc/archeio/archeio.yaml': text,
  };
}

const LIMIT = { timeout: 180_000 };

describe('the unit under a real systemd', { skip: unavailable(MACHINE_COMMANDS, 'root') }, () => {
  for (const [runtime, processes] of [
    ['bun', 2],
    ['node', 1],
  ] as const)
    test(
      `starts, reloads, restarts and stops: ${runtime}, processes: ${processes}`,
      LIMIT,
      async () => {
        const output = await runUnderSystemd(SCRIPT, {
          ...machine(runtime, configuration('first', processes)),
          '/etc/archeio/second.yaml': configuration('second', processes),
          '/etc/archeio/broken.yaml': 'version: 2\n',
        });
        assert.deepEqual(output.trim().split('\n'), [
          'verified=',
          `exposure=level for archeio.service: ${EXPOSURE}`,
          'started=0',
          'location=https://first.example/v2/pause/manifests/1',
          'status=Serving port 8080; health and console on 9090',
          'user=archeio',
          'capabilities=CapEff: 0000000000000000',
          'state=archeio 750',
          'kept=https://first.example/v2/pause/manifests/1',
          'reloaded=https://second.example/v2/pause/manifests/1 by the same process',
          'restarted=active https://second.example/v2/pause/manifests/1',
          'stopped=inactive success 0',
          'last="event":"stopped"',
          'warnings=0',
          'END',
        ]);
      },
    );

  test(
    'a configuration with errors fails the start, and the journal says where',
    LIMIT,
    async () => {
      const script = `
      systemctl start archeio 2>&1 | head -1
      journalctl --unit=archeio --output=cat --grep=pages --lines=1`;
      const output = await runUnderSystemd(script, machine('bun', 'version: 1\n'));
      assert.match(
        output,
        /^Job for archeio\.service failed [^\n]*\narcheio: \/etc\/archeio\/archeio\.yaml:1:1: pages: is missing/,
      );
    },
  );

  test("with the guide's drop-in it may listen on port 443", LIMIT, async () => {
    const dropIn = blocksOf(GUIDE).find(({ language }) => language === 'ini');
    assert.ok(dropIn);
    const script = `
      systemctl start archeio
      curl --silent --output /dev/null --write-out '%{http_code}\\n' localhost:443/readyz`;
    const output = await runUnderSystemd(script, {
      ...machine('bun', configuration('first', 1)),
      '/etc/systemd/system/archeio.service.d/override.conf': dropIn.text,
      '/etc/archeio/environment': 'PORT=443\n',
    });
    assert.equal(output, '200\nEND\n');
  });
});
