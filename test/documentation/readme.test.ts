import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';
import { mustClean } from '../parts/clean-command.ts';
import { answersHttp, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { blocksOf } from './blocks.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
/** The store that has the blob, which a test server replaces. */
const STORE = 'https://prod-registry-k8s-io-eu-west-3.s3.dualstack.eu-west-3.amazonaws.com';

/** The commands of a console block that follow a prompt, each with what it prints. */
function commandsOf(block: string): { command: string; prints: string }[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.split('\n');
      return { command, prints: lines.join('\n').trim() };
    });
}

/** Text with lines left out, where it says so. */
function patternOf(prints: string): RegExp {
  const escaped = prints.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\n *…/g, '(?:\\n.*)*')}$`);
}

test('the preset and explain answer as README.md shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const store = createServer((_, response) =>
    response.writeHead(200, { 'Content-Length': '268' }).end(),
  );
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const bound = store.address();
  assert.ok(typeof bound === 'object' && bound !== null);
  const own = `http://127.0.0.1:${bound.port}`;
  try {
    const preset = readFileSync(join(ROOT, 'apps/archeio/presets/registry.k8s.io.yaml'), 'utf8');
    const configuration = join(folder, 'preset.yaml');
    writeFileSync(configuration, preset.replace(STORE, own));
    const port = String(await freePort());
    const environment = {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
      ARCHEIO_CONFIG: configuration,
      PORT: port,
      ADMIN_PORT: String(await freePort()),
    };
    const surroundings = { folder, environment };
    await using server = startPart(
      'archeio',
      ['sh', '-c', `cd '${ROOT}' && exec npm start`],
      surroundings,
    );
    await server.until(() => answersHttp(`http://127.0.0.1:${port}/livez`));

    const block = blocksOf(README).find(({ language }) => language === 'console');
    assert.ok(block);
    let variables = '';
    const shown = commandsOf(block.text);
    assert.ok(shown.some(({ command }) => command.startsWith('npx archeio explain')));
    for (const { command, prints } of shown) {
      if (/^\w+=/.test(command)) {
        variables += `${command};`;
        continue;
      }
      const line = `cd '${ROOT}' && ${variables} ${command.replace(':8080', `:${port}`)}`;
      const printed = await mustClean(['sh', '-c', line], surroundings);
      assert.match(
        printed.replaceAll('\r', '').replaceAll(own, STORE).trim(),
        patternOf(prints),
        command,
      );
    }
  } finally {
    store.close();
    store.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
});

test('the configuration in README.md has no errors', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const block = blocksOf(README).find(({ language }) => language === 'yaml');
    assert.ok(block);
    const file = join(folder, 'images.yaml');
    writeFileSync(file, block.text);
    await mustClean([join(ROOT, 'apps/archeio/bin/archeio'), 'config', 'check', file], {
      folder,
      environment: { PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}` },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
