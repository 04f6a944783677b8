import { describe, expect, it } from 'vitest';
import { extension, filler, newSessionTicketBody, renegotiationInfo, serverName } from '../build/tls.js';
import {
  answer12,
  clientFlight12,
  data,
  handshake,
  hello12,
  messages12,
  opened12,
  resumed12,
  serverFlight12,
} from './handshakes.js';
import { client, missing, newContext, type Step, server, talkTls } from './talk.js';

const sessionId = filler(32, 0x60);
const ticket = filler(192, 3);

/** A full handshake in which the server gives a session id. */
function fullWithId(): Step[] {
  const hello = answer12({ sessionId });
  return [client(hello12()), serverFlight12({ hello }), clientFlight12(), server(messages12.finish), data('server')];
}

/** A full handshake in which the server gives a ticket. */
function fullWithTicket(): Step[] {
  return [...opened12('presents'), server(messages12.ticket, messages12.finish), data('server')];
}

/** A hello that offers a ticket; RFC 5077 §3.4 lets the client make up a session id to tell whether it was taken. */
function offersTicket(octets: Uint8Array, madeUp?: Uint8Array): Uint8Array {
  return hello12({
    ...(madeUp === undefined ? {} : { sessionId: madeUp }),
    extensions: [serverName('a.example'), extension(0x0023, octets), renegotiationInfo()],
  });
}

describe('resumption in TLS 1.2', () => {
  it('by session id is told, and names the connection with the full handshake', () => {
    const context = newContext();
    expect(talkTls(fullWithId(), { context, id: 7 })).toMatchObject({ resumed: false, resumedFrom: null });
    const tls = talkTls(resumed12(hello12({ sessionId }), answer12({ sessionId })), { context, id: 9 });
    expect(tls).toMatchObject({
      resumed: true,
      resumedFrom: 7,
      clientHello: { offersResumption: true },
      clientAuth: { status: 'resumed', requested: null, outcome: 'accepted', certainty: 'observed' },
      serverCertificates: null,
      clientCertificates: null,
      established: true,
    });
    for (const fact of Object.values(tls.facts)) expect(fact).toMatchObject({ state: 'hidden' });
    expect(tls.facts.certificateRequest).toMatchObject({ because: expect.stringContaining('resumed') });
  });

  it('by ticket names the connection that was given the ticket', () => {
    const context = newContext();
    const full = talkTls(fullWithTicket(), { context, id: 3 });
    expect(full.tickets).toEqual([{ frame: 4, from: 'server', lifetimeSeconds: 7200, length: 192 }]);
    const madeUp = filler(32, 0xa0);
    const tls = talkTls(resumed12(offersTicket(ticket, madeUp), answer12({ sessionId: madeUp })), { context, id: 4 });
    expect(tls).toMatchObject({ resumed: true, resumedFrom: 3, clientHello: { offersResumption: true } });
    expect(tls.clientAuth.status).toBe('resumed');
  });

  it('by a ticket that a resumption renewed goes back to the full handshake', () => {
    const context = newContext();
    talkTls(fullWithTicket(), { context, id: 3 });
    const madeUp = filler(32, 0xa0);
    const renewed = filler(192, 77);
    const renewal = handshake(4, newSessionTicketBody(7200, renewed));
    const answer = answer12({ sessionId: madeUp, extensions: [extension(0x0023)] });
    const second = talkTls(resumed12(offersTicket(ticket, madeUp), answer, renewal), { context, id: 4 });
    expect(second).toMatchObject({ resumed: true, resumedFrom: 3 });
    const third = talkTls(resumed12(offersTicket(renewed, madeUp), answer), { context, id: 5 });
    expect(third).toMatchObject({ resumed: true, resumedFrom: 3 });
  });

  it('has no original where the capture does not have it', () => {
    const tls = talkTls(resumed12(hello12({ sessionId }), answer12({ sessionId })));
    expect(tls).toMatchObject({ resumed: true, resumedFrom: null });
  });

  it('is not taken for one where a server refuses the offer and does a full handshake', () => {
    const context = newContext();
    talkTls(fullWithId(), { context, id: 7 });
    const hello = answer12({ sessionId: filler(32, 0x01) });
    const steps = [client(hello12({ sessionId })), serverFlight12({ hello, asks: true }), clientFlight12('presents')];
    expect(talkTls(steps, { context, id: 8 })).toMatchObject({
      resumed: false,
      resumedFrom: null,
      clientHello: { offersResumption: true },
      clientAuth: { status: 'presented' },
    });
  });

  it('is not taken for one by an echoed session id alone', () => {
    // The echo says it too, but a ServerHello is forged more easily than a whole handshake.
    const steps = [client(hello12({ sessionId })), server(answer12({ sessionId }))];
    expect(talkTls(steps)).toMatchObject({ resumed: null, clientAuth: { status: 'unknown' } });
  });

  it('is not told where octets between ServerHello and ChangeCipherSpec are missing', () => {
    const steps = [
      client(hello12({ sessionId })),
      server(answer12({ sessionId })),
      missing('server', 1200),
      server(messages12.finish),
      client(messages12.finish),
      data('server'),
    ];
    const tls = talkTls(steps);
    expect(tls.resumed).toBeNull();
    expect(tls.clientAuth.status).toBe('unknown');
    expect(Object.values(tls.facts).map((fact) => fact.state)).not.toContain('absent');
  });

  it('offers nothing by an empty ticket extension, nor by the session id of a TLS 1.3 client', () => {
    expect(talkTls([client(offersTicket(filler(0)))]).clientHello?.offersResumption).toBe(false);
    expect(talkTls([client(offersTicket(filler(9)))]).clientHello?.offersResumption).toBe(true);
  });
});
