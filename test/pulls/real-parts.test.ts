import { after, afterEach, before, describe, test } from 'node:test';
import { cutBlob } from '../faults/cut-blob.ts';
import { type FaultFinding, faultsReport } from '../faults/fault-table.ts';
import { knownThenGone } from '../faults/known-then-gone.ts';
import { recovery } from '../faults/recovery.ts';
import { answering, GONE, HANGING, silentStore } from '../faults/silent-store.ts';
import { unavailable } from '../parts/availability.ts';
import { checkDocument, checkPart } from '../parts/generated-document.ts';
import { pullsByAddress } from './by-address.ts';
import { pullsByHeader } from './by-header.ts';
import { Findings } from './findings.ts';
import { refusedPush } from './refused-push.ts';
import { clientsReport } from './report.ts';
import { CLIENTS, COMMANDS, type Scene, startScene } from './scene.ts';

/** One file, so that every part is started once: node:test runs each file in a process of its own. */
describe('real clients', { skip: unavailable(COMMANDS, 'root') }, () => {
  let running: Scene;
  const scene = (): Scene => running;
  before(async () => {
    running = await startScene();
  });
  let failed = false;
  afterEach((context) => {
    if ('passed' in context && !context.passed) failed = true;
  });
  after(async () => {
    if (failed) console.error(`the logs of all parts are in ${running.keepLogs()}`);
    await running[Symbol.asyncDispose]();
  });

  const findings = new Findings();
  test('every client says its version', async () => {
    for (const client of running.clients) {
      const version = await running.use((surroundings) => client.version(surroundings));
      findings.clients.push({ ...client, version });
    }
  });
  refusedPush(scene, findings);
  pullsByHeader(scene, CLIENTS, findings);
  pullsByAddress(scene, CLIENTS, findings);
  test('docs/internals/clients.md says what was seen', () => {
    checkDocument('docs/internals/clients.md', clientsReport(findings));
  });

  const faults: FaultFinding[] = [];
  silentStore(scene, answering(403), faults);
  silentStore(scene, answering(500), faults);
  cutBlob(scene, faults);
  silentStore(scene, HANGING, faults);
  recovery(scene);
  knownThenGone(scene, faults);
  silentStore(scene, GONE, faults);
  test('docs/internals/faults.md says what was seen', () => {
    checkPart('docs/internals/faults.md', faultsReport(faults));
  });
});
