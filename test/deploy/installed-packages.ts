import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { must } from '../parts/command.ts';
import { madeOnce } from './made-once.ts';

const LOCKED = ['package.json', 'package-lock.json'];

/** Installs the locked packages of this folder, and returns the folder that has their node_modules. */
export function installedPackages(): Promise<string> {
  const sources = LOCKED.map((name) => join(import.meta.dirname, name));
  return madeOnce('packages', sources, async (folder) => {
    mkdirSync(folder, { recursive: true });
    for (const name of LOCKED) cpSync(join(import.meta.dirname, name), join(folder, name));
    const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await must('npm', ['ci', '--prefix', folder, ...quiet, '--loglevel=error']);
  });
}

/** The parts of ajv that are used here. */
interface Failure {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}
type Validate = ((value: unknown) => boolean) & { readonly errors?: readonly Failure[] | null };

/** Returns a function that lists what is wrong with a value by a JSON Schema, each problem with its path. */
export async function schemaValidator(schema: unknown): Promise<(value: unknown) => string[]> {
  const load = createRequire(join(await installedPackages(), 'package.json'));
  const { default: Ajv }: { default: new (options: object) => { compile(_: unknown): Validate } } =
    load('ajv');
  const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    schema,
  );
  return (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const { additionalProperty } = params;
      const which = typeof additionalProperty === 'string' ? ` ("${additionalProperty}")` : '';
      return `${instancePath}: ${message}${which}`;
    });
  };
}
