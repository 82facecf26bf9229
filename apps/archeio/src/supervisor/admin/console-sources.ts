import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Every file that the console consists of, by its path on the admin listener. */
export function consoleSources(): ReadonlyMap<string, ConsoleSource> {
  const manifest = import.meta.resolve('@archeio/console/package.json');
  const web = new URL('web/', manifest);
  const { resolve } = createRequire(manifest);
  const typeOf = (name: string): string => TYPES[name.slice(name.lastIndexOf('.') + 1)];
  const inWeb = (name: string): ConsoleSource => ({
    file: fileURLToPath(new URL(name, web)),
    type: typeOf(name),
  });
  return new Map([
    ['/', inWeb('index.html')],
    ...CONSOLE_FILES.map((name) => [`/console/${name}`, inWeb(name)] as const),
    ...Object.entries(LIBRARIES).map(([name, [entry, file, asModule]]) => {
      const main = resolve(entry);
      const source = {
        file: file === null ? main : join(dirname(main), file),
        type: typeOf(name),
        asModule,
      };
      return [`/console/lib/${name}`, source] as const;
    }),
  ]);
}
