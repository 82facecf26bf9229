/** The paths of the admin listener, and what each returns. */
export const ADMIN_PATHS: readonly (readonly [path: string, what: string])[] = [
  ['/livez', 'whether the process is running'],
  ['/readyz', 'whether it accepts requests'],
  ['/startupz', 'whether it has started'],
  ['/healthz', 'the same as /readyz'],
  ['/live', 'the same as /livez'],
  ['/ready', 'the same as /readyz'],
  ['/metrics', 'metrics for Prometheus'],
  ['/api/status', 'version, configuration and state of the backends'],
  ['/api/history', 'the last hour in steps; ?range=day for the last day'],
  ['/api/configuration', 'the configuration in use, and where each value comes from'],
  ['/api/flows', 'from which regions to which backends; ?range=day for the last day'],
  ['/api/places', 'where the regions of clouds are'],
  ['/api/explain', 'how a request would be answered, and why: ?path=/v2/&ip=203.0.113.7'],
];

/** What clients that are not browsers get at `/`. */
export const ENDPOINTS = [['/', 'the console, in a browser'] as const, ...ADMIN_PATHS]
  .map(([path, what]) => `${path.padEnd(18)} ${what}\n`)
  .join('');
