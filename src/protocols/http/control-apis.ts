// Data stores and control services whose interface is HTTP, told by what only they say: whoever may ask them owns the data.

/** Response headers that one service alone sends, by name in lower case; a pattern where the value tells. */
const byHeader: ReadonlyMap<string, readonly [service: string, value: RegExp | null]> = new Map([
  ['x-elastic-product', ['Elasticsearch', null]],
  ['x-etcd-cluster-id', ['etcd', null]],
  ['x-consul-index', ['Consul', null]],
  ['x-consul-effective-consistency', ['Consul', null]],
  ['x-nomad-index', ['Nomad', null]],
  ['x-kubernetes-pf-flowschema-uid', ['Kubernetes', null]],
  ['docker-experimental', ['Docker', null]],
  ['docker-distribution-api-version', ['container registry', null]],
  ['x-influxdb-version', ['InfluxDB', null]],
  ['x-clickhouse-server-display-name', ['ClickHouse', null]],
  ['x-couchdb-body-time', ['CouchDB', null]],
  ['server', ['CouchDB', /^CouchDB\//]],
]);

/** Paths that one service alone has. */
const byPath: readonly (readonly [path: RegExp, service: string])[] = [
  [
    /^\/(?:[\w.,*-]+\/)?_(?:search|bulk|cat|cluster|mapping|mappings|nodes|doc|msearch|settings|snapshot)(?:[/?]|$)/,
    'Elasticsearch',
  ],
  [/^\/v3(?:alpha|beta)?\/kv\/(?:range|put|deleterange|txn)$/, 'etcd'],
  [/^\/v2\/keys(?:[/?]|$)/, 'etcd'],
  [/^\/etcdserverpb\.(?:KV|Lease|Cluster|Maintenance|Watch)\//, 'etcd'],
];

/** Paths that only say that a service is there. */
const greetings = /^\/(?:_ping|ping|health\w*|version|v2\/?|status|ready|livez|readyz|v1\/status\/leader)?(?:\?|$)/;

/** Whether a response header by this name may tell a service. */
export function isServiceHeader(name: string): boolean {
  return byHeader.has(name);
}

/** The service that a response header tells; null where it tells none. */
export function serviceByHeader(name: string, value: string): string | null {
  const known = byHeader.get(name);
  return known !== undefined && (known[1] === null || known[1].test(value)) ? known[0] : null;
}

/** The service that a path tells; null where it tells none. */
export function serviceByPath(path: string): string | null {
  // Most paths have none of their marks: an underscore that begins a name, or one of two first letters.
  const first = path[1];
  if (first !== 'v' && first !== 'e' && !path.includes('/_')) return null;
  for (const [pattern, service] of byPath) if (pattern.test(path)) return service;
  return null;
}

/** Whether a request touches data or control, and is no question whether somebody is there. */
export function isMeaningful(method: string, path: string): boolean {
  return method !== 'HEAD' && method !== 'OPTIONS' && !greetings.test(path);
}
