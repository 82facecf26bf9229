import { configurationJsonSchema } from '@archeio/configuration';

/** `archeio config schema`. */
export function schema(): void {
  process.stdout.write(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
}
