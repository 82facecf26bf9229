import { MIRROR_DESCRIPTIONS } from './mirror-descriptions.ts';

/** Descriptions of the entries of a list of clouds and networks. */
function places(key: string, example = 'AWS'): Record<string, string> {
  return {
    [`${key}[]`]: 'Cloud or network.',
    [`${key}[].cloud`]: `Provider's name (\`${example}\`) or a name from \`networks\`.`,
    [`${key}[].regions`]: 'Regions of that cloud (default: all).',
    [`${key}[].regions[]`]: 'Region, as the provider spells it.',
  };
}

function price(key: string): Record<string, string> {
  return {
    [key]: 'Price of one GiB sent to clients, in US dollars.',
    [`${key}.sameRegion`]: 'Price to clients in the same region.',
    [`${key}.sameCloud`]: 'Price to clients in other regions of the same cloud.',
    [`${key}.internet`]: 'Price to all other clients.',
  };
}

const RID =
  "Add `rid=` with the request's ID to redirects to it, for its access log; requires `correlation.requestId`.";

/** Description of each key, in one sentence, for editors (the JSON Schema) and docs/reference/configuration.md. */
export const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    version: 'Version of this format.',
    listen: 'Addresses and ports that Archeio listens on, and the number of processes.',
    'listen.host': 'Address to listen on; `::` is every address, IPv4 included.',
    'listen.port': 'Port to listen on; 0 picks a free one.',
    'listen.admin': 'Listener for health, metrics and status.',
    'listen.admin.host':
      'Address of the admin listener. It has no authentication: every client that reaches it can read it.',
    'listen.admin.port': 'Port of the admin listener.',
    'listen.admin.hosts':
      'More Host header values to accept while it listens on loopback, such as the name of a proxy in front; `*` accepts any.',
    'listen.admin.hosts[]': 'A host pattern.',
    'listen.processes':
      'Number of processes that answer requests; `auto` starts one per processor.',
    tls: 'Serves https on `listen.port`, if no load balancer in front does.',
    'tls.certificate':
      'File with the certificate and its chain in PEM, the certificate of the server first; relative to the configuration file. Archeio reads it again when it changes.',
    'tls.key': 'File with the private key in PEM, RSA or EC, without a passphrase.',
    'tls.redirect': 'Port with plain HTTP that redirects every request to https.',
    'tls.redirect.port': 'Port to listen on, on the address `listen.host`.',
    'tls.redirect.to': 'Port that clients use for https (default: `listen.port`).',
    'tls.redirect.challenges':
      'Webroot of an ACME client: Archeio serves the files in its `.well-known/acme-challenge`.',
    clientAddress:
      'How requests reach Archeio, which decides where it finds the address of the client.',
    'clientAddress.topology': 'What is between clients and Archeio.',
    'clientAddress.hops':
      'Position of the client in X-Forwarded-For, counted from the right: the number of proxies that write it.',
    'clientAddress.prefixes': 'Address prefixes of the proxies to trust.',
    'clientAddress.prefixes[]': 'Address prefix, such as `10.0.0.0/8`.',
    'clientAddress.use': 'Header that the proxies write.',
    'clientAddress.name': "Header with the client's address, such as `CF-Connecting-IP`.",
    pages: 'Web pages that `/` and `/privacy` redirect to.',
    'pages.info': 'Redirect target of `/`.',
    'pages.privacy': 'Redirect target of `/privacy`.',
    networks: 'Your own networks, by name. Use a name wherever a cloud is expected.',
    'networks.*':
      'Address prefixes of the network; they take precedence over the ranges that clouds publish.',
    'networks.*[]': 'Address prefix, such as `192.0.2.0/24`.',
    registries:
      'Registries to serve. Archeio selects one by Host header, then by the longest prefix of the repository name.',
    'registries[]': 'Registry.',
    'registries[].name': 'Name in logs and metrics.',
    'registries[].hosts': 'Hosts that serve this registry.',
    'registries[].hosts[]':
      '`*`, `*.example.com` or `registry.example.com`, optionally with a port.',
    'registries[].prefix':
      'Prefix of its repository names, with a trailing slash (`docker/`). Archeio removes it before the name goes to the upstream.',
    'registries[].upstreams':
      'Registries that have its manifests, in order of preference. The first that is near the client and healthy is used.',
    'registries[].upstreams[]':
      'Registry that has every manifest and blob and allows pulls without a token.',
    'registries[].upstreams[].name': 'Name in logs and metrics.',
    'registries[].upstreams[].url': 'Origin, `https://host`.',
    'registries[].upstreams[].path':
      'Path of the repositories in this registry, without leading or trailing slash.',
    'registries[].upstreams[].near': 'Clients that use this upstream before the others.',
    ...places('registries[].upstreams[].near'),
    ...price('registries[].upstreams[].usdPerGiB'),
    'registries[].upstreams[].rid': RID,
    'registries[].signatures': 'Separate registry for signatures and referrers.',
    'registries[].signatures.url': 'Origin, `https://host`.',
    'registries[].signatures.path': 'Path of the repositories in this registry.',
    ...price('registries[].signatures.usdPerGiB'),
    'registries[].signatures.rid': RID,
    'registries[].signatures.fallback':
      'Also use it for blobs, and manifests by digest, that the upstream does not have.',
    'registries[].repositories':
      'List of all repositories. Archeio answers 404 to any other name without contacting a backend.',
    'registries[].repositories.from': 'Source of the list.',
    'registries[].repositories.names': 'Repository names.',
    'registries[].repositories.names[]': 'Repository name.',
    'registries[].repositories.refreshEvery': 'Interval at which the list is read again.',
    stores: 'Object storage with copies of blobs.',
    'stores[]': 'Store: a bucket, a CDN or a web server.',
    'stores[].name': 'Name in logs and metrics.',
    'stores[].url': 'Base URL, such as `https://host/bucket`; keys are appended to it.',
    'stores[].key':
      'Template for the key of a blob, with `{digest}` or `{hex}`; `{algorithm}` and `{hex:2}` also work.',
    'stores[].near': 'Clients that use this store.',
    ...places('stores[].near'),
    'stores[].default': 'Use this store for clients that have no nearer one.',
    'stores[].weight': 'Share of the blobs among stores that are equally near to a client.',
    'stores[].check': 'How Archeio checks for a blob: HEAD, a GET of the first byte, or no check.',
    'stores[].checkUrl':
      'URL to check instead of `url`: the origin of a CDN, if the CDN caches 404.',
    'stores[].forbidden':
      'Meaning of 403. S3 answers 403 for a missing key if the reader may not list the bucket.',
    'stores[].probe': 'Digest of a blob that is always in the store. Health checks read it.',
    'stores[].enabled': 'Use this store.',
    'stores[].failover':
      'Whether clients are sent to a store in another region while this one is unhealthy.',
    ...price('stores[].usdPerGiB'),
    'stores[].rid': RID,
    'stores[].presign':
      'Sign redirects to a private S3 bucket (SigV4), with the credentials of the environment.',
    'stores[].presign.region': 'Region of the bucket.',
    'stores[].presign.profile':
      'Profile in the shared AWS configuration files to sign with (default: the standard credential chain).',
    'stores[].presign.expires':
      'Lifetime of a signature, from 30s to 15m. A client that gets the redirect has at least three quarters of it left.',
    'stores[].public':
      'Must be true for a presigned store. Archeio does not authenticate clients: all that reach it can read the bucket.',
    'stores[].inventory':
      'Inventory of its blobs, written by `archeio mirror inventory`. Archeio does not check for blobs that are certainly absent.',
    'stores[].inventory.url': 'URL of the inventory.',
    'stores[].inventory.file':
      'File with the inventory, instead of a URL; relative to the configuration file.',
    'stores[].inventory.maxAge': 'Maximum age; an older inventory is not used.',
    'stores[].inventory.refreshEvery':
      'Interval at which the inventory is read again; at least 1s.',
    stayUpstream: 'Clients that always get blobs from the upstream.',
    ...places('stayUpstream', 'GCP'),
    presence: 'How Archeio asks stores for blobs, and how long it remembers the answers.',
    'presence.entries': 'Number of blobs to remember, at about 60 bytes each.',
    'presence.presentFor': 'How long a blob counts as present before it is checked again.',
    'presence.absentFor': 'How long a blob counts as absent.',
    'presence.budget': 'How long a request waits for all stores together.',
    'presence.timeout':
      'Time limit for one check. Answers that come after the budget are still remembered.',
    'presence.breaker': 'When to stop using a store that fails.',
    'presence.breaker.failures': 'Number of failures in a row that open the breaker.',
    'presence.breaker.openFor': 'How long the store is then skipped.',
    'presence.shared': 'Shares the answers of stores with other instances.',
    'presence.shared.redis':
      'Redis or Valkey that holds the answers: `redis://host:6379`, or `rediss://` for TLS. The password comes from the environment.',
    health: 'Health checks of backends.',
    'health.every': 'Interval between health checks.',
    'health.timeout': 'Time limit for one health check.',
    'health.failures': 'Number of failed health checks in a row that make a backend unhealthy.',
    'health.passes': 'Number of passed health checks in a row that make it healthy again.',
    'health.body': 'Number of bytes that a health check reads from a blob.',
    ranges: "The cloud providers' published address ranges.",
    'ranges.clouds':
      'Clouds whose ranges are fetched: those that `near` and `stayUpstream` name (`used`), or `all`.',
    'ranges.refreshEvery':
      'Interval at which they are fetched; `never` uses only those that are already on disk or shipped.',
    'ranges.directory': 'Directory that keeps fetched ranges across restarts.',
    'ranges.atMostLost': "Refuse a new list that lost more than this share of a cloud's addresses.",
    'ranges.sources': "URLs to fetch instead of the providers' own, by cloud.",
    'ranges.sources.*': 'A URL.',
    explain: 'Explains decisions to chosen clients.',
    'explain.header': 'Answers `Archeio-Explain: 1` with the header `Archeio-Decision`.',
    'explain.header.from':
      'Prefixes of the clients that get the header; requests of others are answered as if they did not ask.',
    'explain.header.from[]': 'Address prefix, such as `10.0.0.0/8`.',
    correlation: 'IDs that tie requests to each other and to other logs.',
    'correlation.requestId':
      'Add `X-Request-ID` to every answer: that of the request if it is safe to repeat, otherwise a new one.',
    'correlation.token':
      'Ask clients at `/v2/` to fetch a token from `/token`, which they send with each further request of a pull.',
    'correlation.realm':
      'URL at which clients reach `/token`, such as `https://registry.example/token`; required with `token`.',
    shadow: 'Instance to compare answers with: a share of the requests is also sent to it.',
    'shadow.url': 'Origin of the instance to compare with, `https://host`.',
    'shadow.sample': 'Share of the requests that are compared, from 0 to 1.',
    'shadow.addressHeader':
      'Header in which that instance reads the address of the client. Without it, no address is sent.',
    'shadow.addressFormat':
      "Content of the header: the client's address alone (`single`), or followed by a second one, as Google's load balancer writes it (default: `single`).",
    'shadow.timeout': 'Time limit for one comparison.',
    events: 'Write decision events: one JSON line for each sampled request.',
    'events.to': '`stdout`, or a file to append to; relative to the configuration file.',
    'events.sample':
      'Share of the requests that are written, from 0 to 1. Each event says how many requests it stands for.',
    'events.always':
      'Requests that are written even if the sample leaves them out: `errors` are internal errors and answers with a status of 400 or more, except the challenge to fetch a token.',
    'events.always[]': '`errors`.',
    'events.client':
      "What events say of the client's address: nothing, its prefix (IPv4 /24, IPv6 /48), or all of it.",
    traces:
      'Reads `traceparent`: a request belongs to the trace that it names. Exporting is turned on by variables.',
    'traces.sample':
      'Share of the requests to trace, from 0 to 1, if no trusted peer has decided. `OTEL_TRACES_SAMPLER` replaces it.',
    'traces.trustedPeers':
      'Prefixes of the proxies in front of Archeio: their `traceparent` decides whether a request is traced.',
    'traces.trustedPeers[]': "Address prefix of a connection's peer, such as `10.0.0.0/8`.",
    ...MIRROR_DESCRIPTIONS,
    stop: 'How Archeio stops on SIGTERM or SIGINT.',
    'stop.delay':
      'How long it still accepts new connections, because load balancers take time to stop using it.',
    'stop.timeout': 'Time limit for requests in flight after that.',
  }),
);
