import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import { answersHttp, type Part, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { writeOciImage } from '../parts/oci-image.ts';
import { ROOT } from '../../tools/source-files.ts';
import { type Block, blocksOf } from './blocks.ts';

/** The port on which each command of the walk-through that keeps running listens. */
const LISTENS = new Map([
  ['docker-registry', '5000'],
  ['nginx', '8081'],
  ['npm', '8080'],
]);

/** What a new user does first, word for word: only ports, folders and the image's source are the test's own. */
test(
  'the walk-through ends with a client that gets its blobs from the store',
  { skip: unavailable(['docker-registry', 'nginx', 'skopeo', 'curl']) },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'getting-started-'));
    // The web server reads the store as another user.
    chmodSync(folder, 0o755);
    const image = writeOciImage(join(folder, 'image'), '3.9');
    const ports = new Map<string, string>();
    for (const port of ['5000', '8080', '8081', '9090']) ports.set(port, String(await freePort()));
    const own = (text: string): string =>
      text
        .replaceAll('docker://registry.k8s.io/pause:3.9', `oci:${image.layout}:3.9`)
        .replaceAll('/tmp/archeio', folder)
        .replaceAll(/\b(?:5000|8080|8081|9090)\b/g, (port) => ports.get(port)!);

    const started: Part[] = [];
    const printed: string[] = [];
    const environment = {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
      PORT: ports.get('8080')!,
      ADMIN_PORT: ports.get('9090')!,
    };
    const surroundings = { folder, environment };
    /** Lines that end in `&` keep running; the others have to work. */
    const runLines = async ({ text }: Block): Promise<void> => {
      let before = '';
      for (const line of text.trim().split('\n')) {
        const command = ['sh', '-c', `cd '${ROOT}' && ${before} ${line.replace(/&$/, '')}`];
        // A variable holds for the lines that follow.
        if (/^\w+=/.test(line)) before += `${line};`;
        else if (line.endsWith('&'))
          started.push(startPart(`part${started.length}`, command, surroundings));
        else printed.push(await mustClean(command, surroundings));
        const port = LISTENS.get(line.split(' ')[0]);
        if (port !== undefined)
          await started
            .at(-1)!
            .until(() => answersHttp(`http://127.0.0.1:${ports.get(port)}/livez`));
      }
    };
    try {
      const guide = own(readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8'));
      for (const block of blocksOf(guide)) {
        if (block.language === 'sh') await runLines(block);
        else {
          mkdirSync(dirname(block.file), { recursive: true });
          writeFileSync(block.file, block.text);
        }
      }
      const [decisions, explained] = printed.slice(-2);
      // Both architectures: each blob once.
      assert.match(
        decisions,
        new RegExp(
          `backend="disk".*rule="R11".* ${image.blobs.length}$|rule="R11".*backend="disk".* ${image.blobs.length}$`,
          'm',
        ),
      );
      assert.match(explained, /decision +R11: 307/);
    } finally {
      for (const part of started.toReversed()) await part[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    }
  },
);
