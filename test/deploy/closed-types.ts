import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../tools/source-files.ts';
import { run } from '../parts/command.ts';
import { installedPackages } from './installed-packages.ts';
import { type KubernetesObject, nameOf } from './kubernetes-object.ts';

/** The package that has the types of a group, and the module of a kind in it. */
function moduleOf({ apiVersion, kind }: KubernetesObject): string {
  if (apiVersion.startsWith('monitoring.coreos.com/'))
    return `@kubernetes-models/prometheus-operator/${apiVersion}/${kind}`;
  if (apiVersion.startsWith('serving.knative.dev/'))
    return `@kubernetes-models/knative/${apiVersion}/${kind}`;
  return `kubernetes-models/${apiVersion}/${kind}`;
}

const SETTINGS = {
  compilerOptions: {
    target: 'esnext',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: [],
    noEmit: true,
    strict: true,
    skipLibCheck: true,
  },
  include: ['*.ts'],
};

/** What the compiler says of a file, without its path. */
function problemsIn(output: string, file: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(`${file}(`))
    .map((line) => line.replace(/^.*?: error TS\d+: /, ''));
}

/**
 * Lists what is wrong with each object, by name. An object literal may only have the properties of its type, so the
 * compiler refuses unknown fields at any depth; the models' own checks add formats and patterns.
 */
export async function refusedFields(
  objects: readonly KubernetesObject[],
): Promise<Record<string, string[]>> {
  const packages = await installedPackages();
  // Below the packages, where the compiler finds them.
  mkdirSync(join(packages, 'checked'), { recursive: true });
  const folder = mkdtempSync(join(packages, 'checked', 'objects-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(SETTINGS));
    for (const [at, object] of objects.entries())
      writeFileSync(
        join(folder, `object-${at}.ts`),
        `import type { I${object.kind} } from '${moduleOf(object)}';\n` +
          `export const object: I${object.kind} = ${JSON.stringify(object, null, 1)};\n`,
      );
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { code, stdout } = await run(tsc, ['--pretty', 'false', '-p', folder], {});
    const problems: Record<string, string[]> = {};
    for (const [at, object] of objects.entries()) {
      const found = problemsIn(
        stdout.replaceAll(/^.*?(?=object-\d+\.ts\()/gm, ''),
        `object-${at}.ts`,
      );
      found.push(...(await modelProblems(packages, object)));
      if (found.length > 0) problems[nameOf(object)] = found;
    }
    if (code !== 0 && Object.keys(problems).length === 0) throw new Error(stdout);
    return problems;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the model of an object refuses: missing fields, wrong types, formats and patterns. */
async function modelProblems(packages: string, object: KubernetesObject): Promise<string[]> {
  const path = join(packages, 'node_modules', `${moduleOf(object)}.js`);
  const { [object.kind]: Model }: Record<string, new (data: object) => { validate(): void }> =
    await import(pathToFileURL(path).href);
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
