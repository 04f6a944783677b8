// A connection, and what its content gave away, as a record holds them.
import { type AlsoSeen, type ConnectionRecord, type ExchangeRecord, maxExchanges } from '../model/connection-record.js';
import {
  type ContentRecord,
  type CredentialRecord,
  type ForwardingRecord,
  type IdentityRecord,
  type InspectionRecord,
  type LoginRecord,
  type MaterialRecord,
  maxContentEntries,
  type ProxyHeaderRecord,
  type RequestRecord,
  type ServedRecord,
  type UpgradeRecord,
} from '../model/content.js';
import type { Endpoint } from '../model/side.js';
import {
  address,
  flag,
  frameNumber,
  list,
  members,
  natural,
  optional,
  orNull,
  real,
  type Shape,
  sixteenBits,
  text,
  time,
  word,
} from './record-shape.js';
import { side, sides, tlsSession } from './tls-shape.js';

const endpoint = members<Endpoint>({ ip: address, port: sixteenBits });

const request = members<RequestRecord>({
  frame: frameNumber,
  time: real,
  method: text,
  target: orNull(text),
  answerFrame: orNull(frameNumber),
  status: orNull(text),
});

const credential = members<CredentialRecord>({
  frame: frameNumber,
  from: side,
  kind: word('password', 'bearer-token', 'api-key', 'session-cookie', 'token', 'other-secret'),
  mechanism: text,
  where: orNull(text),
  length: orNull(natural),
  sha256Prefix: orNull(text),
});

const login = members<LoginRecord>({
  frame: frameNumber,
  from: side,
  mechanism: text,
  kind: word('password', 'challenge-response', 'certificate', 'token', 'none', 'other'),
  outcome: word('accepted', 'refused', 'unknown'),
  outcomeFrame: orNull(frameNumber),
});

const served = members<ServedRecord>({
  frame: frameNumber,
  from: side,
  command: text,
  answerFrame: frameNumber,
  meaningful: flag,
});

const material = members<MaterialRecord>({
  frame: frameNumber,
  from: side,
  kind: word('certificate', 'certificate-request', 'private-key', 'encrypted-private-key', 'key-store'),
  form: text,
  encoding: text,
  where: text,
  length: natural,
  sha256: text,
  subject: orNull(text),
});

const identity = members<IdentityRecord>({
  frame: frameNumber,
  from: side,
  where: text,
  kind: word('subject', 'certificate', 'verification', 'name', 'fingerprint', 'tls-info'),
  value: orNull(text),
});

const forwarding = members<ForwardingRecord>({
  frame: frameNumber,
  from: side,
  time: real,
  name: text,
  // What a header claims to be an address is text, and read as such.
  client: orNull(members({ ip: text, port: orNull(natural) })),
  mark: orNull(text),
});

const inspection = members<InspectionRecord>({ octets: natural, ended: orNull(text) });

const content = members<ContentRecord>({
  decrypted: flag,
  requestCount: natural,
  requests: list(request, maxContentEntries),
  credentials: list(credential, maxContentEntries),
  logins: list(login, maxContentEntries),
  servedWithoutLogin: list(served, maxContentEntries),
  material: list(material, maxContentEntries),
  identities: list(identity, maxContentEntries),
  forwarding: list(forwarding, maxContentEntries),
  greeting: orNull(text),
  inspection: members({ client: inspection, server: inspection }),
});

const upgrade = members<UpgradeRecord>({
  mechanism: text,
  outcome: word('taken', 'refused', 'stripped', 'not-used', 'not-offered'),
  offeredFrame: orNull(frameNumber),
  requestedFrame: orNull(frameNumber),
  answeredFrame: orNull(frameNumber),
  wentOnFrame: orNull(frameNumber),
  basis: text,
});

const proxyHeader = members<ProxyHeaderRecord>({
  frame: frameNumber,
  from: side,
  version: word<1 | 2>(1, 2),
  source: orNull(members<Endpoint>({ ip: text, port: sixteenBits })),
  destination: orNull(members<Endpoint>({ ip: text, port: sixteenBits })),
  tlvs: list(natural),
  authority: orNull(text),
  ssl: orNull(
    members<NonNullable<ProxyHeaderRecord['ssl']>>({
      overTls: flag,
      certificatePresented: flag,
      verified: flag,
      version: orNull(text),
      cipher: orNull(text),
      commonName: orNull(text),
    }),
  ),
});

const exchange = members<ExchangeRecord>({
  frame: frameNumber,
  time: real,
  answerTime: orNull(real),
  endTime: real,
  clientOctets: natural,
  serverOctets: natural,
});

const alsoSeen = members<AlsoSeen>({
  capture: natural,
  id: natural,
  firstFrame: frameNumber,
  offsetSeconds: orNull(real),
});

/** A connection; its Community ID is left out, for it follows from the rest. */
export const connection: Shape<ConnectionRecord> = members<ConnectionRecord>({
  id: natural,
  capture: natural,
  transport: word('tcp', 'udp'),
  client: endpoint,
  server: endpoint,
  rolesFrom: word('syn', 'handshake', 'protocol', 'port'),
  layers: list(text),
  firstFrame: frameNumber,
  lastFrame: frameNumber,
  startTime: time,
  endTime: time,
  packets: sides,
  bytes: sides,
  sawSyn: flag,
  closed: word('fin', 'rst', 'open'),
  gaps: list(members({ from: side, offset: natural, length: natural })),
  kind: word('tls', 'cleartext', 'starttls', 'opaque', 'unknown', 'empty'),
  protocol: orNull(text),
  kindBasis: orNull(text),
  tls: orNull(tlsSession),
  upgrade: orNull(upgrade),
  proxyHeader: orNull(proxyHeader),
  content: orNull(content),
  exchanges: list(exchange, maxExchanges),
  anomalies: list(text),
  alsoSeen: optional(list(alsoSeen)),
  translatedFrom: optional(members({ flow: natural, basis: text })),
});
