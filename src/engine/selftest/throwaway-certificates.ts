// A certificate authority that lives for one self-test, and what it issues. Just enough DER for that (RFC 5280 §4.1).
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, in PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

/** Everything that both sides need. */
export interface ThrowawayCertificates {
  authority: string;
  server: Identity;
  client: Identity;
}

const oids = {
  commonName: '0603550403',
  ecdsaWithSha256: '06082a8648ce3d040302',
  basicConstraints: '0603551d13',
  extendedKeyUsage: '0603551d25',
  subjectAltName: '0603551d11',
  serverAuth: '06082b06010505070301',
  clientAuth: '06082b06010505070302',
} as const;

const day = 86_400_000;

/** Makes an authority, a server's certificate for `name`, and a client's; valid from yesterday until tomorrow. */
export function makeThrowawayCertificates(name: string, now: Date): ThrowawayCertificates {
  const authority = newKeys();
  const issue = (subject: string, keys: Keys, extensions: Buffer[]): string =>
    certificate({ subject, issuer: 'Barewire self-test', keys, signer: authority.privateKey, extensions, now });
  const server = newKeys();
  const client = newKeys();
  return {
    authority: issue('Barewire self-test', authority, [
      extension(oids.basicConstraints, sequence(element(0x01, Buffer.from([0xff]))), true),
    ]),
    server: {
      certificate: issue(name, server, [
        extension(oids.subjectAltName, sequence(element(0x82, Buffer.from(name)))),
        extension(oids.extendedKeyUsage, sequence(hex(oids.serverAuth))),
      ]),
      key: pemOfKey(server),
    },
    client: {
      certificate: issue('self-test client', client, [
        extension(oids.extendedKeyUsage, sequence(hex(oids.clientAuth))),
      ]),
      key: pemOfKey(client),
    },
  };
}

interface Keys {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

function newKeys(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOfKey({ privateKey }: Keys): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function certificate(parts: {
  subject: string;
  issuer: string;
  keys: Keys;
  signer: KeyObject;
  extensions: Buffer[];
  now: Date;
}): string {
  const algorithm = sequence(hex(oids.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = 0x40 | (serial[0]! & 0x3f);
  const validity = [-day, day].map((from) => element(0x18, Buffer.from(timeOf(parts.now.getTime() + from))));
  const content = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, serial),
    algorithm,
    nameOf(parts.issuer),
    sequence(...validity),
    nameOf(parts.subject),
    parts.keys.publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...parts.extensions)),
  );
  const signature = sign('sha256', content, parts.signer);
  const der = sequence(content, algorithm, element(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string): Buffer {
  return sequence(element(0x31, sequence(hex(oids.commonName), element(0x0c, Buffer.from(commonName)))));
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [element(0x01, Buffer.from([0xff]))] : [];
  return sequence(hex(oid), ...flag, element(0x04, value));
}

/** GeneralizedTime: 20261121100000Z. */
function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return element(0x30, ...contents);
}

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
