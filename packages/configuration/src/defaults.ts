/** The key under which registry.k8s.io's buckets hold a blob. */
export const DEFAULT_KEY = 'containers/images/{digest}';

/** Every default of a configuration. Durations are written as in a file. */
export const DEFAULTS = Object.freeze({
  listen: {
    host: '::',
    port: 8080,
    admin: { host: '127.0.0.1', port: 9090, hosts: [] },
    processes: 1,
  },
  clientAddress: { topology: 'remote' },
  registry: {
    hosts: ['*'],
    prefix: '',
    signatures: { fallback: false },
    repositories: { refreshEvery: '10m' },
  },
  store: {
    weight: 1,
    check: 'head',
    forbidden: 'unknown',
    enabled: true,
    failover: 'none',
    presign: { expires: '5m' },
    inventory: { maxAge: '1h', refreshEvery: '10m' },
  },
  presence: {
    entries: 1_000_000,
    presentFor: '24h',
    absentFor: '10m',
    budget: '500ms',
    timeout: '2s',
    breaker: { failures: 5, openFor: '30s' },
  },
  health: { every: '30s', timeout: '2s', failures: 3, passes: 2, body: '64KiB' },
  ranges: {
    clouds: 'used',
    refreshEvery: '24h',
    directory: '/var/lib/archeio/ranges',
    atMostLost: 0.2,
  },
  mirror: {
    source: { referrers: true, tags: { deleted: 'keep' } },
    key: DEFAULT_KEY,
    contents: 'blobs',
    blobs: 'key',
    mode: '0644',
    limits: { requestsPerSecond: 80, concurrency: 32, bytesPerSecond: 0, memory: '64MiB' },
  },
  shadow: { sample: 0.01, timeout: '5s' },
  events: { to: 'stdout', sample: 0.01, always: ['errors'], client: 'none' },
  correlation: { requestId: false, token: false },
  traces: { sample: 1, trustedPeers: [] },
  stop: { delay: '5s', timeout: '30s' },
} as const);
