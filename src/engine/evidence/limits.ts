/** Findings that get a file: more than a person looks at. The most severe come first. */
export const maxEvidenceFiles = 1000;

/**
 * Octets of one connection that go into one file, besides those of frames that are named; a handshake has some ten thousand. Each
 * frame costs some more, for its block and its comment.
 */
export const maxOctetsOfFlow: number = 640 * 1024;
export const octetsOfFrame = 160;

/** Connections of no more packets are shown from their beginning to their end. */
export const maxFramesOfShortFlow = 80;

/** Packets with payload of each side that follow the last proof: they show that the peers went on. */
export const framesAfterProof = 4;

/** Connections kept while the findings aren't known yet, some ten kilobytes each; with more, the input is analysed again. */
export const maxKeptConnections = 5000;

/** Octets gathered for a file before they are written: a thousand files are open in turn, never at once. */
export const gatheredOctets: number = 64 * 1024;

/** Characters of a text from the wire in a comment. */
export const maxQuoted = 120;

/** Names told of a file's addresses. */
export const maxNames = 256;

/**
 * Connections whose frames go into one file: the twenty that a finding lists, some of the hop before, and one of each sort that
 * its service and the services around it were seen with.
 */
export const maxFlowsOfFinding = 48;

/** Connections kept of a hop, should another turn out to pass it on. */
export const maxFrontFlows = 10;

/** Hops shown of a proxy besides the one in question, and connections shown of each. */
export const maxForwardingFlows = 2;

/** Names kept of one address. */
export const maxNamesOfHost = 16;

/** Services, and segments of services, of which one connection of each sort is remembered. */
export const maxServicesRemembered = 4096;

/** Sorts of connections told apart of one service: versions, and what its clients were asked and did. */
export const maxSortsOfService = 8;

/** Services of one segment remembered for what is the custom around a service. */
export const maxServicesOfSegment = 16;

/** Octets of a connection's readable content that are masked with a view to what they show; the rest is masked blindly. */
export const maxHeardOctets: number = 256 * 1024;

/** The same for all connections together. */
export const maxHeardOctetsOfRun: number = 64 * 1024 * 1024;

/** Octets from a connection's beginning that are masked by themselves where all of it takes too many attempts. */
export const maxHeardAgain = 8192;

/** Attempts at masking one connection; what was not tried by then is masked blindly. A request takes a few hundred. */
export const maxMaskAttempts = 6000;

/** Octets read in all attempts at one connection, and at all together: a gigabyte takes some five seconds. */
export const maxAttemptedOctets: number = 48 * 1024 * 1024;
export const maxAttemptedOctetsOfRun: number = 1024 * 1024 * 1024;

/** Octets of evidence that are analysed again to see whether they show what they are evidence of. */
export const maxProvedOctets: number = 512 * 1024 * 1024;

/** Frames told of a finding that is about the frames of a capture themselves: copies, cut ones. */
export const maxFramesOfCapture = 40;

/** Frames remembered to find the original of a copy: it is never far. */
export const maxRecentFrames = 4096;
