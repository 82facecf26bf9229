import { createInterface } from 'node:readline';
import { spawnLimited } from '../parts/limited-child.ts';

/** Starts an installed `archeio serve`, which logs its port. */
export async function untilStarted(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<
  AsyncDisposable & { readonly port: number; readonly adminPort: number; readonly runtime: string }
> {
  const child = spawnLimited(command, [...args], { env: environment });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const started = await new Promise<{ port: number; adminPort: number; runtime: string }>(
    (resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        const line = JSON.parse(text);
        if (line.event === 'started') resolve(line);
      });
      void ended.then(() => reject(new Error(`archeio ended before it had started\n${stderr}`)));
    },
  );
  return {
    port: started.port,
    adminPort: started.adminPort,
    runtime: started.runtime,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
