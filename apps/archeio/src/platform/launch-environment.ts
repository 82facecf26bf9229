/** What a start of the executable depends on. */
interface Launch {
  /** Without the program's name. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Version of Bun. */
  readonly version: string;
  /** Text of /proc/self/status; empty if there is none. */
  readonly status: string;
}

/** Set for a command that ignores hang-ups, as `nohup` starts it; `main.mjs` reads it. */
const IGNORES_HANG_UP = 'ARCHEIO_IGNORES_HANG_UP';

/** Whether the process ignores SIGHUP, which is the first signal of the mask. */
function ignoresHangUp(status: string): boolean {
  return /^SigIgn:\s*[0-9a-f]*[13579bdf]$/m.test(status);
}

/**
 * Environment variables that `bin/archeio` would set and that are missing. Bun reads them before its first instruction of
 * JavaScript, so the executable has to start again with them.
 */
export function missingVariables({
  args,
  environment,
  version,
  status,
}: Launch): Record<string, string> {
  const serves = args.includes('serve');
  const wanted = {
    UV_THREADPOOL_SIZE: '64',
    BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
    ...(serves &&
      version.startsWith('1.4.') && {
        BUN_JSC_heapGrowthMaxIncrease: '0.03',
        BUN_JSC_minEdenToOldGenerationRatio: '0.02',
      }),
    ...(!serves && ignoresHangUp(status) && { [IGNORES_HANG_UP]: 'yes' }),
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(([name]) => (environment[name] ?? '') === ''),
  );
}

/** What is wrong with the runtime that the arguments choose; undefined if the executable is that runtime. */
export function runtimeProblem(args: readonly string[], version: string): string | undefined {
  const wanted = args.flatMap((each, at) => {
    if (each.startsWith('--runtime=')) return [each.slice('--runtime='.length)];
    return args[at - 1] === '--runtime' ? [each] : [];
  });
  const last = wanted.at(-1) ?? '';
  if (last === '' || last === 'bun') return undefined;
  return last === 'node'
    ? `cannot use runtime "node": this executable contains bun ${version}; for node, start bin/archeio of a checkout`
    : `cannot use runtime ${JSON.stringify(last)}: expected bun`;
}
