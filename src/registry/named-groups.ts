import { namesOf } from './code-names.js';

/**
 * Groups for key exchange by name.
 *
 * IANA "TLS Supported Groups" registry, as of 2026-08-11, and below the line the experiments that clients have sent.
 */
export const namedGroups = {
  sect163k1: 0x0001,
  sect163r1: 0x0002,
  sect163r2: 0x0003,
  sect193r1: 0x0004,
  sect193r2: 0x0005,
  sect233k1: 0x0006,
  sect233r1: 0x0007,
  sect239k1: 0x0008,
  sect283k1: 0x0009,
  sect283r1: 0x000a,
  sect409k1: 0x000b,
  sect409r1: 0x000c,
  sect571k1: 0x000d,
  sect571r1: 0x000e,
  secp160k1: 0x000f,
  secp160r1: 0x0010,
  secp160r2: 0x0011,
  secp192k1: 0x0012,
  secp192r1: 0x0013,
  secp224k1: 0x0014,
  secp224r1: 0x0015,
  secp256k1: 0x0016,
  secp256r1: 0x0017,
  secp384r1: 0x0018,
  secp521r1: 0x0019,
  brainpoolP256r1: 0x001a,
  brainpoolP384r1: 0x001b,
  brainpoolP512r1: 0x001c,
  x25519: 0x001d,
  x448: 0x001e,
  brainpoolP256r1tls13: 0x001f,
  brainpoolP384r1tls13: 0x0020,
  brainpoolP512r1tls13: 0x0021,
  GC256A: 0x0022,
  GC256B: 0x0023,
  GC256C: 0x0024,
  GC256D: 0x0025,
  GC512A: 0x0026,
  GC512B: 0x0027,
  GC512C: 0x0028,
  curveSM2: 0x0029,
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  ffdhe4096: 0x0102,
  ffdhe6144: 0x0103,
  ffdhe8192: 0x0104,
  MLKEM512: 0x0200,
  MLKEM768: 0x0201,
  MLKEM1024: 0x0202,
  SecP256r1MLKEM768: 0x11eb,
  X25519MLKEM768: 0x11ec,
  SecP384r1MLKEM1024: 0x11ed,
  curveSM2MLKEM768: 0x11ee,
  X25519Kyber768Draft00: 0x6399,
  SecP256r1Kyber768Draft00: 0x639a,
  arbitrary_explicit_prime_curves: 0xff01,
  arbitrary_explicit_char2_curves: 0xff02,

  /** Google's and Cloudflare's experiments. */
  CECPQ2: 0x4138,
  X25519Kyber512Draft00: 0xfe30,
  X25519Kyber768Draft00Old: 0xfe31,
  P256Kyber768Draft00: 0xfe32,
} as const;

/** Name of a group, or null. */
export const namedGroupName: (code: number) => string | null = namesOf(namedGroups);

/** Whether a group's exchange resists a quantum computer: ML-KEM and its forerunners, alone or in a hybrid. */
export function isPostQuantumGroup(code: number): boolean {
  return /MLKEM|Kyber|CECPQ2/.test(namedGroupName(code) ?? '');
}
