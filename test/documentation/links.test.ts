import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'apps/*/README.md', 'packages/*/README.md'], {
  cwd: ROOT,
});

/** The anchors of a document's headings, as GitHub derives them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = markdown.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function problemsOf(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  const links = [...text.matchAll(/\]\(([^)\s#]*)(?:#([^)\s]*))?\)/g)].concat([
    ...text.matchAll(/(?:src|srcset|href)="([^"#]+)(?:#([^"]*))?"/g),
  ]);
  return links.flatMap(([, path = '', anchor]) => {
    if (/^[a-z]+:/.test(path)) return [];
    const target = path === '' ? document : join(dirname(document), path);
    if (!existsSync(join(ROOT, target))) return [`${document}: there is no ${path}`];
    if (anchor === undefined || !target.endsWith('.md')) return [];
    return anchorsOf(readFileSync(join(ROOT, target), 'utf8')).has(anchor)
      ? []
      : [`${document}: ${path} has no heading #${anchor}`];
  });
}

test('every link between documents leads to a file and a heading that exist', () => {
  assert.ok(DOCUMENTS.length > 30);
  assert.deepEqual(DOCUMENTS.flatMap(problemsOf), []);
});
