import { MIRROR_DESCRIPTIONS } from './mirror-descriptions.ts';

/** What each key of a configuration means, in one sentence: for editors (the JSON Schema) and docs/configuration.md. */
export const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    version: 'The version of this format.',
    listen: 'Where archeio listens, and with how many processes.',
    'listen.host': 'The address that requests come to; `::` is every address, IPv4 as well.',
    'listen.port': 'The port that requests come to; 0 takes any that is free.',
    'listen.admin': 'The listener for health, metrics and status.',
    'listen.admin.host': 'Its address; whoever reaches it can read it.',
    'listen.admin.port': 'Its port.',
    'listen.admin.hosts':
      'Further hosts that requests may name while it listens on loopback, such as that of a proxy in front; `*` allows any.',
    'listen.admin.hosts[]': 'A host pattern.',
    'listen.processes': 'How many processes answer requests; `auto` is one for each processor.',
    clientAddress: "Which address is the client's: how requests reach archeio.",
    'clientAddress.topology': 'What stands between clients and archeio.',
    'clientAddress.hops':
      'Which address of X-Forwarded-For counts, from the right: how many proxies write it.',
    'clientAddress.prefixes': 'The proxies that are believed, by their address prefixes.',
    'clientAddress.prefixes[]': 'A prefix, `10.0.0.0/8`.',
    'clientAddress.use': 'The header that the proxies write.',
    'clientAddress.name': "The header that has the client's address, `CF-Connecting-IP`.",
    pages: 'Pages for people, which `/` and `/privacy` lead to.',
    'pages.info': 'Where `/` leads.',
    'pages.privacy': 'Where `/privacy` leads.',
    networks: 'Networks of your own by name, each usable wherever a cloud is.',
    'networks.*': "A network's address prefixes; they go before what clouds publish.",
    'networks.*[]': 'A prefix, `192.0.2.0/24`.',
    registries:
      "The registries that are served, by Host, then by the longest prefix of a repository's name.",
    'registries[]': 'A registry.',
    'registries[].name': 'Its name in logs and metrics.',
    'registries[].hosts': 'The hosts that it is served on.',
    'registries[].hosts[]':
      '`*`, `*.example.com` or `registry.example.com`, with a port or without.',
    'registries[].prefix':
      "What its repositories' names begin with here, with a slash at the end (`docker/`); it is taken off for the upstream.",
    'registries[].upstreams':
      'Where its manifests are, in order; the first that is near and healthy is used.',
    'registries[].upstreams[]':
      'A registry that has everything, and lets anyone pull without a token.',
    'registries[].upstreams[].name': 'Its name in logs and metrics.',
    'registries[].upstreams[].url': 'Its origin, `https://host`.',
    'registries[].upstreams[].path':
      'The path of the repositories in it, without slashes at its ends.',
    'registries[].upstreams[].near': 'The clients for whom it goes before the others.',
    'registries[].upstreams[].near[]': 'A cloud or network.',
    'registries[].upstreams[].near[].cloud': "A provider's name (`AWS`) or one of `networks`.",
    'registries[].upstreams[].near[].regions': 'Some of its regions; all of them if left out.',
    'registries[].upstreams[].near[].regions[]': 'A region, as its provider writes it.',
    'registries[].upstreams[].usdPerGiB':
      'What a GiB costs that it sends to clients, in US dollars.',
    'registries[].upstreams[].usdPerGiB.sameRegion': 'To clients in its region.',
    'registries[].upstreams[].usdPerGiB.sameCloud': 'To clients elsewhere in its cloud.',
    'registries[].upstreams[].usdPerGiB.internet': 'To everyone else.',
    'registries[].signatures': 'A registry of its own for signatures and referrers.',
    'registries[].signatures.url': 'Its origin, `https://host`.',
    'registries[].signatures.path': 'The path of the repositories in it.',
    'registries[].signatures.usdPerGiB':
      'What a GiB costs that it sends to clients, in US dollars.',
    'registries[].signatures.usdPerGiB.sameRegion': 'To clients in its region.',
    'registries[].signatures.usdPerGiB.sameCloud': 'To clients elsewhere in its cloud.',
    'registries[].signatures.usdPerGiB.internet': 'To everyone else.',
    'registries[].signatures.fallback':
      'Also use it for manifests by digest and blobs that the upstream says it has not.',
    'registries[].repositories':
      'The repositories that there are; any other name is unknown without asking anyone.',
    'registries[].repositories.from': 'Where the list comes from.',
    'registries[].repositories.names': 'The names.',
    'registries[].repositories.names[]': "A repository's name.",
    'registries[].repositories.refreshEvery': 'How often the list is read again.',
    stores: 'Object storage with copies of blobs.',
    'stores[]': 'A store: a bucket or a CDN.',
    'stores[].name': 'Its name in logs and metrics.',
    'stores[].url': 'What its keys stand below, `https://host/bucket`.',
    'stores[].key':
      'Where a blob is: a template with `{digest}` or `{hex}`; also `{algorithm}`, `{hex:2}`.',
    'stores[].near': 'The clients that are sent to it.',
    'stores[].near[]': 'A cloud or network.',
    'stores[].near[].cloud': "A provider's name (`AWS`) or one of `networks`.",
    'stores[].near[].regions': 'Some of its regions; all of them if left out.',
    'stores[].near[].regions[]': 'A region, as its provider writes it.',
    'stores[].default': 'Whether clients are sent to it that no other store is near to.',
    'stores[].weight': 'Its share among stores that are near to the same clients.',
    'stores[].check': 'How it is asked for a blob: HEAD, a GET of the first byte, or not at all.',
    'stores[].checkUrl':
      'What is asked instead of `url`: the origin behind a CDN, which remembers what was missing.',
    'stores[].forbidden':
      'What 403 means: S3 answers so for a missing key where listing is not allowed.',
    'stores[].probe': 'A digest that is there: its body is read to see whether the store works.',
    'stores[].enabled': 'Whether it is used.',
    'stores[].failover':
      'Whether its clients go to a store of another region while it is not healthy.',
    'stores[].usdPerGiB': 'What a GiB costs that it sends to clients, in US dollars.',
    'stores[].usdPerGiB.sameRegion': 'To clients in its region.',
    'stores[].usdPerGiB.sameCloud': 'To clients elsewhere in its cloud.',
    'stores[].usdPerGiB.internet': 'To everyone else.',
    'stores[].presign':
      'Sign redirects to a private S3 bucket (SigV4), with the credentials of the environment.',
    'stores[].presign.region': "The bucket's region.",
    'stores[].presign.profile':
      'Which credentials of the shared AWS configuration files sign; the standard chain finds them if left out.',
    'stores[].presign.expires':
      'How long a signature holds, from 30s to 15m. At least three quarters of it are left when a client gets the redirect.',
    'stores[].public':
      'Must be true for a presigned store: archeio authenticates nobody, so the bucket is open to everyone.',
    'stores[].inventory':
      'A list of its blobs, by `archeio mirror inventory`: it is not asked for one that is surely absent.',
    'stores[].inventory.url': 'Where it is fetched from.',
    'stores[].inventory.file':
      'The file that it is in, instead of a URL; relative to the configuration file.',
    'stores[].inventory.maxAge': 'How old its date may be; an older one is not used.',
    'stores[].inventory.refreshEvery': 'How often it is looked for again, at least every 1s.',
    stayUpstream: 'The clients whose blobs come from the upstream, whatever store there is.',
    'stayUpstream[]': 'A cloud or network.',
    'stayUpstream[].cloud': "A provider's name (`GCP`) or one of `networks`.",
    'stayUpstream[].regions': 'Some of its regions; all of them if left out.',
    'stayUpstream[].regions[]': 'A region, as its provider writes it.',
    presence: 'What is remembered of which store has which blob, and how stores are asked.',
    'presence.entries': 'How many blobs are remembered; about 60 bytes each.',
    'presence.presentFor': 'How long a blob counts as there before it is checked again.',
    'presence.absentFor': 'How long a blob counts as missing.',
    'presence.budget': 'How long a request waits for the stores, all together.',
    'presence.timeout': 'How long one check may take; what comes after the budget is remembered.',
    'presence.breaker': 'When a store that fails is left alone.',
    'presence.breaker.failures': 'How many failures in a row open it.',
    'presence.breaker.openFor': 'How long the store is left alone then.',
    health: 'How backends are probed.',
    'health.every': 'How often.',
    'health.timeout': 'How long a probe may take.',
    'health.failures': 'How many failed probes in a row make a backend unhealthy.',
    'health.passes': 'How many good ones make it healthy again.',
    'health.body': "How much of a canary's body is read.",
    ranges: "The cloud providers' published address ranges.",
    'ranges.clouds':
      'Whose ranges are fetched: of the clouds that `near` and `stayUpstream` name (`used`), or of `all`.',
    'ranges.refreshEvery': 'How often they are fetched; `never` keeps to those that are there.',
    'ranges.directory': 'Where fetched ranges are kept over a restart.',
    'ranges.atMostLost':
      "A new list that loses more than this share of a cloud's addresses is refused.",
    'ranges.sources':
      "Where the providers publish, by cloud, if not at the provider's own address.",
    'ranges.sources.*': 'A URL.',
    ...MIRROR_DESCRIPTIONS,
    stop: 'How archeio stops when it is told to.',
    'stop.delay':
      'How long it still takes new connections, since endpoints take time to forget it.',
    'stop.timeout': 'How long requests in flight may take after that.',
  }),
);
