import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type Common, publishedManifest, workspacePackages } from './published-package.ts';
import { importsOf, ROOT } from './source-files.ts';

/** `npm run build`: writes each package as it is published, JavaScript and declarations, to its own folder in dist/. */

/** The compiler rewrites imports, but not files opened by URL. */
const OPENED = /(new URL\(\s*'\.{1,2}\/[^']*)\.ts(?=',\s*import\.meta\.url)/g;
/** Nor imports in declarations. */
const DECLARED = /((?:from|import|import\()\s*'\.{1,2}\/[^']*)\.ts(?=')/g;

/** The files that packages export and import, without those only tests use; and every source of an app. */
function sources(): string[] {
  const apps = workspacePackages().filter(({ folder }) => folder.startsWith('apps/'));
  const found = new Set(
    apps
      .flatMap(({ folder }) => globSync(`${folder}/src/**/*.{ts,mjs}`, { cwd: ROOT }))
      .filter((path) => !path.endsWith('.test.ts') && !path.includes('/testing/')),
  );
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const imported of importsOf(readFileSync(join(ROOT, path), 'utf8')))
      if (imported.startsWith('.')) add(join(dirname(path), imported));
  };
  for (const { folder, manifest } of workspacePackages())
    for (const target of Object.values(manifest.exports ?? {}))
      if (target.endsWith('.ts')) add(join(folder, target));
  return [...found].map((path) => join(ROOT, path));
}

/** @throws Error with the compiler's output */
function compile(into: string): void {
  const project = join(into, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        allowImportingTsExtensions: false,
        rewriteRelativeImportExtensions: true,
        allowJs: true,
        declaration: true,
        sourceMap: true,
        inlineSources: true,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        rootDir: ROOT,
        outDir: into,
      },
      files: sources(),
      include: [],
    }),
  );
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { status, stdout, error } = spawnSync(tsc, ['--project', project], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status !== 0) throw new Error(`tsc failed: ${error?.message ?? stdout}`);
}

/** The text of a compiled file as it is published. */
function published(path: string, text: string): string {
  if (path.endsWith('.map')) {
    const map = JSON.parse(text);
    const [source] = map.sources;
    // The map contains the source; its name is the path next to dist/.
    const within = dirname(path.slice(path.indexOf('/src/') + '/src/'.length));
    const up = within === '.' ? '..' : relative(within, '..');
    return JSON.stringify({ ...map, sources: [join(up, 'src', within, basename(source))] });
  }
  return /\.d\.m?ts$/.test(path)
    ? text.replaceAll(DECLARED, '$1.js')
    : text.replaceAll(OPENED, '$1.js');
}

/**
 * Writes each package to `into`/packages/NAME or `into`/apps/NAME, ready for `npm pack`, and returns those folders.
 *
 * @throws Error with the compiler's output
 */
export function build(into: string): string[] {
  rmSync(into, { recursive: true, force: true });
  const compiled = join(into, 'compiled');
  mkdirSync(compiled, { recursive: true });
  compile(compiled);
  const { repository, engines }: Common = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const packages = workspacePackages();
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
  const folders = packages.map((each) => {
    const { folder, manifest } = each;
    const target = join(into, folder);
    for (const path of globSync(`${folder}/src/**/*.*`, { cwd: compiled })) {
      const file = join(target, 'dist', relative(`${folder}/src`, path));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, published(path, readFileSync(join(compiled, path), 'utf8')));
    }
    for (const name of ['README.md', ...(manifest.files ?? [])])
      cpSync(join(ROOT, folder, name), join(target, name), {
        recursive: true,
        filter: (path) => !path.endsWith('.test.ts'),
      });
    cpSync(join(ROOT, 'LICENSE'), join(target, 'LICENSE'));
    const text = JSON.stringify(
      publishedManifest(each, { repository, engines }, versions),
      null,
      2,
    );
    writeFileSync(join(target, 'package.json'), `${text}\n`);
    return target;
  });
  rmSync(compiled, { recursive: true });
  return folders;
}

const USAGE = `Usage: npm run build

Writes every package as it is published to dist/: JavaScript, source maps and declarations.
`;

function main(): number {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
  } catch (error) {
    process.stderr.write(
      `build: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`,
    );
    return 2;
  }
  try {
    for (const folder of build(join(ROOT, 'dist'))) console.log(relative(ROOT, folder));
    return 0;
  } catch (error) {
    process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = main();
