import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EMBEDDED, embedded } from '../../platform/embedded.ts';

/** A file of the console. */
export interface ConsoleSource {
  readonly file: string;
  readonly type: string;
  /** Turns the text of a library's file into an ES module that a browser can load without an import map. */
  readonly asModule?: (text: string) => string;
}

/** Files of the package's folder `web`. Only these are served. */
export const CONSOLE_FILES: readonly string[] = [
  'app.js',
  'backend-details.js',
  'backends.js',
  'causes.js',
  'chart.js',
  'charts.js',
  'configuration.js',
  'connection.js',
  'explain-command.js',
  'explain.js',
  'filter.js',
  'format.js',
  'history.js',
  'html.js',
  'icon.svg',
  'keys.js',
  'land.js',
  'later.js',
  'map-layout.js',
  'map-nodes.js',
  'map.js',
  'money.js',
  'origins.js',
  'overview.js',
  'parts.js',
  'projection.js',
  'ranges.js',
  'sentence.js',
  'style.css',
  'table.js',
  'takers.js',
];

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** A source map is not served, so the browser must not look for it. */
function withoutMap(text: string): string {
  return text.replace(/\n\/\/# sourceMappingURL=\S*/, '');
}

/** The file of a library, next to its entry point; `null` is the entry point itself. */
const LIBRARIES: Readonly<
  Record<string, readonly [entry: string, file: string | null, asModule: (text: string) => string]>
> = {
  'preact.js': ['preact', null, withoutMap],
  'hooks.js': [
    'preact/hooks',
    null,
    (text) => withoutMap(text).replace(/from\s*"preact"/, 'from"./preact.js"'),
  ],
  'htm.js': ['htm', 'htm.mjs', withoutMap],
  // The minified build only exists as a script: an export makes it a module, half the size of the library's own.
  'uplot.js': [
    'uplot',
    'uPlot.iife.min.js',
    (text) => `${withoutMap(text)}\nexport default uPlot;\n`,
  ],
  'uplot.css': ['uplot', 'uPlot.min.css', withoutMap],
};

/** Where the files of the installed packages are, by their path on the admin listener. */
function installedFiles(): (path: string) => string {
  const manifest = import.meta.resolve('@archeio/console/package.json');
  const web = new URL('web/', manifest);
  const { resolve } = createRequire(manifest);
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const [entry, file] = path.startsWith('/console/lib/') ? LIBRARIES[name] : [];
    if (entry === undefined) return fileURLToPath(new URL(name || 'index.html', web));
    const main = resolve(entry);
    return typeof file === 'string' ? join(dirname(main), file) : main;
  };
}

/** The same in the executable, whose build copies them. */
export function embeddedFiles(folder: URL): (path: string) => string {
  return (path) =>
    fileURLToPath(new URL(`.${path === '/' ? '/console/index.html' : path}`, folder));
}

/**
 * Every file that the console consists of, by its path on the admin listener.
 *
 * @param folder where the executable has them; undefined if packages are installed
 */
export function consoleSources(
  folder: URL | undefined = embedded(EMBEDDED.shipped),
): ReadonlyMap<string, ConsoleSource> {
  const locate = folder === undefined ? installedFiles() : embeddedFiles(folder);
  const paths: readonly (readonly [string, ConsoleSource['asModule']?])[] = [
    ['/'],
    ...CONSOLE_FILES.map((name) => [`/console/${name}`] as const),
    ...Object.entries(LIBRARIES).map(
      ([name, [, , asModule]]) => [`/console/lib/${name}`, asModule] as const,
    ),
  ];
  return new Map(
    paths.map(([path, asModule]) => {
      const extension = path === '/' ? 'html' : path.slice(path.lastIndexOf('.') + 1);
      const source = { file: locate(path), type: TYPES[extension] };
      return [path, asModule === undefined ? source : { ...source, asModule }];
    }),
  );
}
