import type { SampleTable } from './samples.js';

const sound = 'mtls-end-to-end-tls12.pcapng';
const sound13 = 'mtls-end-to-end-tls13.pcap';
const middle = 'quality-midstream.pcapng';
const weak = 'weak-ciphers.pcap';
const old = 'old-settings.pcap';
const rewritten = 'handshake-rewritten.pcapng';
/** A hop of `weak-ciphers.pcap`, by the last number of its client's address and its server's port. */
const weakHop = (host: number, port: number) => ({ capture: weak, hop: `10.77.34.${host}->10.77.34.30:${port}` });
const fallbackHop = (host: number, port: number) => ({
  capture: 'version-fallback.pcap',
  hop: `10.77.31.${host}->10.77.31.30:${port}`,
});
const cappedHop = (host: number, port: number) => ({
  capture: 'versions-capped.pcapng',
  hop: `10.77.32.${host}->10.77.32.30:${port}`,
});
const oldHop = (host: number) => ({ capture: old, hop: `10.77.70.10${host}->10.77.70.30:710${host}` });
const keysHop = (host: number) => ({ capture: 'keys-over-http.pcapng', hop: `10.77.41.${host}->10.77.41.30:8000` });
const httpHop = (host: number) => ({ capture: 'http-credentials.pcap', hop: `10.77.44.${host}->10.77.44.30:80` });
const mailHop = (host: number, port: number) => ({
  capture: 'starttls-smtp.pcapng',
  hop: `10.77.51.${host}->10.77.51.30:${port}`,
});
const backend = (port: number) => ({
  capture: 'nginx-cleartext-backend.pcapng',
  hop: `10.77.13.20->10.77.13.30:${port}`,
});

const inClear = 'cannot happen: what crosses in clear is seen, and what is encrypted is no matter of this kind';
const counter = 'cannot happen: the counters of the capture tell, or nothing does';

