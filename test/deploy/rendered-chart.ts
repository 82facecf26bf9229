import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { ROOT } from '../../tools/source-files.ts';
import { type Outcome, run } from '../parts/command.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { madeOnce } from './made-once.ts';

export const CHART = join(ROOT, 'deploy/helm/archeio');
const RENDERER = join(import.meta.dirname, 'helm-render');

/** What the renderer needs, for `skip`. */
export const NEEDS = ['go'];

/** Debian's packages of Go libraries are found without modules and without a network. */
const GO = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', CGO_ENABLED: '0' };

function renderer(): Promise<string> {
  const sources = readdirSync(RENDERER).map((name) => join(RENDERER, name));
  return madeOnce('helm-render', sources, async (path) => {
    const { code, stderr } = await run('go', ['build', '-o', path, ...sources], GO);
    if (code !== 0) throw new Error(`cannot build the renderer:\n${stderr}`);
  });
}

/** Values of the chart: only what differs from its defaults. */
export type Values = Readonly<Record<string, unknown>>;

/** Runs the renderer on the chart with these values. */
export async function runRenderer(
  values: Values,
  options: readonly string[] = [],
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'values-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    return await run(await renderer(), ['-values', file, ...options, CHART]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The text of the chart's objects with these values.
 *
 * @throws Error with the renderer's message
 */
export async function renderedText(
  values: Values,
  options: readonly string[] = [],
): Promise<string> {
  const { code, stdout, stderr } = await runRenderer(values, options);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** Reads every document of a text. Unlike Kubernetes, refuses duplicate keys. */
export function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as KubernetesObject;
  });
}

/** The chart's objects with these values. */
export async function renderedObjects(values: Values): Promise<KubernetesObject[]> {
  return objectsOf(await renderedText(values));
}
