import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CloudRanges } from '@archeio/clouds';
import { parseAddr } from '@archeio/netip';

const tool = fileURLToPath(new URL('./compile-ranges.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'compile-ranges-'));
after(() => rmSync(directory, { recursive: true }));

const gcp = join(directory, 'cloud.json');
writeFileSync(
  gcp,
  JSON.stringify({
    syncToken: '1785333953849',
    creationTime: '2026-07-29T07:05:53.849365',
    prefixes: [{ ipv4Prefix: '34.1.208.0/20', scope: 'africa-south1' }],
  }),
);
const cut = join(directory, 'cut.json');
writeFileSync(cut, '{"syncToken":');

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

test('writes a complete snapshot', () => {
  const out = join(directory, 'new', 'ranges.bin');
  assert.deepEqual(run('--gcp', gcp, '--out', out), {
    status: 0,
    stdout: `GCP: 1 IPv4, 0 IPv6 (2026-07-29T07:05:53.849365-07:00)\n${out}: 1 places, ${readFileSync(out).length} bytes\n`,
    stderr: '',
  });
  const ranges = CloudRanges.decode(readFileSync(out));
  assert.equal(ranges.lookup(parseAddr('34.1.208.1'))?.region, 'africa-south1');
  assert.deepEqual(readdirSync(join(directory, 'new')), ['ranges.bin']);
});

test('reports a prefix of two regions, and still writes the snapshot', () => {
  const twice = join(directory, 'twice.json');
  const scopes = ['europe-west9', 'europe-west1'];
  writeFileSync(
    twice,
    JSON.stringify({
      syncToken: '1785333953849',
      creationTime: '2026-07-29T07:05:53.849365',
      prefixes: scopes.map((scope) => ({ ipv4Prefix: '34.1.208.0/20', scope })),
    }),
  );
  const { status, stderr } = run('--gcp', twice, '--out', join(directory, 'twice.bin'));
  assert.equal(status, 0);
  assert.equal(
    stderr,
    'compile-ranges: prefix "34.1.208.0/20" is listed for GCP europe-west1 and for GCP europe-west9; the first is kept\n',
  );
});

test('--help prints the usage', () => {
  const { status, stdout } = run('--help');
  assert.equal(status, 0);
  assert.match(stdout, /^Compiles .*\n\nUsage: node tools\/compile-ranges\.ts /);
});

test('a usage error is exit code 2 and one line', () => {
  for (const [args, reason] of [
    [[], /expected at least one of --aws, --gcp, --azure/],
    [['--gcp', gcp], /expected --out FILE/],
    [['--nonsense'], /--nonsense/],
    [['--gcp', gcp, '--out', ''], /expected --out FILE/],
  ] as const) {
    const { status, stdout, stderr } = run(...args);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^compile-ranges: [^\n]+; see --help\n$/);
    assert.match(stderr, reason);
  }
});

test('a malformed file is exit code 1 and one line, and keeps the existing output', () => {
  const out = join(directory, 'kept.bin');
  writeFileSync(out, 'as it was');
  const { status, stdout, stderr } = run('--gcp', cut, '--out', out);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^compile-ranges: cannot read cut\.json: expected JSON: [^\n]+\n$/);
  assert.equal(readFileSync(out, 'utf8'), 'as it was');
  const missing = run('--gcp', join(directory, 'none.json'), '--out', out);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /^compile-ranges: [^\n]*none\.json[^\n]*\n$/);
});
