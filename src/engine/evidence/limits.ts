/** Findings that get a file: more than a person looks at. The most severe come first. */
export const maxEvidenceFiles = 1000;

/** Frames of one connection that go into one file, besides those that are named: a handshake has a dozen. */
export const maxFramesOfFlow = 200;

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

/** Connections whose frames go into one file: the twenty that a finding lists, and some of the hop before. */
export const maxFlowsOfFinding = 40;

/** Connections kept of a hop, should another turn out to pass it on. */
export const maxFrontFlows = 10;

/** Names kept of one address. */
export const maxNamesOfHost = 16;
