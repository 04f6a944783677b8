import { describe, expect, it } from 'vitest';
import { maxTicketPeers } from '../../src/session/limits.js';
import { TicketLinks } from '../../src/session/shared/ticket-links.js';
import { TlsObservations } from '../../src/session/tls/tls-observations.js';

const peers = '10.0.0.5 10.0.0.9 8443';

/** What a connection has shown whose server sent records of these lengths after the client's part of the handshake. */
function having(...lengths: number[]): TlsObservations {
  const seen = new TlsObservations(1);
  const arrival = { frame: 9, seconds: 0, nanoseconds: 0, offset: 0 };
  seen.of(1).noteProtected(500, 0, { ...arrival, acknowledged: 300 });
  seen.of(0).noteProtected(53, 300, { ...arrival, acknowledged: 505 });
  for (const length of lengths) seen.of(1).noteProtected(length, 505, { ...arrival, acknowledged: 358 });
  return seen;
}

/** Record of a ticket: protection 17, its head 17, a nonce. */
const recordOf = (ticket: number, nonce: number): number => 34 + nonce + ticket;

describe('a ticket of TLS 1.3 is known again by its length', () => {
  it.each([0, 1, 2, 4, 8, 16, 32])('with a nonce of %i octets', (nonce) => {
    const links = new TicketLinks(0x5eed);
    links.remember(peers, 3, having(recordOf(230, nonce)), 0);
    expect(links.origin(peers, 230)).toBe(3);
    expect(links.origin(peers, 150)).toBeNull();
  });

  it('in the latest handshake that fits, of the same client and service alone', () => {
    const links = new TicketLinks(0x5eed);
    links.remember(peers, 3, having(recordOf(230, 8)), 0);
    links.remember(peers, 4, having(recordOf(1304, 8), recordOf(1304, 8)), 0);
    links.remember(peers, 5, having(recordOf(230, 8)), 0);
    expect(links.origin(peers, 1304)).toBe(4);
    expect(links.origin(peers, 230)).toBe(5);
    expect(links.origin('10.0.0.6 10.0.0.9 8443', 230)).toBeNull();
  });

  it('in one of the latest four handshakes, by any of its records', () => {
    const links = new TicketLinks(7);
    const tickets = [200, 300, 400, 500, 600, 700];
    const all = having(...tickets.map((ticket) => recordOf(ticket, 8)));
    links.remember(peers, 1, having(recordOf(1_000, 8)), 0);
    for (const flow of [2, 3, 4]) links.remember(peers, flow, all, 0);
    expect(links.origin(peers, 1_000)).toBe(1);
    for (const ticket of tickets) expect(links.origin(peers, ticket)).toBe(4);
    links.remember(peers, 5, having(recordOf(60_000, 8)), 0);
    expect(links.origin(peers, 1_000)).toBeNull();
    expect(links.origin(peers, 60_000)).toBe(5);
    expect(links.origin(peers, 700)).toBe(4);
  });

  it('not in what the server sent before it knew the client’s part', () => {
    const links = new TicketLinks(0x5eed);
    links.remember(peers, 3, having(), 0);
    expect(links.origin(peers, 500 - 34 - 8)).toBeNull();
  });

  it('for a bounded number of clients, the oldest forgotten first', () => {
    const links = new TicketLinks(0x5eed);
    for (let at = 0; at <= maxTicketPeers; at++) links.remember(`client ${at}`, at + 1, having(recordOf(230, 8)), 0);
    expect(links.origin('client 0', 230)).toBeNull();
    expect(links.origin(`client ${maxTicketPeers}`, 230)).toBe(maxTicketPeers + 1);
  });
});
