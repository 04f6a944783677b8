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

/** Octets of handshake messages kept to bind an extended master secret (RFC 7627) to them; certificates are the most of it. */
export const maxTranscriptOctets = 131_072;

/** Octets of a Certificate message after decompression (RFC 8879 §5 asks for a limit): a long chain has some 20,000. */
export const maxDecompressedOctets = 262_144;
