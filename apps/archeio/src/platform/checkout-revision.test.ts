import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeBuild, runningBuild } from './build.ts';
import { checkoutRevision } from './checkout-revision.ts';

const OURS = JSON.stringify({ name: 'archeio-workspace' });

/** A new directory, with a git repository if git is installed. */
function scene(format = 'sha1') {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-revision-'));
  const checkout = join(folder, 'checkout');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: checkout,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
      timeout: 10_000,
    }).trim();
  mkdirSync(checkout);
  writeFileSync(join(checkout, 'package.json'), OURS);
  git('init', '-q', '-b', 'main', `--object-format=${format}`);
  const commit = (): string => {
    git('add', '.');
    git('commit', '-q', '--allow-empty', '-m', 'a commit');
    return git('rev-parse', 'HEAD');
  };
  return {
    folder,
    checkout,
    git,
    commit,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

describe('the revision of a checkout is what git says', () => {
  test('on a branch, loose and packed, and with a later commit after packing', () => {
    using scenery = scene();
    const { checkout, git, commit } = scenery;
    const first = commit();
    assert.equal(checkoutRevision(checkout), first);
    git('pack-refs', '--all');
    assert.equal(checkoutRevision(checkout), first);
    const second = commit();
    assert.notEqual(second, first);
    assert.equal(checkoutRevision(checkout), second);
  });

  test('on a branch whose name ends like another', () => {
    using scenery = scene();
    const { checkout, git, commit } = scenery;
    commit();
    git('branch', 'part/main');
    const second = commit();
    git('pack-refs', '--all');
    assert.equal(checkoutRevision(checkout), second);
  });

  test('on no branch, on an annotated tag, and on a symbolic branch', () => {
    using scenery = scene();
    const { checkout, git, commit } = scenery;
    const first = commit();
    git('tag', '-a', 'v1', '-m', 'one');
    commit();
    git('pack-refs', '--all');
    git('checkout', '-q', 'v1');
    assert.equal(checkoutRevision(checkout), first);
    git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    git('symbolic-ref', 'HEAD', 'refs/heads/alias');
    assert.equal(checkoutRevision(checkout), git('rev-parse', 'HEAD'));
  });

  test('in a worktree, and in a SHA-256 repository', () => {
    using scenery = scene('sha256');
    const { folder, checkout, git, commit } = scenery;
    commit();
    const other = join(folder, 'other');
    git('worktree', 'add', '-q', '-b', 'part/other', other);
    const later = commit();
    assert.equal(checkoutRevision(other), git('rev-parse', 'part/other'));
    assert.notEqual(checkoutRevision(other), later);
    git('pack-refs', '--all');
    assert.equal(checkoutRevision(other), git('rev-parse', 'part/other'));
    assert.match(checkoutRevision(checkout), /^[0-9a-f]{64}$/);
  });
});

describe('there is none', () => {
  test("without a repository, without a commit, and in another project's repository", () => {
    using scenery = scene();
    const { folder, checkout, commit } = scenery;
    assert.equal(checkoutRevision(checkout), '');
    assert.equal(checkoutRevision(join(folder, 'nowhere')), '');
    commit();
    // If Archeio is installed into another project, the surrounding repository is that project's.
    writeFileSync(join(checkout, 'package.json'), JSON.stringify({ name: 'another' }));
    assert.equal(checkoutRevision(checkout), '');
    writeFileSync(join(checkout, 'package.json'), OURS);
    const bare = join(folder, 'bare');
    cpSync(join(checkout, 'package.json'), join(bare, 'package.json'));
    assert.equal(checkoutRevision(bare), '');
  });

  test('if the reference is malformed, leads elsewhere or forms a loop', () => {
    using scenery = scene();
    const { checkout, commit } = scenery;
    commit();
    const git = join(checkout, '.git');
    for (const head of ['', 'nonsense', 'ref: refs/../../secret', 'ref: /etc/hostname', 'ABCDEF'])
      for (const text of [head, `${head}\n`]) {
        writeFileSync(join(git, 'HEAD'), text);
        assert.equal(checkoutRevision(checkout), '', head);
      }
    writeFileSync(join(git, 'HEAD'), 'ref: refs/heads/main');
    writeFileSync(join(git, 'refs/heads/main'), 'ref: refs/heads/main');
    assert.equal(checkoutRevision(checkout), '');
  });
});

test('the revision comes from the environment, else from the checkout', () => {
  assert.equal(runningBuild({ ARCHEIO_REVISION: 'v1-abc' }).revision, 'v1-abc');
  const { revision, version, runtime } = runningBuild({ ARCHEIO_REVISION: '' });
  assert.match(revision, /^(?:[0-9a-f]{40}|[0-9a-f]{64}|)$/);
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.match(runtime, /^node \d/);
});

test('a build is described in one line, with what is not known', () => {
  const build = { version: '1.2.3', revision: '', runtime: 'bun 1.4.5' };
  assert.equal(describeBuild(build), '1.2.3 (revision unknown, bun 1.4.5)');
  assert.equal(describeBuild({ ...build, revision: 'abc' }), '1.2.3 (revision abc, bun 1.4.5)');
});
