// Every bound of HTTP's followers, in one place, with its reason.

/** Longest header line that is kept whole: certificates and tickets in headers reach 16 KiB; servers refuse more by default. */
export const maxHeaderLine = 32_768;

/** Header fields of a message that are looked at; servers refuse more than about a hundred. */
export const maxHeaderFields = 256;

/** Requests on a connection that wait for their answers, or streams that are open; clients pipeline and multiplex fewer. */
export const maxOpenRequests = 1_024;

/** Octets of a body that are kept to be read as a whole (forms, JSON, compressed content); longer ones are only searched. */
export const maxKeptBody = 65_536;

/**
 * Octets that a compressed body may come to: keys and certificates compress to a half, text to a tenth. So little as a few
 * hundred octets may come to `freelyInflated`, and more in proportion: reading what is inflated costs more than inflating it.
 */
const maxInflatedBody = 1_048_576;
const freelyInflated = 4_096;
const inflatedTimes = 32;

/** Octets that content of so many compressed octets may come to. */
export function mostInflated(packedOctets: number): number {
  return Math.min(maxInflatedBody, freelyInflated + packedOctets * inflatedTimes);
}

/**
 * What inflating the messages of one side of a WebSocket may cost, in octets of output: so much, and more in proportion to the octets
 * that came. Each message costs as much as some hundred octets beside its own: chats have messages of a hundred octets and more.
 */
export const freelyInflatedMessages = 65_536;
export const inflatedMessageTimes = 24;
export const messageOverhead = 512;

/** Octets of one body that are searched for certificates and keys: of text, which may list many, and of everything else. */
export const maxSearchedText = 65_536;
export const maxSearchedOctets = 32_768;

/**
 * The same of what is compressed or encrypted by the look of its first octets: only at its beginning it may be a key store, and
 * where one begins there, how many more octets may belong to it.
 */
export const maxSearchedNoise = 1_024;
export const maxSearchedStore = 7_168;

/** A secret's name is told by fewer letters. */
export const maxFieldName = 128;

/** Octets of kept bodies of all connections together. */
export const maxKeptTotal = 67_108_864;
