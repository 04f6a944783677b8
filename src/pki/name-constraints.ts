// RFC 5280 §4.2.1.10: whether the names of a certificate lie within what an authority above it may name.
import { latin1 } from '../base/bytes.js';
import { canonicalRelativeNames } from '../wire/x509/canonical-name.js';
import { generalNameTags } from '../wire/x509/general-name.js';
import type { GeneralNameRange, NameConstraintsValue } from '../wire/x509/name-constraints.js';
import type { CertificateFacts } from './certificate-facts.js';
import { comparisonWork, maxNameComparisons, nameOctetWork, nameWork } from './limits.js';
import { commonName } from './server-name.js';
import type { SignatureWork } from './signature-work.js';

/** A name that is compared: of a directory name its parts in canonical form, of others their octets as text. */
interface ComparedName {
  tag: number;
  text: string;
  parts: readonly string[];
}

/** The subtrees of an authority. */
interface ComparedSubtrees {
  excluded: readonly ComparedName[];
  permitted: readonly ComparedName[];
}

/** The comparisons of one chain: counted and paid for, so that many names under many constraints can't take long. */
export class NameComparisons {
  /** Some were left undone for want of work. */
  refused = false;
  #left: number = maxNameComparisons;
  readonly #work: SignatureWork;
  readonly #subtrees: Map<CertificateFacts, ComparedSubtrees | null> = new Map();
  readonly #ofLeaves: Map<CertificateFacts, readonly ComparedName[] | null> = new Map();
  readonly #ofOthers: Map<CertificateFacts, readonly ComparedName[] | null> = new Map();

  constructor(work: SignatureWork) {
    this.#work = work;
  }

  /** Pays for so many comparisons; false where they are too many. */
  afford(count: number): boolean {
    this.#left -= count;
    return this.#left >= 0 && this.#pay(count * comparisonWork);
  }

  /** The subtrees of `authority`, made once; null where they are too dear. */
  subtreesOf(authority: CertificateFacts, { excluded, permitted }: NameConstraintsValue): ComparedSubtrees | null {
    let known = this.#subtrees.get(authority);
    if (known === undefined) {
      const { der } = authority;
      const ready = this.#payFor(excluded) && this.#payFor(permitted);
      known = ready
        ? { excluded: excluded.map((one) => compared(der, one)), permitted: permitted.map((one) => compared(der, one)) }
        : null;
      this.#subtrees.set(authority, known);
    }
    return known;
  }

  /** The names of a certificate, likewise; `leaf` as in `violationOf`. */
  namesOf(subject: CertificateFacts, leaf: boolean): readonly ComparedName[] | null {
    const names = leaf ? this.#ofLeaves : this.#ofOthers;
    let known = names.get(subject);
    if (known === undefined) {
      known = this.#payFor(subject.alternativeNames) ? namesOf(subject, leaf) : null;
      names.set(subject, known);
    }
    return known;
  }

  #payFor(names: readonly GeneralNameRange[]): boolean {
    let cost = 0;
    for (const { start, end } of names) cost += nameWork + (end - start) * nameOctetWork;
    return this.#pay(cost);
  }

  #pay(cost: number): boolean {
    if (cost === 0 || (!this.refused && this.#work.take(cost))) return true;
    this.refused = true;
    return false;
  }
}

/**
 * What of `subject`'s names violates the constraints of `authority`, in words; null where nothing does, or where too much was
 * compared before. `leaf`: its common name counts as a host's where it has no other.
 */
export function violationOf(
  authority: CertificateFacts,
  constraints: NameConstraintsValue,
  subject: CertificateFacts,
  leaf: boolean,
  comparisons: NameComparisons,
): string | null {
  if (constraints.broken) return "name constraints that can't be read";
  const subtrees = comparisons.subtreesOf(authority, constraints);
  const names = subtrees === null ? null : comparisons.namesOf(subject, leaf);
  if (subtrees === null || names === null) return null;
  const { excluded, permitted } = subtrees;
  for (const name of names) {
    if (!comparisons.afford(excluded.length + permitted.length)) {
      comparisons.refused = true;
      return null;
    }
    if (excluded.some((subtree) => subtree.tag === name.tag && isWithin(name, subtree))) {
      return `${describe(name)}, which is excluded`;
    }
    const ofKind = permitted.filter(({ tag }) => tag === name.tag);
    if (ofKind.length > 0 && !ofKind.some((subtree) => isWithin(name, subtree))) {
      return `${describe(name)}, which is not among the permitted names`;
    }
  }
  return null;
}

