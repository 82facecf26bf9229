import { cpus } from 'node:os';
import { startImageScene } from '../test/executable/image-scene.ts';
import { askForBlobs, askingStore, startFullStore } from './known-blobs.ts';

/**
 * The memory limit that a container of the image needs to answer BLOBS requests for different blobs, which it then knows:
 * for each LIMIT in MiB, whether the kernel ended it, and how long the answers took compared with the first limit.
 * `node bench/image-limit.ts BLOBS LIMIT…`; needs root and what test/parts/install.sh installs,
 * and ends after 15 minutes, as long as the tests' parts may live.
 */
const [blobs = Number.NaN, ...limits] = process.argv.slice(2).map(Number);
if (!(blobs > 0) || limits.length === 0)
  throw new Error('usage: node bench/image-limit.ts BLOBS LIMIT…');

async function measure(): Promise<void> {
  await using scene = await startImageScene();
  using store = await startFullStore();
  process.stdout.write(`${cpus()[0]?.model}, ${blobs} known blobs\n`);
  let first: number | undefined;
  for (const limit of limits) {
    const memory = [`--memory=${limit}m`, `--memory-swap=${limit}m`];
    const source = askingStore(store.url, blobs);
    await using container = await scene.serve(source, ...memory);
    const begun = performance.now();
    let problem = '';
    try {
      await askForBlobs(container.port, blobs);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const seconds = (performance.now() - begun) / 1000;
    first ??= seconds;
    const state = (await container.docker('inspect', '--format={{json .State}}')).trim();
    const { OOMKilled, Running } = JSON.parse(state);
    const outcome = Running ? 'answered all' : OOMKilled ? 'out of memory' : 'ended';
    process.stdout.write(
      `${limit} MiB: ${problem === '' ? outcome : `${outcome} (${problem})`}, ${seconds.toFixed(1)} s, ${(seconds / first).toFixed(2)} ×\n`,
    );
  }
}

await measure();
// Connections to the store may be open.
process.exit();
