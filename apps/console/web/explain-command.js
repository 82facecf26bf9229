/** Options that select the configuration, by its name in the status if it is not a file or a URL. */
const NAMED = new Map([
  ['preset registry.k8s.io', []],
  ['standard input', ['--config', '-']],
]);

/** A word as a POSIX shell reads it. */
export function quote(word) {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The command that explains a request with the configuration of the server.
 *
 * @param {{ ip: string, path: string, host?: string, method?: string }} asked
 * @param {string} location as the status names it
 */
export function explainCommand({ ip, host, method, path }, location) {
  return [
    'archeio',
    'explain',
    ...(NAMED.get(location) ?? ['--config', location]),
    '--ip',
    ip,
    ...(host === undefined ? [] : ['--host', host]),
    ...(method === undefined ? [] : ['--method', method]),
    path,
  ]
    .map(quote)
    .join(' ');
}
