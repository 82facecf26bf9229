import { configurationJsonSchema } from '../../configuration/json-schema.ts';

/** `archeio config schema`. */
export function schema(): void {
  process.stdout.write(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
}
