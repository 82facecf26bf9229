import { readRegular } from '@archeio/bounded-reading';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Far more than any password or token has, in bytes. */
const LONGEST = 65_536;

/**
 * The password of the Redis, from a file or a variable; undefined if neither is set. Read again for each connection, since
 * files of secrets are rotated.
 *
 * @throws Error that names the file, if it cannot be read or is empty
 */
export async function redisPassword(environment: Environment): Promise<string | undefined> {
  const { ARCHEIO_REDIS_PASSWORD_FILE: file = '', ARCHEIO_REDIS_PASSWORD: variable = '' } =
    environment;
  if (file === '') return variable === '' ? undefined : variable;
  let bytes: Uint8Array;
  try {
    bytes = await readRegular(file, LONGEST);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the password from ${file}: ${why}`, { cause: error });
  }
  const password = new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
  if (password === '') throw new Error(`cannot read the password from ${file}: it is empty`);
  return password;
}
