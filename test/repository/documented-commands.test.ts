import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../../apps/archeio/src/commands/program.ts';
import { noSignalsHeld } from '../../apps/archeio/src/platform/held-signals.ts';
import { ROOT } from '../../tools/source-files.ts';

const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'apps/*/README.md', 'packages/*/README.md'], {
  cwd: ROOT,
});

/** npm's own commands that a document may name, and how to use them. */
const NPM = new Set(['ci', 'test', 'start', 'run', 'rebuild', 'exec']);

const SHELLS = new Set(['sh', 'bash', 'console']);

const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).scripts;

/** A command in a document, and whether it is in a block to copy. */
interface Documented {
  readonly document: string;
  readonly words: readonly string[];
  readonly copied: boolean;
}

/** The commands of a line as a shell divides it, without variables before and comments after. */
function commandsOf(line: string): string[][] {
  return line
    .replace(/(?:^|\s)#.*$/, '')
    .split(/&&|\|\|?|;|\$\(|&(?=\s|$)/)
    .map((part) =>
      part
        .replaceAll(/[()'"]/g, ' ')
        .trim()
        .split(/\s+/),
    )
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .map((words) => (words[0] === 'exec' ? words.slice(1) : words));
}

function* documented(document: string): Generator<Documented> {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const blocks = /^```(\w*)\n([\s\S]*?)^```/gm;
  for (const [, language = '', block = ''] of text.matchAll(blocks)) {
    if (!SHELLS.has(language)) continue;
    for (const line of block.replaceAll('\\\n', ' ').split('\n')) {
      // In a console block the commands follow the prompt.
      if (language === 'console' && !line.startsWith('$ ')) continue;
      for (const words of commandsOf(line.replace(/^\$ /, '')))
        yield { document, words, copied: true };
    }
  }
  for (const [, span = ''] of text.replaceAll(blocks, '').matchAll(/`([^`\n]+)`/g))
    for (const words of commandsOf(span)) yield { document, words, copied: false };
}

/** What is wrong with arguments of `archeio`. */
function wrongWith(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  const commands = [program];
  for (const word of words) {
    // A lone hyphen is standard input.
    if (word.startsWith('-') && word !== '-') {
      const flag = word.replace(/[=….,].*$/, '');
      const known = commands.flatMap(({ options }) => options);
      const isHelp = flag === '--help' || flag === '-h';
      if (!isHelp && !known.some(({ long, short }) => long === flag || short === flag))
        return `${command.name()} has no option ${flag}`;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) {
      // Arguments follow the last command; a group of commands has none.
      if (command.commands.length > 0 && command !== program && /^[a-z-]+$/.test(word))
        return `${command.name()} has no command ${word}`;
      if (command === program && /^[a-z-]+$/.test(word)) return `there is no command ${word}`;
      continue;
    }
    command = next;
    commands.push(next);
  }
  return undefined;
}

const program = createProgram({}, noSignalsHeld());

/** What is wrong with a command; undefined also for other programs. */
function problemOf({ words, copied }: Documented): string | undefined {
  const [name = '', ...rest] = words;
  switch (name) {
    case 'npm': {
      const command = rest.find((word) => !word.startsWith('-')) ?? '';
      // Only the output of npm run pack can be installed so far.
      if (
        command === 'install' &&
        rest.length > 1 &&
        rest.slice(1).every((each) => each.endsWith('.tgz'))
      )
        return undefined;
      if (!NPM.has(command)) return `npm ${command} is not for a checkout`;
      const script = command === 'run' ? rest[1] : command;
      return ['run', 'test', 'start'].includes(command) && !(script in scripts)
        ? `there is no script ${script}`
        : undefined;
    }
    case 'npx': {
      const [tool = '', ...args] = rest.filter((word, at) => at > 0 || !word.startsWith('-'));
      if (!existsSync(join(ROOT, 'node_modules/.bin', tool)))
        return `npx would fetch ${tool}: npm ci does not install it`;
      return problemOf({ document: '', words: [tool, ...args], copied: false });
    }
    case 'bun':
    case 'node': {
      const [file = ''] = rest;
      return file.endsWith('.ts') && !existsSync(join(ROOT, file))
        ? `there is no file ${file}`
        : undefined;
    }
    case 'archeio':
    case '/archeio/apps/archeio/bin/archeio':
    case 'apps/archeio/bin/archeio':
      if (name === 'archeio' && copied) return 'archeio is not installed: npx archeio';
      return wrongWith(program, rest);
    case 'docker':
    case 'podman': {
      if (rest.some((word) => /^archeio\b/.test(word))) return 'no image is published';
      // The reader's own image, whose entry point is archeio.
      const image = rest.findIndex((word) => /\/archeio:[\d.]+$/.test(word));
      return rest[0] === 'run' && image > 0 ? wrongWith(program, rest.slice(image + 1)) : undefined;
    }
    default:
      return undefined;
  }
}

describe('every command in the documents', () => {
  const all = DOCUMENTS.flatMap((document) => [...documented(document)]);

  test('can be run: its script, program, file, command and options exist', () => {
    assert.ok(all.filter(({ words }) => /^(?:np[mx]|archeio)$/.test(words[0] ?? '')).length > 40);
    assert.deepEqual(
      all.flatMap((each) => {
        const problem = problemOf(each);
        return problem === undefined
          ? []
          : [`${each.document}: ${each.words.join(' ')}: ${problem}`];
      }),
      [],
    );
  });

  test('is checked as a reader would run it', () => {
    const problem = (line: string, copied = true): string | undefined =>
      commandsOf(line)
        .map((words) => problemOf({ document: '', words, copied }))
        .find((each) => each !== undefined);
    for (const wrong of [
      'npm install -g archeio',
      'npm install archeio archeio.tgz',
      'npm run nothing',
      'npx archeion serve',
      'npx archeio sevre',
      'npx archeio mirror snyc',
      'npx archeio explain --adress 1.2.3.4',
      'npx node bench/nothing.ts',
      'A=1 archeio serve',
      'cd x && archeio serve',
      'docker run archeio',
      'docker run --rm archeio:1 serve',
      'docker run --rm registry.example/archeio:0.1.0 sevre',
    ])
      assert.notEqual(problem(wrong), undefined, wrong);
    for (const right of [
      'npm ci --omit=dev && npm start -- --config x.yaml &',
      'npx archeio mirror sync --config x.yaml # fills',
      'apps/archeio/bin/archeio serve --port 1',
      'npx --no archeio --version',
      'docker run --rm --read-only registry.example/archeio:0.1.0 serve --config x.yaml',
    ])
      assert.equal(problem(right), undefined, right);
    assert.equal(problem('archeio explain PATH --ip ADDRESS', false), undefined);
  });

  test('no example needs an image that is not published', () => {
    for (const document of [...DOCUMENTS, ...globSync('apps/archeio/examples/*', { cwd: ROOT })]) {
      const text = readFileSync(join(ROOT, document), 'utf8');
      assert.doesNotMatch(text, /\bimage: *['"]?archeio\b/, document);
    }
  });
});

test('no package can be published by accident', () => {
  for (const manifest of globSync('{.,packages/*,apps/*}/package.json', { cwd: ROOT })) {
    const { private: isPrivate } = JSON.parse(readFileSync(join(ROOT, manifest), 'utf8'));
    assert.equal(isPrivate, true, manifest);
  }
});
