// Every bound of the pki floor, in one place, with its reason. Chains come from hostile peers: paths can be made to branch
// without end, and keys to take seconds for one signature.

/** Certificates of a path, anchor included. The longest in public use have six. */
export const maxPathCertificates = 12;

/** Issuers that are tried while the paths of one chain are built. */
export const maxIssuersTried = 48;

/** Whole paths of one chain that are compared; cross-signing makes two or three. */
export const maxPaths = 8;

/** Certificates of the capture with one subject that are kept as possible issuers: renewed and cross-signed ones. */
export const maxIssuersOfName = 16;

/** Octets of an RSA modulus and of a DSA prime that signatures are verified for: the time grows with the square. */
export const maxModulusOctets = 1024;
/** Octets of an RSA public exponent; 3 are usual. Long ones serve to make verifiers slow. */
export const maxExponentOctets = 8;

/** Public keys that are held ready at a time, at about two kilobytes each. */
export const maxImportedKeys = 2_048;

/** Issuers by whose key one certificate's signature has been checked, remembered with it. */
export const maxRememberedChecks = 8;

/**
 * Work that signatures may cost: microseconds on one core of 2020, estimated by the kind of key, so that the same capture
 * always gives the same answer. At the beginning, and what each TLS connection adds.
 */
export const initialSignatureWork = 250_000;
export const signatureWorkPerConnection = 3;
/**
 * With `--ca` or `--crl` trust was asked for, and trust rests on signatures: then this much, which checks a chain for each
 * connection. A small capture of dear keys costs some seconds, a large one a few times what it costs without.
 */
export const requestedSignatureWork = 3_000_000;
export const requestedWorkPerConnection = 300;

/** Comparisons of names with name constraints in the paths of one chain (RFC 5280 §4.2.1.10). */
export const maxNameComparisons = 65_536;
/**
 * What they cost, in microseconds of the work that signatures are paid from: to make a name ready, for each of its octets, and to
 * compare two. Public authorities name a dozen; a chain of four kilobytes can ask for forty thousand comparisons.
 */
export const nameWork = 0.4;
export const nameOctetWork = 0.02;
export const comparisonWork = 0.05;

/** Verdicts that are remembered at a time; the memory starts anew when it is full. */
export const maxRememberedVerdicts = 65_536;

/** Stapled answers of OCSP remembered at a time, and their octets. */
export const maxRememberedStaples = 512;
export const maxRememberedStapleOctets = 2_097_152;

/** Longest text from a certificate in a verdict's sentence. */
export const maxNameInDetail = 200;
