import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..');

/** A file of TypeScript below the checkout. */
export interface SourceFile {
  /** Relative to the checkout. */
  readonly path: string;
  readonly text: string;
  /** Specifiers that it imports or re-exports, as written. */
  readonly imports: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|(?:^|\n)import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g;

/** Specifiers that a text imports or re-exports, as written. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The sources of a package, without tests and their support files. */
export function sourceFiles(pattern: string): SourceFile[] {
  return globSync(pattern, { cwd: ROOT, exclude: (name) => name === 'node_modules' })
    .filter((path) => !path.endsWith('.test.ts') && !path.includes('/testing/'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, imports: importsOf(text) };
    });
}

/** The text of a file without its comments and string literals. */
export function code(text: string): string {
  // In one pass from the start: each may contain the opening characters of another.
  return text.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm,
    (found) => (found.startsWith('/') ? '' : "''"),
  );
}

/** Whether a file contains only types. */
export function hasNothingToRun({ text }: SourceFile): boolean {
  return /^\s*(?:export \{\s*\};?\s*)*$/.test(code(stripTypeScriptTypes(text)));
}
