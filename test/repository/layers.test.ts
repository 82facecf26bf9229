import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type SourceFile, sourceFiles } from '../../tools/source-files.ts';

/** The app's folders and entry points from top to bottom: each imports only from below, types included. */
const LAYERS = [
  'executable.mjs',
  'main.mjs',
  'main.ts',
  'commands',
  'demo',
  'serve',
  'supervisor',
  'worker',
  'record',
  'http',
  'backends',
  'ipc',
  'metrics',
  'configuration',
  'platform',
];

const SOURCE = 'apps/archeio/src';

/** A file's imports from the app, relative to its sources. */
function importedBy({ path, imports }: SourceFile): string[] {
  return imports
    .filter((each) => each.startsWith('.') && !each.endsWith('/package.json'))
    .map((each) => join(dirname(path), each).slice(SOURCE.length + 1));
}

function layerOf(path: string): string {
  return path.split('/', 1)[0] ?? '';
}

/** Imports that lead upward, or from or to a folder without a layer. */
function upward(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const path = file.path.slice(SOURCE.length + 1);
    const from = LAYERS.indexOf(layerOf(path));
    return importedBy(file)
      .filter((imported) => from < 0 || LAYERS.indexOf(layerOf(imported)) < from)
      .map((imported) => `${path} imports ${imported}`);
  });
}

/** The entries of a folder, files and folders, that import each other in a cycle. */
function circleIn(folder: string, edges: readonly (readonly [string, string])[]): string[] {
  const within = (path: string): string | undefined =>
    folder === '' || path.startsWith(`${folder}/`)
      ? path.slice(folder === '' ? 0 : folder.length + 1).split('/', 1)[0]
      : undefined;
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    const [one, other] = [within(from), within(to)];
    if (one === undefined || other === undefined || one === other) continue;
    next.set(one, (next.get(one) ?? new Set()).add(other));
  }
  const done = new Set<string>();
  const circle = (entry: string, way: readonly string[]): string[] => {
    if (way.includes(entry)) return [...way.slice(way.indexOf(entry)), entry];
    if (done.has(entry)) return [];
    for (const each of next.get(entry) ?? []) {
      const found = circle(each, [...way, entry]);
      if (found.length > 0) return found;
    }
    done.add(entry);
    return [];
  };
  for (const entry of next.keys()) {
    const found = circle(entry, []);
    if (found.length > 0) return found;
  }
  return [];
}

/** At each level of the tree. */
function circles(files: readonly SourceFile[], root: string): string[] {
  const edges = files.flatMap((file) =>
    file.imports
      .filter((each) => each.startsWith('.'))
      .map((each) => [file.path, join(dirname(file.path), each)] as const),
  );
  const folders = new Set<string>();
  for (const { path } of files)
    for (let folder = dirname(path); folder.startsWith(root); folder = dirname(folder))
      folders.add(folder);
  return [...folders].flatMap((folder) => {
    const found = circleIn(folder, edges);
    return found.length > 0 ? [`${folder}: ${found.join(' → ')}`] : [];
  });
}

const APP = sourceFiles(`${SOURCE}/**/*.{ts,mjs}`);

test('a layer of the app imports only what is below it', () => {
  assert.ok(APP.length > 100);
  assert.deepEqual(upward(APP), []);
});

test('no files and folders of the app import each other in a cycle', () => {
  assert.deepEqual(circles(APP, SOURCE), []);
});

for (const name of new Set(
  sourceFiles('packages/*/src/**/*.ts').map(({ path }) => path.split('/')[1]),
))
  test(`no files of @archeio/${name} import each other in a cycle`, () => {
    const root = `packages/${name}/src`;
    assert.deepEqual(circles(sourceFiles(`${root}/**/*.ts`), root), []);
  });

test('an import upward and a cycle are detected', () => {
  const file = (path: string, ...imports: string[]): SourceFile => ({
    path: `${SOURCE}/${path}`,
    text: '',
    imports,
  });
  assert.deepEqual(upward([file('ipc/a.ts', '../serve/b.ts'), file('serve/b.ts', '../ipc/a.ts')]), [
    'ipc/a.ts imports serve/b.ts',
  ]);
  assert.deepEqual(upward([file('loose.ts', './ipc/a.ts')]), ['loose.ts imports ipc/a.ts']);
  assert.deepEqual(
    circles(
      [
        file('ipc/a/one.ts', '../b/other.ts'),
        file('ipc/b/other.ts', '../c.ts'),
        file('ipc/c.ts', './a/one.ts'),
      ],
      SOURCE,
    ),
    [`${SOURCE}/ipc: a → b → c.ts → a`],
  );
});
