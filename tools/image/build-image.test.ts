import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../source-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-build-image-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command with only these programs on the PATH. */
function build(args: readonly string[], programs: readonly string[] = []) {
  const path = mkdtempSync(join(folder, 'path-'));
  for (const name of programs) symlinkSync('/bin/true', join(path, name));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'tools/build-image.ts'), ...args],
    { encoding: 'utf8', timeout: 60_000, env: { PATH: path, INIT_CWD: folder } },
  );
  return { status, stdout, stderr };
}

test('a missing program is named, with what to do instead', () => {
  for (const [programs, missing] of [
    [[], 'buildah'],
    [['buildah'], 'apt-get'],
    [['buildah', 'apt-get'], 'dpkg-deb'],
  ] as const)
    assert.deepEqual(build(['--out', 'new'], programs), {
      status: 1,
      stdout: '',
      stderr: `build:image: cannot find ${missing}: install it, or build deploy/image/Containerfile with another builder\n`,
    });
});

test('a folder that is not an OCI layout is not replaced', () => {
  writeFileSync(join(folder, 'precious'), 'text');
  const { status, stderr } = build(['--out', '.'], ['buildah']);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `build:image: cannot write the image to "${folder}": it exists and is not an OCI layout\n`,
  );
  assert.ok(readdirSync(folder).includes('precious'));
});

test('wrong use is refused with exit code 2', () => {
  for (const [args, message] of [
    [['--platform', 'linux/s390x'], 'cannot build for platform "linux/s390x"'],
    [['--files', 'a', '--out', 'b'], '--files takes one platform and no --out'],
    [['--plattform', 'linux/amd64'], "Unknown option '--plattform'"],
  ] as const) {
    const { status, stderr } = build(args);
    assert.equal(status, 2);
    assert.ok(stderr.startsWith(`build:image: ${message}`), stderr);
    assert.match(stderr, /^Usage: npm run build:image/m);
  }
  assert.equal(build(['--help']).status, 0);
});
