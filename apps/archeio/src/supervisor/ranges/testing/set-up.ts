import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach } from 'node:test';
import { FakeProviders } from './fake-providers.ts';
import { fastly, gcp } from './published-lists.ts';

/** Shared by the tests of a file; each test has its own directory and the lists of two clouds. */
export interface SetUp {
  readonly server: FakeProviders;
  readonly directory: string;
}

export async function setUp(): Promise<SetUp> {
  const server = await FakeProviders.start();
  const temporary = mkdtempSync(join(tmpdir(), 'ranges-'));
  let directory = '';
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(temporary, { recursive: true });
  });
  beforeEach(() => {
    directory = mkdtempSync(join(temporary, 'directory-'));
    server.files.clear();
    server.takeStatuses();
    server.files.set('/Fastly', { body: fastly('10.0.0.0/8'), etag: '"f1"' });
    server.files.set('/GCP', { body: gcp('2026-07-01', '11.0.0.0/8'), etag: '"g1"' });
  });
  return {
    server,
    get directory() {
      return directory;
    },
  };
}
