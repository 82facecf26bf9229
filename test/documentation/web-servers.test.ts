import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { answersHttp, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { ROOT } from '../../tools/source-files.ts';
import { blocksOf } from './blocks.ts';

/** The web server configurations in the documents, and how each is started. */
const SERVERS: readonly {
  readonly name: string;
  readonly document: string;
  readonly language: string;
  readonly command: (file: string) => readonly string[];
}[] = [
  {
    name: 'nginx',
    document: 'docs/getting-started.md',
    language: 'nginx',
    command: (file) => ['nginx', '-e', 'stderr', '-c', file, '-g', 'daemon off;'],
  },
  {
    name: 'caddy',
    document: 'docs/reference/stores.md',
    language: 'caddyfile',
    command: (file) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
  },
];

for (const { name, document, language, command } of SERVERS)
  test(
    `${name}, configured as documented, serves a directory that the mirror has filled`,
    { skip: unavailable([name]) },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'web-servers-'));
      chmodSync(folder, 0o755);
      const port = await freePort();
      for (const [directory, file] of [
        ['blobs/containers/images', 'sha256:abc'],
        ['blobs/archeio', 'unreferenced.json'],
      ]) {
        mkdirSync(join(folder, directory), { recursive: true });
        writeFileSync(join(folder, directory, file), 'a blob');
      }
      const block = blocksOf(readFileSync(join(ROOT, document), 'utf8')).find(
        (each) => each.language === language,
      )!;
      const file = join(folder, 'configuration');
      writeFileSync(
        file,
        block.text.replaceAll('/tmp/archeio', folder).replaceAll('8081', String(port)),
      );
      const origin = `http://127.0.0.1:${port}`;
      try {
        await using server = startPart(name, command(file), {
          folder,
          environment: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
        });
        await server.until(() => answersHttp(`${origin}/`));
        const url = `${origin}/containers/images/sha256:abc`;
        const head = await fetch(url, { method: 'HEAD' });
        assert.deepEqual([head.status, head.headers.get('content-length')], [200, '6']);
        const part = await fetch(url, { headers: { Range: 'bytes=2-' } });
        assert.deepEqual([part.status, await part.text()], [206, 'blob']);
        assert.equal((await fetch(`${origin}/containers/images/sha256:abd`)).status, 404);
        assert.equal((await fetch(`${origin}/archeio/unreferenced.json`)).status, 404);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
