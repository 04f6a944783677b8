// Every bound of the session floor, in one place, with its reason.

/** Octets of each direction that identification may look at: banners take a few hundred, an SSLv2 hello its certificate. */
export const maxOpeningOctets = 4_096;

/** Octets in which cleartext is watched for a change to TLS; every upgrade dialogue is far shorter. */
export const maxWatchedOctets = 65_536;

/** Stretches of bytes in which the same is done: a dialogue of tiny segments ends here. */
export const maxWatchedStretches = 96;

/** Longest handshake message that is put together: what its 24-bit length can say (RFC 9846, Handshake Protocol). */
export const maxMessageOctets = 0xffffff;

/** Octets of unfinished handshake messages for all connections together. Half-open hellos are the attack. */
export const maxUnfinishedTotal = 67_108_864;

/** Stretches of bytes that are searched for a record header after one was lost. */
export const maxStepSearches = 256;

/** Session ids and tickets remembered at a time, to tie a resumption to its full handshake. */
export const maxRememberedSessions = 131_072;

/** Pairs of client and service whose tickets of TLS 1.3 are remembered by their length, some 100 octets each; a power of two. */
export const maxTicketPeers = 16_384;

/** Randoms of hellos remembered at a time, the client's and the server's apart: two hops show theirs within seconds. */
export const maxRememberedRandoms = 131_072;

/** Certificates, alerts, tickets and renegotiations listed for one connection; more would be a flood. */
export const maxListedAlerts = 32;
export const maxListedTickets = 16;
export const maxListedRenegotiations = 16;

/** Distinct CertificateRequests remembered at a time, and the octets of their keys. A service repeats its own. */
export const maxRememberedRequests = 1_024;
export const maxRememberedRequestOctets = 4_194_304;

/** Datagrams of one direction that are looked at before an exchange stays unnamed. */
export const maxDatagramLooks = 4;

/** Stretches of opening octets whose order of arrival is kept; the stretches after them join the last of their direction. */
export const maxOpeningStretches = 64;

/**
 * Octets of readable content that are looked at in each direction of a connection. Logins, headers and dialogues come to a
 * few thousand, key files to a few ten thousand; bodies without interest are stepped over and don't count.
 */
export const maxInspectedOctets = 1_048_576;

/** Octets of a text that content gives to a record: names of hosts and files end long before. */
export const maxContentText = 512;

/** Octets and stretches of both sides of a tunnel that wait until what crosses in it is named. */
export const maxTunnelOpeningOctets = 2_048;
export const maxTunnelOpenings = 32;

/** Endpoints of announced data connections that are remembered at a time. */
export const maxAnnouncedEndpoints = 4_096;

/**
 * Octets of a handshake that are put together from pieces of datagrams (a message of DTLS, or one direction's in a packet number
 * space of QUIC), and the pieces apart from one another: chains with post-quantum signatures have some 20,000.
 */
export const maxScatteredOctets = 131_072;
export const maxScatteredPieces = 64;

/**
 * How far ahead of what came a piece may lie: so many octets, and so many times what came. Order is lost over a few datagrams; a
 * single octet at the end of a message would have room made for all of it.
 */
export const scatteredReach = 16_384;
export const scatteredReachTimes = 16;

/** Handshake messages of DTLS that wait for one before them. */
export const maxDtlsWaiting = 32;

/** Datagrams of a connection of QUIC that are looked at before its handshake is given up. */
export const maxQuicLooks = 128;

/**
 * Initial packets of one datagram that are tried to be opened: each asks for keys of its own where the ones at hand don't fit. A
 * side sends one, and one more where it repeats what may be lost.
 */
export const maxInitialsOfDatagram = 2;

/** Addresses whose names are remembered, of each source: a resolver answers for some ten thousand a day. */
export const maxNamedAddresses = 65_536;

/**
 * Octets of a first question that is kept unread until the answer comes: what a reader would make of a longer one takes less. And of
 * all of them together; past that, questions are read at once.
 */
export const maxQuestionOctets = 1_024;
export const maxQuestionTotal = 268_435_456;
