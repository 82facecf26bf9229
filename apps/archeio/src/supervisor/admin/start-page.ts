/** The paths of the admin listener, and what each returns. */
export const ADMIN_PATHS: readonly (readonly [path: string, what: string])[] = [
  ['/livez', 'whether the process is running'],
  ['/readyz', 'whether it accepts requests'],
  ['/startupz', 'whether it has started'],
  ['/healthz', 'the same as /readyz'],
  ['/metrics', 'metrics for Prometheus'],
  ['/api/status', 'version, configuration and state of the backends'],
  ['/api/history', 'the last hour in steps; ?range=day for the last day'],
  ['/api/explain', 'how a request would be answered, and why: ?path=/v2/&ip=203.0.113.7'],
];

/** The page at `/`, without scripts or external resources. */
export const START_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>archeio</title>
<h1>archeio</h1>
<ul>
${ADMIN_PATHS.map(([path, what]) => `<li><a href="${path}">${path}</a>: ${what.replaceAll('&', '&amp;')}</li>`).join('\n')}
</ul>
</html>
`;