/** Captures for the rules on versions and strength, cleartext, and the quality of captures. */
export const strengthSamples: SampleTable = {
  // Versions, downgrade, strength
  'deprecated-tls-version': {
    fires: [fallbackHop(101, 4433), cappedHop(10, 5010), cappedHop(11, 5013), weakHop(108, 7008)],
    clean: [sound, fallbackHop(102, 4434), cappedHop(10, 5012)],
    unobservable: [middle],
  },
  'server-version-capped': {
    fires: [cappedHop(10, 5010), cappedHop(10, 5012)],
    clean: [cappedHop(11, 5013), rewritten],
    unobservable: [middle],
  },
  'tls-version-downgrade': {
    fires: [fallbackHop(101, 4433), fallbackHop(102, 4434), fallbackHop(103, 4435)],
    clean: [fallbackHop(105, 4500), fallbackHop(106, 4500), sound],
    unobservable: 'cannot happen: attempts outside of the capture leave nothing that could be doubted',
  },
  'downgrade-below-capability': {
    fires: ['version-fallback.pcap'],
    clean: ['versions-capped.pcapng', sound],
    unobservable: 'cannot happen: what an end was not seen to do is not held against a handshake',
  },
  'fallback-scsv-rejected': {
    fires: [fallbackHop(104, 4500)],
    clean: [fallbackHop(101, 4433), sound],
    unobservable: 'cannot happen: the alert is readable in every version that knows it',
  },
  'tls-downgrade-sentinel': {
    fires: [rewritten, 'handshake-rewritten-client.pcap'],
    clean: [cappedHop(12, 5013), cappedHop(11, 5013), sound],
    unobservable: ['versions-capped-server-side.pcapng'],
  },
  'tls-handshake-tampering': {
    fires: [{ capture: rewritten, hop: '10.77.33.66->10.77.33.30:443' }],
    clean: ['handshake-rewritten-client.pcap', 'repeated-randoms.pcap'],
    unobservable: 'cannot happen: one side of a device looks like any handshake',
  },
  'weak-cipher-suite': {
    fires: [weakHop(107, 7007), weakHop(110, 7010), old],
    clean: [weakHop(105, 7005), sound],
    unobservable: [middle],
  },
  'null-cipher': {
    fires: [weakHop(101, 7001), weakHop(106, 7006)],
    clean: [weakHop(105, 7005), sound],
    unobservable: [middle],
  },
  'anonymous-cipher': {
    fires: [weakHop(102, 7002), weakHop(106, 7006)],
    clean: [weakHop(105, 7005), sound],
    unobservable: [middle],
  },
  'export-cipher': { fires: [oldHop(1)], clean: [oldHop(4), weakHop(105, 7005)], unobservable: [middle] },
  'no-forward-secrecy': {
    fires: [weakHop(103, 7003), weakHop(101, 7001)],
    clean: [weakHop(105, 7005), sound],
    unobservable: [middle],
  },
  'weak-dh-group': {
    fires: [oldHop(3)],
    // Its name in the recording says 1024 bits; the server took 2048.
    clean: [weakHop(104, 7004)],
    unobservable: 'cannot happen: without a ServerKeyExchange there is no prime to judge',
  },
  'tls-compression': { fires: [oldHop(2)], clean: [oldHop(4), sound], unobservable: [middle] },
  'weak-cert-signature': {
    fires: ['weak-certificates.pcapng', { capture: 'weak-certificates.pcapng', hop: '10.77.35.104->10.77.35.30:4464' }],
    clean: [{ capture: 'weak-certificates.pcapng', hop: '10.77.35.107->10.77.35.30:4467' }, sound],
    unobservable: [sound13],
  },
  'weak-handshake-signature': {
    fires: [oldHop(3)],
    clean: [oldHop(4), sound],
    unobservable: 'cannot happen: a signature that is not readable is of TLS 1.3, where these hashes are not allowed',
  },
  'weak-cert-key': {
    fires: [{ capture: 'weak-certificates.pcapng', hop: '10.77.35.103->10.77.35.30:4463' }],
    clean: [{ capture: 'weak-certificates.pcapng', hop: '10.77.35.101->10.77.35.30:4461' }, sound],
    unobservable: [sound13],
  },
  'insecure-renegotiation': {
    fires: [weakHop(111, 7011)],
    clean: [weakHop(103, 7003), 'renegotiation-apache.pcap'],
    unobservable: ['renegotiation-unannounced.pcap'],
  },
  'repeated-handshake-random': {
    fires: [{ capture: 'repeated-randoms.pcap', hop: '10.77.71.102->10.77.71.30:443' }],
    clean: [
      { capture: 'repeated-randoms.pcap', hop: '10.77.71.1->10.77.71.30:8443' },
      rewritten,
      'quality-duplicates.pcapng',
    ],
    unobservable: ['repeated-randoms-server-side.pcap'],
  },
  'classical-key-exchange': { fires: [sound], clean: [rewritten], unobservable: [middle] },

  // Cleartext
  'cleartext-proxy-hop': {
    fires: [backend(8080), backend(8081), backend(8082), 'haproxy-proxy-protocol.pcap', 'quality-full.pcap'],
    clean: ['http-credentials.pcap', 'starttls-smtp.pcapng', 'http-on-tls-port.pcapng'],
    unobservable: 'cannot happen: a leg that nothing joins to a front looks like any other',
  },
  'cleartext-identity-header': {
    fires: [backend(8082), { capture: 'haproxy-proxy-protocol.pcap', hop: '10.77.14.20->10.77.14.30:9003' }],
    clean: [
      backend(8080),
      { capture: 'haproxy-proxy-protocol.pcap', hop: '10.77.14.20->10.77.14.30:9001' },
      'certificate-in-header.pcapng',
    ],
    unobservable: inClear,
  },
  'proxy-hop-without-mtls': {
    fires: ['nginx-one-way-backend.pcapng'],
    clean: ['versions-capped-server-side.pcapng', 'http-on-tls-port.pcapng'],
    unobservable: 'cannot happen: where the state of a leg is not known it is no leg without mutual TLS',
  },
  'cleartext-http': {
    fires: ['certificate-in-header.pcapng', httpHop(108)],
    clean: ['services-in-clear.pcapng', 'starttls-smtp.pcapng'],
    unobservable: inClear,
  },
  'cleartext-service': {
    fires: ['services-in-clear.pcapng', mailHop(106, 2526), 'certificate-in-stream.pcap'],
    clean: ['http-credentials.pcap', { capture: 'haproxy-proxy-protocol.pcap', hop: '10.77.14.20->10.77.14.30:9001' }],
    unobservable: inClear,
  },
  'cleartext-credentials': {
    fires: [
      httpHop(101),
      httpHop(102),
      httpHop(103),
      httpHop(104),
      httpHop(105),
      mailHop(104, 2525),
      'services-in-clear.pcapng',
    ],
    clean: [httpHop(106), httpHop(107), httpHop(108), mailHop(105, 2525)],
    unobservable: inClear,
  },
  'password-instead-of-cert': {
    fires: [{ capture: 'postgresql-sslrequest.pcap', expectMutual: 'all' }],
    clean: [{ capture: 'certificate-in-header.pcapng', expectMutual: 'all' }],
    unobservable: 'cannot happen: a login inside TLS is looked for only where keys open it',
  },
  'auth-exchange-in-clear': {
    fires: [httpHop(106), 'postgresql-sslrequest.pcap'],
    clean: [httpHop(101), httpHop(107)],
    unobservable: inClear,
  },
  'unauthenticated-service': {
    fires: ['services-in-clear.pcapng', 'open-redis.pcap'],
    clean: [httpHop(101)],
    unobservable: ['open-redis-midstream.pcap'],
  },
  'plaintext-certificate': {
    fires: [keysHop(101), keysHop(103), keysHop(110), backend(8082), 'certificate-in-stream.pcap'],
    clean: [keysHop(105), keysHop(106), keysHop(108), keysHop(109), backend(8080)],
    unobservable: inClear,
  },
  'client-identity-exposed': {
    fires: [sound],
    clean: ['tls13-post-handshake-auth.pcapng'],
    unobservable: 'cannot happen: what is exposed is seen',
  },
  'plaintext-private-key': {
    fires: [keysHop(101)],
    clean: [keysHop(102), keysHop(104), keysHop(105), keysHop(106), keysHop(109)],
    unobservable: inClear,
  },
  'plaintext-encrypted-key': {
    fires: [keysHop(102), keysHop(104)],
    clean: [keysHop(101), keysHop(109)],
    unobservable: inClear,
  },
  'cleartext-cert-auth': {
    fires: [
      'certificate-in-stream.pcap',
      { capture: 'certificate-in-header.pcapng', hop: '10.77.43.101->10.77.43.30:3000' },
    ],
    clean: [backend(8082), keysHop(110)],
    unobservable: inClear,
  },
  'starttls-refused': {
    fires: [mailHop(104, 2525), 'postgresql-sslrequest.pcap'],
    clean: [mailHop(105, 2525), mailHop(106, 2526)],
    unobservable: inClear,
  },
  'starttls-stripped': {
    fires: [{ capture: 'starttls-smtp.pcapng', hop: '10.77.51.108->10.77.51.66:587' }],
    clean: [mailHop(104, 2525), mailHop(106, 2526), 'postgresql-sslrequest.pcap'],
    unobservable: 'cannot happen: an offer that is missing on one hop may never have been made',
  },
  'starttls-not-used': {
    fires: [mailHop(107, 587)],
    clean: [mailHop(101, 25), mailHop(106, 2526)],
    unobservable: inClear,
  },
  'cleartext-on-tls-port': {
    fires: [{ capture: 'http-on-tls-port.pcapng', hop: '10.77.19.101->10.77.19.20:443' }],
    clean: [{ capture: 'http-on-tls-port.pcapng', hop: '10.77.19.104->10.77.19.20:80' }, 'postgresql-sslrequest.pcap'],
    unobservable: inClear,
  },

  // Capture quality
  'capture-midstream': { fires: [middle], clean: ['quality-full.pcap'], unobservable: counter },
  'capture-one-sided': { fires: ['quality-one-direction.pcap'], clean: ['quality-full.pcap'], unobservable: counter },
  'capture-gap': {
    fires: ['quality-gap.pcap'],
    clean: ['quality-full.pcap', 'quality-reordered.pcapng'],
    unobservable: counter,
  },
  'capture-truncated': { fires: ['quality-snap-length-96.pcap'], clean: ['quality-full.pcap'], unobservable: counter },
  'capture-duplicates': { fires: ['quality-duplicates.pcapng'], clean: ['quality-full.pcap'], unobservable: counter },
  'capture-drops': { fires: ['drops-counted.pcapng'], clean: ['quality-full.pcap'], unobservable: counter },
  'capture-evictions': { fires: ['too-many-fragments.pcap'], clean: ['quality-full.pcap'], unobservable: counter },
  'vantage-loopback': { fires: ['loopback-http.pcap'], clean: ['quality-full.pcap'], unobservable: counter },
};
