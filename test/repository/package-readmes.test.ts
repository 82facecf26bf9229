import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workspacePackages } from '../../tools/published-package.ts';
import { ROOT } from '../../tools/source-files.ts';
import { checkedExample, readmeOf } from '../packages/readme-example.ts';

const INSTALL = `\`\`\`sh
npm run pack -- --out /tmp/archeio        # in a checkout of Archeio, until the packages are published
npm install /tmp/archeio/archeio-*.tgz    # in your project
\`\`\``;

const LIBRARIES = workspacePackages().filter(({ folder }) => folder.startsWith('packages/'));

/** The names in a list of exports, without keywords. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((each) => each.trim().replace(/^type\s+/, ''))
      .filter((each) => each !== ''),
  );
}

for (const { folder, manifest } of LIBRARIES) {
  const { text, problem, example, sections } = readmeOf(folder);

  test(`the first screen of ${manifest.name}: the problem, install, lines that run, guarantees`, () => {
    assert.ok(text.startsWith(`# ${manifest.name}\n`));
    assert.ok(problem.length >= 80, `it says what it is for: ${problem}`);
    assert.ok(text.includes(INSTALL), `it has these lines:\n${INSTALL}`);
    assert.ok(text.indexOf('```sh') < text.indexOf('```ts'), 'install comes first');
    assert.ok(example.split('\n').length <= 48, 'the example is short');
    assert.ok(checkedExample(example).checks > 0, 'the example says what it gives');
    assert.deepEqual([...sections.keys()].slice(0, 2), ['Guarantees', 'Exports']);
  });

  test(`the README of ${manifest.name} lists what the package exports, and nothing else`, async () => {
    const listed = new Set<string>();
    for (const line of (sections.get('Exports') ?? '').split('\n'))
      if (line.startsWith('| `'))
        for (const [, name = ''] of (line.split(' | ', 1)[0] ?? '').matchAll(/`([^`]+)`/g))
          listed.add(name);
    const values = Object.keys(await import(manifest.name));
    const names = new Set(namesIn(readFileSync(join(ROOT, folder, 'src/index.ts'), 'utf8')));
    const entries = Object.keys(manifest.exports ?? {})
      .filter((entry) => entry !== '.')
      .map((entry) => manifest.name + entry.slice(1));
    assert.deepEqual(
      [...values, ...entries].filter((name) => !listed.has(name)),
      [],
      'exported, and not listed',
    );
    assert.deepEqual(
      [...listed].filter((name) => !names.has(name) && !entries.includes(name)),
      [],
      'listed, and not exported',
    );
  });
}
