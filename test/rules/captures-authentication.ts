import type { Sample, SampleTable } from './samples.js';

const matrix = (client: number, port: number): Sample => ({
  capture: 'client-auth-matrix-go-tls12.pcap',
  ca: 'client-auth-matrix-go-tls12-ca.pem',
  hop: `10.77.21.${client}->10.77.21.30:${port}`,
});

/** Clients 101 to 107 show none, a self-signed, an untrusted, an expired, a server's, a good and an early certificate. */
const [none, selfSigned, untrusted, expired, servers, good, early] = [101, 102, 103, 104, 105, 106, 107] as const;

/** Ports of the matrix by Go's ClientAuth. */
const request = 9410;
const verifyIfGiven = 9430;

const servers12 = (client: number, port: number): Sample => ({
  capture: 'server-certificates-go-python-tls12.pcap',
  ca: 'server-certificates-go-python-tls12-ca.pem',
  hop: `10.77.23.${client}->10.77.23.30:${port}`,
});

/** Clients 101 (Go) and 103 (Python) verify nothing, 102 and 104 do. */
const [lax, strict, laxPython] = [101, 102, 103] as const;

const withoutKeys = 'mtls-end-to-end-tls13.pcap';
const onlyGood = 'mtls-end-to-end-tls12.pcapng';

/** SHA-256 of the key that 10.77.11.20 shows in `onlyGood`, as openssl computes it. */
const edgeKey = '1c482729466efbe08cd0de2f8e7fadbd656ffac1ba7c73e53829e87b5e554bec';

