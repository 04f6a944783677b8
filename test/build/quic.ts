// QUIC packets under protection, made with the formulas of RFC 9001 and node:crypto alone, so that ours are tested against them.
import { createCipheriv, createHmac } from 'node:crypto';
import { octets, uint16, uint32, vector8 } from './tls.js';

/** Version numbers of RFC 9000 and RFC 9369, and what they derive by. */
export const quicVersions = {
  v1: { number: 1, salt: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a', prefix: 'quic ', initial: 0 },
  v2: { number: 0x6b3343cf, salt: '0dede3def700a6db819381be6e269dcbf9bd2ed9', prefix: 'quicv2 ', initial: 1 },
} as const;

/** What an Initial packet is made of. */
export interface InitialParts {
  version?: keyof typeof quicVersions;
  /** Connection id that the keys come from: the destination of the client's first packet. */
  keyId: Uint8Array;
  destinationId?: Uint8Array;
  sourceId?: Uint8Array;
  from: 'client' | 'server';
  number?: number;
  frames: Uint8Array;
  /** The fixed bit as it is sent; RFC 9287 lets it be anything. */
  fixedBit?: 0 | 1;
}

/** An Initial packet under protection, its packet number in four octets. */
export function initialPacket(parts: InitialParts): Uint8Array {
  const { number: version, salt, prefix, initial } = quicVersions[parts.version ?? 'v1'];
  const secret = createHmac('sha256', Buffer.from(salt, 'hex')).update(parts.keyId).digest();
  const side = expandLabel(secret, parts.from === 'client' ? 'client in' : 'server in', 32);
  const key = expandLabel(side, `${prefix}key`, 16);
  const nonce = expandLabel(side, `${prefix}iv`, 12);
  const headerKey = expandLabel(side, `${prefix}hp`, 16);
  const number = parts.number ?? 0;
  const first = 0x80 | ((parts.fixedBit ?? 1) << 6) | (initial << 4) | 3;
  const header = octets(
    ...[first, uint32(version), vector8(parts.destinationId ?? parts.keyId), vector8(parts.sourceId ?? octets())],
    ...[0, varint(4 + parts.frames.length + 16), uint32(number)],
  );
  nonce.set(
    uint32(number).map((octet, at) => octet ^ nonce[8 + at]!),
    8,
  );
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
  const sealed = octets(cipher.update(parts.frames), cipher.final(), cipher.getAuthTag());
  const mask = createCipheriv('aes-128-ecb', headerKey, null).update(sealed.subarray(0, 16));
  header[0]! ^= mask[0]! & 0x0f;
  for (let at = 0; at < 4; at++) header[header.length - 4 + at]! ^= mask[1 + at]!;
  return octets(header, sealed);
}

/** A CRYPTO frame with the octets of `handshake[from, to)`. */
export function cryptoFrame(handshake: Uint8Array, from = 0, to: number = handshake.length): Uint8Array {
  return octets(6, varint(from), varint(to - from), handshake.slice(from, to));
}

/** A CONNECTION_CLOSE frame for a TLS alert. */
export function closeFrame(alert: number): Uint8Array {
  return octets(0x1c, varint(0x0100 + alert), 0, 0);
}

/** PADDING. */
export function padding(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** A variable-length integer in two or four octets, or in one where it fits. */
export function varint(value: number): Uint8Array {
  if (value < 0x40) return Uint8Array.of(value);
  return value < 0x4000 ? uint16(0x4000 | value) : uint32((0x8000_0000 | value) >>> 0);
}

function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`);
  const info = octets(uint16(length), vector8(name), 0);
  // Only the expansion: HKDF's output is T(1), which is one HMAC for up to 32 octets.
  return createHmac('sha256', secret).update(info).update(Uint8Array.of(1)).digest().subarray(0, length);
}
