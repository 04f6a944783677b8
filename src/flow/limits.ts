// Every bound of the flow floor, in one place, with its reason. Times are seconds of packet time.

/** Most connections followed at a time; the least recently seen is ended early past it. 128 octets each, without payload. */
export const defaultMaxFlows = 2_097_152;

/** A closed connection is told after this long: late retransmissions and the last ACK still belong to it. */
export const lingerSeconds = 2;

/** After that its key stays this long (TIME_WAIT of twice the segment lifetime), so that stragglers do not open a new flow. */
export const timeWaitSeconds = 60;

/** Keys that stay so: of thousands of connections a second the latest are enough, and a small table is a fast one. */
export const maxTold = 32_768;

/** A connection that never got an answer, or a UDP exchange, is over after this silence (DNS retries, QUIC idle time-outs). */
export const briefIdleSeconds = 180;

/** An open TCP connection may be silent for this long: the default keep-alive of Linux is 7,200 s, and pools live on it. */
export const openIdleSeconds = 7_320;

/**
 * Where room runs out, what was silent for this long goes first: SYNs are repeated after 1, 3 and 7 seconds, and a handshake
 * that pauses for longer is a rare one.
 */
export const silentSeconds = 10;

/** Where room runs out, younger ones without an answer go first once they are more than this part of all connections: that is a flood. */
export const mostUnanswered = 0.5;

/** Open connections that are looked at for a silent one before the oldest goes. */
export const evictionLooks = 8;

/**
 * A conversation is laid down, where it can be, when so many more have begun: more than begin while a server takes its time to
 * answer, fewer than a flood holds. A power of two.
 */
export const restsAfterConversations = 2_048;

/** Out-of-order octets held for one direction: more than the largest window in common use before a hole is given up. */
export const maxHeldPerDirection = 4_194_304;

/** Out-of-order octets held for all connections together. */
export const maxHeldTotal = 134_217_728;

/** Out-of-order segments held for one direction: a flood of one-octet segments must stay cheap to search. */
export const maxHeldSegments = 4_096;

/**
 * Once the receiver has acknowledged a hole, the missing octets can only come late by capture reordering: this many held
 * segments, or this many seconds since one of them met the acknowledgment, and the hole is a gap.
 */
export const patienceSegments = 32;
export const patienceSeconds = 0.1;

/** Gaps listed for one connection; further ones are counted, not listed. */
export const maxGapsListed = 32;

/** Two equal frames closer than this are one frame captured twice; a retransmission takes longer or changes a header. */
export const duplicateWindowSeconds = 0.02;

/** A packet clock that leaps further than this is believed only after `clockWitnesses` packets in a row agree. */
export const clockLeapSeconds = 300;
export const clockWitnesses = 64;