/** The names that constraints apply to: the alternative names, a subject that is not empty, its e-mail addresses and host. */
function namesOf(facts: CertificateFacts, leaf: boolean): ComparedName[] {
  const names = facts.alternativeNames.map((range) => compared(facts.der, range));
  const { subject } = facts.ranges;
  const parts = subject === null ? null : canonicalRelativeNames(facts.der, subject.start, subject.end);
  if (parts !== null && parts.length > 0) {
    names.push({ tag: generalNameTags.directoryName, text: facts.record.subject, parts });
    if (!names.some(({ tag }) => tag === generalNameTags.rfc822Name)) {
      for (const part of parts) {
        if (!part.startsWith(emailAddress)) continue;
        names.push({ tag: generalNameTags.rfc822Name, text: part.slice(emailAddress.length), parts: none });
      }
    }
  }
  const host =
    leaf && !names.some(({ tag }) => tag === generalNameTags.dnsName) ? commonName(facts.record.subject) : null;
  // Verifiers that fall back on the common name must not be led out of the constraints by it (RFC 6125 §2.4).
  if (host !== null && /^[a-z0-9_*-]+(?:\.[a-z0-9_-]+)+$/i.test(host)) {
    names.push({ tag: generalNameTags.dnsName, text: host.toLowerCase(), parts: none });
  }
  return names;
}

const none: readonly string[] = [];

/** The canonical form of an emailAddress attribute: its type's octets in hexadecimal, then the value. */
const emailAddress = '2a864886f70d010901=';

function compared(der: Uint8Array, { tag, start, end }: GeneralNameRange): ComparedName {
  if (tag === generalNameTags.directoryName) {
    const parts = canonicalRelativeNames(der, start, end);
    return { tag, text: '', parts: parts ?? [`#${latin1(der, start, end)}`] };
  }
  const text = latin1(der, start, end);
  return { tag, text: tag === generalNameTags.ipAddress ? text : text.toLowerCase(), parts: none };
}

function isWithin(name: ComparedName, subtree: ComparedName): boolean {
  switch (name.tag) {
    case generalNameTags.dnsName:
      return isWithinDomain(name.text.replace(/^\*\./, ''), subtree.text.replace(/^\./, ''));
    case generalNameTags.rfc822Name:
      return isWithinMailbox(name.text, subtree.text);
    case generalNameTags.uniformResourceIdentifier:
      return isWithinHost(hostOf(name.text), subtree.text);
    case generalNameTags.ipAddress:
      return isWithinNetwork(name.text, subtree.text);
    case generalNameTags.directoryName:
      return subtree.parts.every((part, at) => name.parts[at] === part);
    default:
      return name.text === subtree.text;
  }
}

/** A DNS name and every name below it; an empty constraint holds all. */
function isWithinDomain(name: string, domain: string): boolean {
  return domain === '' || name === domain || name.endsWith(`.${domain}`);
}

/** A mailbox, every mailbox of a host, or with a leading dot every mailbox below a domain. */
function isWithinMailbox(mailbox: string, constraint: string): boolean {
  if (constraint.includes('@')) return mailbox === constraint;
  return isWithinHost(mailbox.slice(mailbox.lastIndexOf('@') + 1), constraint);
}

/** A host, or with a leading dot the hosts below it, itself not. */
function isWithinHost(host: string, constraint: string): boolean {
  if (constraint === '') return true;
  return constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint;
}

/** The host of a URI (RFC 3986 §3.2.2), '' where it has none: then it lies within no constraint but the empty one. */
function hostOf(uri: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:[\]]*)/.exec(uri)?.[1] ?? '';
}

/** Addresses as octets: 4 or 16, and the same again as a mask. */
function isWithinNetwork(address: string, network: string): boolean {
  const octets = address.length;
  if (network.length !== octets * 2) return false;
  for (let at = 0; at < octets; at++) {
    const mask = network.charCodeAt(octets + at);
    if ((address.charCodeAt(at) & mask) !== (network.charCodeAt(at) & mask)) return false;
  }
  return true;
}

function describe({ tag, text, parts }: ComparedName): string {
  if (tag === generalNameTags.ipAddress) return 'an IP address';
  if (tag === generalNameTags.directoryName) return text === '' && parts.length > 0 ? 'a directory name' : text;
  return text;
}