/** Captures for the rules on client and server authentication. */
export const authenticationSamples: SampleTable = {
  'missing-client-cert-request': {
    fires: [
      { capture: 'nginx-one-way-backend.pcapng', hop: '10.77.16.20->10.77.16.30:8443' },
      { capture: 'nginx-one-way-backend.pcapng', hop: '10.77.16.20->10.77.16.30:8445' },
    ],
    clean: [{ capture: 'nginx-one-way-backend.pcapng', hop: '10.77.16.10->10.77.16.20:443' }, onlyGood],
    unobservable: [{ capture: 'quality-gap.pcap', hop: '10.77.61.11->10.77.61.20:444' }],
  },
  'client-cert-optional': {
    fires: [
      matrix(none, request),
      { capture: 'postgresql-sslrequest.pcap', hop: '10.77.52.102->10.77.52.30:5432' },
      { capture: 'starttls-smtp.pcapng', hop: '10.77.51.102->10.77.51.30:25' },
    ],
    clean: [matrix(good, request), { capture: 'postgresql-sslrequest.pcap', hop: '10.77.52.101->10.77.52.30:5432' }],
    unobservable: ['client-answer-cut.pcap'],
  },
  'untrusted-client-cert-accepted': {
    fires: [matrix(untrusted, request)],
    clean: [matrix(good, request), matrix(selfSigned, request), matrix(untrusted, verifyIfGiven)],
    unobservable: [withoutKeys],
  },
  'self-signed-client-cert-accepted': {
    fires: [matrix(selfSigned, request)],
    clean: [matrix(good, request), matrix(untrusted, request), matrix(selfSigned, verifyIfGiven)],
    unobservable: [withoutKeys],
  },
  'expired-client-cert-accepted': {
    fires: [matrix(expired, request)],
    clean: [matrix(good, request), matrix(expired, verifyIfGiven), 'historic.pcap'],
    unobservable: [withoutKeys],
  },
  'not-yet-valid-client-cert-accepted': {
    fires: [matrix(early, request)],
    clean: [matrix(good, request), matrix(early, verifyIfGiven)],
    unobservable: [withoutKeys],
  },
  'wrong-eku-client-cert-accepted': {
    fires: [matrix(servers, request)],
    clean: [matrix(good, request), matrix(servers, verifyIfGiven)],
    unobservable: [withoutKeys],
  },
  'revoked-cert-accepted': {
    fires: [
      {
        capture: 'revoked-client.pcap',
        ca: 'revoked-client-ca.pem',
        crl: 'revoked-client.crl',
        hop: '127.0.0.1->127.0.0.11:24003',
      },
    ],
    clean: [
      {
        capture: 'revoked-client.pcap',
        ca: 'revoked-client-ca.pem',
        crl: 'revoked-client.crl',
        hop: '127.0.0.5->127.0.0.11:24003',
      },
      'revoked-client.pcap',
    ],
    unobservable: [withoutKeys],
  },
  'client-cert-rejected': {
    fires: [matrix(none, 9420), matrix(expired, verifyIfGiven), 'tls13-rejected.pcapng'],
    clean: [matrix(good, request), onlyGood],
    unobservable: ['quality-one-direction.pcap', 'client-answer-cut.pcap'],
  },
  'client-cert-in-renegotiation': {
    fires: [
      { capture: 'renegotiation-apache.pcap', hop: '10.77.36.10->10.77.36.30:443' },
      'tls13-post-handshake-auth.pcapng',
    ],
    clean: [{ capture: 'renegotiation-apache.pcap', hop: '10.77.36.11->10.77.36.30:445' }],
    unobservable: 'cannot happen: the kind itself says that more can not be told',
  },
  'mtls-status-unobservable': {
    fires: [
      withoutKeys,
      'resumption-nginx-resumed-only.pcap',
      'quality-midstream.pcapng',
      'quality-snap-length-96.pcap',
    ],
    clean: [onlyGood, 'mtls-end-to-end-tls13-secrets.pcapng'],
    unobservable: 'cannot happen: the kind itself says that nothing can be told',
  },
  'resumed-without-client-auth': {
    fires: [
      { capture: 'resumption-nginx.pcapng', hop: '10.77.37.104->10.77.37.20:446', expectMutual: '10.77.37.20:446' },
    ],
    clean: [{ capture: 'resumption-nginx.pcapng', hop: '10.77.37.101->10.77.37.20:443', expectMutual: 'all' }],
    unobservable: ['resumption-nginx-resumed-only.pcap'],
  },
  'session-outlives-client-cert': {
    fires: ['session-outlives-certificate.pcap'],
    clean: ['resumption-nginx.pcapng'],
    unobservable: ['resumption-nginx-resumed-only.pcap'],
  },
  'invalid-handshake-signature': {
    fires: ['signature-altered.pcap'],
    clean: ['certificate-ends-soon.pcap', onlyGood],
    unobservable: ['signature-altered-gap.pcap'],
  },
  'repeated-client-cert-rejections': {
    fires: ['refused-again-and-again.pcap'],
    clean: ['client-auth-matrix-go-tls12.pcap'],
    unobservable: 'cannot happen: refusals that are not seen are not counted, and a lower count is no claim',
  },
  'key-shared-across-hosts': {
    fires: ['one-key-two-hosts.pcap'],
    clean: ['certificate-ends-soon.pcap', onlyGood],
    unobservable: 'cannot happen: keys that are not seen are not compared, and nothing is said of them',
  },
  'self-signed-server-cert-accepted': {
    fires: [servers12(lax, 6101), { capture: 'nginx-one-way-backend.pcapng', hop: '10.77.16.20->10.77.16.30:8444' }],
    clean: [servers12(lax, 6100), servers12(strict, 6101)],
    unobservable: [withoutKeys],
  },
  'untrusted-server-cert-accepted': {
    fires: [servers12(lax, 6104), servers12(laxPython, 6104)],
    clean: [servers12(lax, 6100), servers12(strict, 6104), servers12(lax, 6101)],
    unobservable: [withoutKeys],
  },
  'expired-server-cert-accepted': {
    fires: [servers12(lax, 6102), servers12(laxPython, 6102)],
    clean: [servers12(lax, 6100), servers12(strict, 6102), 'historic.pcap'],
    unobservable: [withoutKeys],
  },
  'not-yet-valid-server-cert-accepted': {
    fires: [servers12(lax, 6105)],
    clean: [servers12(lax, 6100), servers12(strict, 6105)],
    unobservable: [withoutKeys],
  },
  'server-name-mismatch-accepted': {
    fires: [servers12(lax, 6103), servers12(laxPython, 6103)],
    clean: [servers12(lax, 6100), servers12(strict, 6103)],
    unobservable: [withoutKeys],
  },
  'wrong-eku-server-cert-accepted': {
    fires: ['purpose-of-a-client.pcap'],
    clean: ['certificate-ends-soon.pcap'],
    unobservable: [withoutKeys],
  },
  'server-cert-rejected': {
    fires: [servers12(strict, 6101), { capture: 'version-fallback.pcap', hop: '10.77.31.105->10.77.31.30:4500' }],
    clean: [servers12(lax, 6101), onlyGood],
    unobservable: ['server-refused-tls13.pcap'],
  },
  'pin-mismatch': {
    fires: [
      { capture: onlyGood, policy: [`pins: sha256/${'A'.repeat(43)}=`] },
      { capture: onlyGood, policy: [`pins: ${edgeKey}`], hop: '10.77.11.20->10.77.11.30:8443' },
    ],
    clean: [{ capture: onlyGood, policy: [`pins: ${edgeKey}`], hop: '10.77.11.10->10.77.11.20:443' }],
    unobservable: [{ capture: withoutKeys, policy: [`pins: ${edgeKey}`] }],
  },
  'cert-expires-soon': {
    fires: ['certificate-ends-soon.pcap'],
    clean: [onlyGood],
    unobservable: 'cannot happen: certificates that are not seen are not judged, and nothing is said of them',
  },
};
