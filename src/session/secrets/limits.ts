// Every bound of decryption, with its reason.

/** Sequence numbers tried for a record after others were lost: a lost segment or two hold no more records. */
export const maxSequenceSearch = 64;

/** Records of one direction that are searched for so: each costs that many decryptions. */
export const maxSearchedRecords = 16;

/**
 * Records in a row that don't open before a direction is given up. Early data that the server refused stays closed where its
 * key is not given, and may be many records.
 */
export const maxClosedRecords = 256;

/** The same where nothing of a direction has opened and no early data excuses it: the keys are not this connection's. */
export const maxClosedFromStart = 4;

/**
 * Opening a record costs much the same however short it is: in microseconds, as estimated, a record and each of its octets. The first
 * records of a direction, in which the handshake is, are opened whatever they cost; all others of a run are paid from an account that
 * each of their octets adds to. Records of some hundred octets pay for themselves; of records of one octet a hundred thousand are
 * opened.
 */
export const recordsOpenedFreely = 64;
export const initialOpeningWork = 1_000_000;
export const mostOpeningWork = 10_000_000;
export const openingWork = 7;
export const openingWorkOfOctet = 0.003;
export const openingWorkEarned = 0.05;
/** And a change of keys (KeyUpdate), of which a connection has one in many gigabytes. */
export const keyUpdateWork = 30;

/** Octets of handshake messages kept to bind an extended master secret (RFC 7627) to them; certificates are the most of it. */
export const maxTranscriptOctets = 131_072;

/**
 * Octets of a Certificate message after decompression (RFC 8879 §5 asks for a limit): a long chain has some 20,000. Keys and
 * signatures don't compress, and dictionaries of roots take two thirds off at best; so little as a few hundred octets may come to
 * `freelyDecompressed`, and more in proportion: else a packet makes a quarter of a megabyte.
 */
const maxDecompressedOctets = 262_144;
const freelyDecompressed = 8_192;
const decompressedTimes = 8;

/** Octets that a Certificate message of so many compressed octets may come to. */
export function mostDecompressed(compressedOctets: number): number {
  return Math.min(maxDecompressedOctets, freelyDecompressed + compressedOctets * decompressedTimes);
}
