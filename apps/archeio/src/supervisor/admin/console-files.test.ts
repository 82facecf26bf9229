import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../../../../tools/source-files.ts';
import { ConsoleFiles } from './console-files.ts';
import { CONSOLE_FILES, consoleSources } from './console-sources.ts';

const WEB = join(ROOT, 'apps/console/web');

/** Paths of the files that a browser loads before it shows anything. */
async function firstFiles(console: ConsoleFiles): Promise<Set<string>> {
  const found = new Set<string>();
  const add = async (path: string): Promise<void> => {
    if (found.has(path) || !consoleSources().has(path)) return;
    found.add(path);
    const text = Buffer.from((await console.answer(path, {}))?.body ?? '').toString();
    const linked = path.endsWith('.js')
      ? text.matchAll(/\bfrom\s*["'](\.[^"']+)["']/g)
      : text.matchAll(/(?:href|src)="([^"]+)"/g);
    for (const [, link] of linked) await add(new URL(link, `http://host${path}`).pathname);
  };
  await add('/');
  return found;
}

test('every file of the console is served, and tests are not', () => {
  const files = readdirSync(WEB).filter((name) => !name.endsWith('.test.ts'));
  assert.deepEqual(
    files.filter((name) => name !== 'index.html').toSorted(),
    CONSOLE_FILES.toSorted(),
  );
});

test('the first paint takes less than 100 KiB, compressed', async () => {
  const console = new ConsoleFiles();
  const sizeOf = async (path: string): Promise<number> => {
    const answer = await console.answer(path, { 'accept-encoding': 'gzip' });
    assert.equal(answer?.status, 200, path);
    return answer.body.length;
  };
  const first = await firstFiles(console);
  let total = 0;
  for (const path of first) total += await sizeOf(path);
  assert.ok(total > 30_000 && total < 100 * 1024, `${total} bytes`);
  // Views that few open are loaded when they are.
  const later = [...consoleSources().keys()].filter((path) => !first.has(path));
  for (const name of ['land.js', 'map.js', 'configuration.js'])
    assert.ok(later.includes(`/console/${name}`), name);
  for (const path of later) assert.ok((await sizeOf(path)) < 32 * 1024, path);
});

test('modules import only files of the console, and nothing is inline', async () => {
  const console = new ConsoleFiles();
  for (const path of consoleSources().keys()) {
    const answer = await console.answer(path, {});
    const text = Buffer.from(answer?.body ?? '').toString();
    assert.doesNotMatch(text, /sourceMappingURL/, path);
    if (path.endsWith('.js'))
      for (const [, from] of text.matchAll(
        /^\s*(?:import|export)\b[^'";]*\bfrom\s*["']([^"']+)["']/gm,
      )) {
        const wanted = new URL(from, `http://host${path}`).pathname;
        assert.ok(from.startsWith('./') && consoleSources().has(wanted), `${path} imports ${from}`);
      }
  }
  const page = readFileSync(join(WEB, 'index.html'), 'utf8');
  assert.doesNotMatch(page, /<style|style=|\son\w+=|<script[^>]*>[^<]/);
  for (const name of CONSOLE_FILES)
    assert.doesNotMatch(
      readFileSync(join(WEB, name), 'utf8'),
      /dangerouslySetInnerHTML|innerHTML|\beval\b|https?:\/\/(?!www\.w3\.org)/,
      name,
    );
});

test('a file that cannot be read is an error, and is read again', async () => {
  const console = new ConsoleFiles(
    new Map([['/', { file: '/nonexistent/index.html', type: 'text/html' }]]),
  );
  for (const _ of [1, 2]) await assert.rejects(console.answer('/', {}), { code: 'ENOENT' });
});

test('the executable has the same files under their paths on the listener', () => {
  const inside = consoleSources(new URL('file:///inside/shipped/'));
  assert.deepEqual([...inside.keys()], [...consoleSources().keys()]);
  for (const [path, { file, type }] of inside) {
    assert.equal(file, `/inside/shipped${path === '/' ? '/console/index.html' : path}`);
    assert.equal(type, consoleSources().get(path)?.type);
  }
});
