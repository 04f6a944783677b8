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

/** Certificates, alerts, tickets and renegotiations listed for one connection; more would be a flood. */
export const maxListedAlerts = 32;
export const maxListedTickets = 16;
export const maxListedRenegotiations = 16;

/** Distinct CertificateRequests remembered at a time, and the octets of their keys. A service repeats its own. */
export const maxRememberedRequests = 1_024;
export const maxRememberedRequestOctets = 4_194_304;

/** Datagrams of one direction that are looked at before an exchange stays unnamed. */
export const maxDatagramLooks = 4;
