import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';
import { missing, must, run } from '../parts/command.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');
const LIMIT = { timeout: 120_000 };

/** A directory with `archeio`, for PATH. */
const FOLDER = mkdtempSync(join(tmpdir(), 'archeio-completion-'));
after(() => rmSync(FOLDER, { recursive: true }));
symlinkSync(LAUNCHER, join(FOLDER, 'archeio'));
writeFileSync(join(FOLDER, 'one.yaml'), '');

/** The first part of a program for a shell, which loads the script. */
async function loading(shell: string): Promise<string> {
  const file = join(FOLDER, `script.${shell}`);
  writeFileSync(file, await must(LAUNCHER, ['completion', shell]));
  return `source ${file}\n`;
}

const ENVIRONMENT = { PATH: `${FOLDER}:${process.env['PATH']}` };

/** Typed by a user, who has not pressed Enter. */
const EVIL = `$(touch ${join(FOLDER, 'executed')})`;

async function linesOf(shell: string, args: readonly string[]): Promise<string[]> {
  return (await must(shell, args, ENVIRONMENT)).split('\n').filter((line) => line !== '');
}

test('bash completes commands, values, and files', LIMIT, async () => {
  // compopt works only while readline completes.
  const program = `${await loading('bash')}
    compopt() { echo "compopt $*"; }
    complete_words() {
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _archeio; echo "\${COMPREPLY[@]}"
    }
    complete_words archeio mirror s
    complete_words archeio hosts --for = cl
    complete_words archeio hosts --for =
    complete_words archeio config check ''
    complete_words archeio '${EVIL}' mirror ''
    ls ${FOLDER}/executed`;
  const { stdout, code } = await run('bash', ['--norc', '-c', program], ENVIRONMENT);
  assert.deepEqual(stdout.split('\n'), [
    'sync',
    'clients',
    'clients server mirror',
    'compopt -o default',
    '',
    'plan sync verify gc inventory help',
    '',
  ]);
  assert.notEqual(code, 0, 'what is typed is not executed');
});

test(
  'fish completes commands, values, and files',
  { ...LIMIT, skip: skipped('fish') },
  async () => {
    const script = await loading('fish');
    const complete = (line: string) =>
      linesOf('fish', ['--no-config', '-c', `${script} complete -C '${line}'`]);
    assert.deepEqual(await complete('archeio mirror s'), [
      'sync\tcopy what is missing; safe to interrupt and run again',
    ]);
    assert.deepEqual(await complete('archeio hosts --for=cl'), ['--for=clients']);
    assert.deepEqual(await complete('archeio hosts --for '), ['clients', 'mirror', 'server']);
    assert.deepEqual(await complete(`archeio config check ${FOLDER}/o`), [`${FOLDER}/one.yaml`]);
  },
);

test('zsh completes commands, values, and files', { ...LIMIT, skip: skipped('zsh') }, async () => {
  // The functions of zsh's completion work only while its line editor completes.
  const program = `
    compdef() { :; }
    _files() { print files; }
    _describe() { print -rl -- "\${(P@)2}"; }
    ${await loading('zsh')}
    complete_words() { local -a words=("$@"); local CURRENT=$#; _archeio; }
    complete_words archeio mirror s
    complete_words archeio hosts --for=
    complete_words archeio config check ''
    complete_words archeio '${EVIL}' mirror g
    ls ${FOLDER}/executed`;
  const { stdout, code } = await run('zsh', ['-f', '-c', program], ENVIRONMENT);
  assert.deepEqual(stdout.split('\n'), [
    'sync:copy what is missing; safe to interrupt and run again',
    '--for=clients:',
    '--for=server:',
    '--for=mirror:',
    'files',
    'gc:list blobs that no manifest of the source needs any more, and delete them with --delete',
    '',
  ]);
  assert.notEqual(code, 0, 'what is typed is not executed');
});

function skipped(shell: string): string | false {
  return missing(shell).length > 0 && `${shell} is not installed`;
}
