import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { blocksOf } from '../documentation/blocks.ts';
import { unavailable } from '../parts/availability.ts';
import { run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';

const BLOCKS = blocksOf(readFileSync(join(ROOT, 'docs/guides/tls.md'), 'utf8'));

function block(language: string): string {
  const found = BLOCKS.filter((each) => each.language === language);
  assert.equal(found.length, 1, language);
  return found[0]?.text ?? '';
}

describe(
  'the balancers of the guide accept its configurations',
  { skip: unavailable(['haproxy', 'nginx']) },
  () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-guide-'));
    });
    after(() => rmSync(folder, { recursive: true }));

    test('HAProxy', async () => {
      const file = join(folder, 'haproxy.cfg');
      const times = 'defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n';
      writeFileSync(file, times + block('haproxy'));
      const { code, stderr } = await run('haproxy', ['-c', '-f', file]);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /WARNING|ALERT/);
    });

    test('nginx', async () => {
      const file = join(folder, 'nginx.conf');
      const start = `load_module /usr/lib/nginx/modules/ngx_stream_module.so;\npid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\n`;
      writeFileSync(file, start + block('nginx'));
      const { code, stderr } = await run('nginx', ['-t', '-e', 'stderr', '-c', file]);
      assert.equal(code, 0, stderr);
    });
  },
);
