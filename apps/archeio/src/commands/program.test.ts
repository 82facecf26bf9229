import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from 'commander';
import { wordsOf } from './described-command.ts';
import { READ_VARIABLES } from './environment-help.ts';
import { createProgram } from './program.ts';
import { ArcheioError } from '../platform/errors.ts';

function program(): Command {
  return createProgram({}, { signals: [], received: [], hold: () => undefined });
}

function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more) });
  command.outputHelp();
  return text;
}

/** The help that a command line prints, or its error. */
async function outcome(...args: readonly string[]): Promise<string> {
  const archeio = program();
  let text = '';
  const catchOutput = (command: Command): void => {
    command.configureOutput({ writeOut: (more) => (text += more) });
    command.commands.forEach(catchOutput);
  };
  catchOutput(archeio);
  try {
    await archeio.parseAsync(args, { from: 'user' });
  } catch (error) {
    assert.ok(error instanceof ArcheioError, String(error));
    return `${error.details.command}: ${error.message}`;
  }
  return text;
}

const USAGE = /^Usage: (archeio[a-z ]*) \[options\]/;
const usageOf = async (...args: readonly string[]) => USAGE.exec(await outcome(...args))?.[1];

test('prints the help of any command, however it is requested', async () => {
  for (const args of [
    ['help', 'mirror', 'sync'],
    ['mirror', 'help', 'sync'],
    ['mirror', 'sync', '--help'],
  ])
    assert.equal(await usageOf(...args), 'archeio mirror sync', args.join(' '));
  assert.equal(await usageOf('help', 'mirror'), 'archeio mirror');
  assert.equal(await usageOf('help'), 'archeio');
  assert.equal(await usageOf('mirror', '--help'), 'archeio mirror');
  assert.equal(await usageOf('mirror', 'gc', '--older-than', '1d', '--help'), 'archeio mirror gc');
});

test('an unknown command is an error, also with --help', async () => {
  const known = 'expected plan, sync, verify, gc or inventory';
  for (const [args, expected] of [
    [
      ['nope'],
      /^archeio: unknown command "nope": expected serve, explain, compare, hosts, demo, config, ranges, mirror or completion$/,
    ],
    [['nope', '--help'], /^archeio: unknown command "nope"/],
    [['help', 'nope'], /^archeio: unknown command "nope"/],
    [['help', 'mirror', 'prune'], `archeio mirror: unknown command "prune": ${known}`],
    [['mirror', 'prune', '--help'], `archeio mirror: unknown command "prune": ${known}`],
    [['mirror', 'prune'], `archeio mirror: unknown command "prune": ${known}`],
    [['mirror', 'snyc', '-h'], 'archeio mirror: unknown command "snyc": did you mean "sync"?'],
    [['config', 'help', 'chek'], 'archeio config: unknown command "chek": did you mean "check"?'],
  ] as const) {
    const said = await outcome(...args);
    if (typeof expected === 'string') assert.equal(said, expected);
    else assert.match(said, expected);
  }
});

test('usage errors have the style of other messages and name their command', async () => {
  for (const [args, expected] of [
    [['serve', '--prot', '1'], 'archeio serve: unknown option "--prot": did you mean "--port"?'],
    [
      ['serve', '--port', 'x'],
      'archeio serve: option "--port <number>" argument "x" is invalid: expected a number from 0 to 65535',
    ],
    [['serve', '--port'], 'archeio serve: option "--port <number>" argument missing'],
    [
      ['serve', 'a'],
      'archeio serve: too many arguments for "serve": expected 0 arguments but got 1: a',
    ],
    [['explain', '--ip', '::1'], 'archeio explain: missing required argument "path"'],
    [['explain', '/'], 'archeio explain: required option "--ip <address>" not specified'],
    [
      ['mirror', 'gc'],
      'archeio mirror gc: required option "--older-than <duration>" not specified',
    ],
    [['--nope'], 'archeio: unknown option "--nope"'],
  ] as const)
    assert.equal(await outcome(...args), expected);
});

test('the help of a command lists exactly the variables that it reads', () => {
  const commands = leavesOf(program()).filter((each) => each.name() !== 'help');
  const words = commands.map((each) => wordsOf(each).replace(/^archeio /, ''));
  for (const name of Object.keys(READ_VARIABLES)) assert.ok(words.includes(name), name);
  for (const [at, command] of commands.entries()) {
    const text = helpOf(command);
    const named = [...text.matchAll(/^ {2}([A-Z][A-Z_]+) /gm)].map(([, name]) => name);
    assert.deepEqual(named, [...(READ_VARIABLES[words[at]] ?? [])], words[at]);
  }
  assert.deepEqual(READ_VARIABLES['config schema'], undefined);
});
