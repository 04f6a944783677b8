import type { ConnectionRecord, Gap, TlsSession } from '../model/connection-record.js';
import type { Rule } from '../model/rule.js';
import type { Side } from '../model/side.js';
import { aboutCapture, connectionsOfCapture, counted } from './shared/capture-rule.js';
import { firstMessage } from './shared/tls-progress.js';

/** Bytes inside a handshake were not captured. */
export const captureGap: Rule = connectionsOfCapture(
  {
    ...aboutCapture,
    kind: 'capture-gap',
    title: 'Holes inside handshakes',
    meaning: 'Bytes of a TLS handshake are missing from the capture: packets were lost on the way to the file, or cut.',
    why: 'Messages in the hole are unknown: what they held is neither seen nor absent.',
    blindSpots: ['Holes after the handshake do not matter for it, and are not counted here.'],
    remediation: {
      general:
        'Capture with a larger buffer (-B 65536 or more), a filter, or on a machine that keeps up; check what the mirror port drops.',
      products: {},
    },
    concerns: 'tls',
  },
  hasGapInHandshake,
  (count) => `${counted(count, 'connection')} with bytes of the handshake missing.`,
);

function hasGapInHandshake({ tls, gaps }: ConnectionRecord): boolean {
  if (tls === null || gaps.length === 0) return false;
  for (const gap of gaps) if (isInHandshake(gap, tls)) return true;
  return false;
}

/** A hole lies inside where something of its side's handshake is missing that the other side's shows to have been there. */
function isInHandshake({ from, offset }: Gap, tls: TlsSession): boolean {
  const hello = from === 'client' ? tls.clientHello : tls.serverHello;
  const peerHello = from === 'client' ? tls.serverHello : tls.clientHello;
  if (hello === null) return peerHello !== null;
  if (tls.version === 'TLSv1.3') return !tls.established || offset < handshakeOctets(tls, from);
  const { serverCertificate, clientCertificate } = tls.facts;
  const isHidden = (from === 'client' ? clientCertificate : serverCertificate).state === 'hidden';
  if (isHidden && tls.resumed !== true) return true;
  return firstMessage(tls, 'change_cipher_spec', from) === null;
}

/** Octets of the records of a side's handshake, no less: messages often share a record. */
function handshakeOctets(tls: TlsSession, from: Side): number {
  let octets = 0;
  for (const message of tls.messages) if (message.from === from) octets += message.length + recordHeader;
  return octets;
}

const recordHeader = 5;
