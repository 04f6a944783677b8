import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/engine/analyze.js';
import { foldSink } from '../../src/engine/fold-sink.js';
import { StrictnessFolder } from '../../src/hops/strictness.js';
import { TimelineFolder } from '../../src/hops/timeline.js';
import type { Strictness } from '../../src/model/strictness.js';
import type { ConnectionState, Timeline } from '../../src/model/timeline.js';
import { plainPalette } from '../../src/report/palette.js';
import { strictFormats } from '../../src/report/strict-formats.js';
import { timelineFormats } from '../../src/report/timeline-formats.js';
import { expectPrintable } from './printed.js';

const captures = join(import.meta.dirname, '..', '..', 'captures');
const options = { palette: plainPalette, verbose: false };

async function timelineOf(name: string): Promise<Timeline> {
  let found: Timeline | undefined;
  const sink = foldSink(new TimelineFolder(), (timeline) => {
    found = timeline;
  });
  await analyze({ inputs: [join(captures, name)], sink });
  return found!;
}

async function strictnessOf(name: string): Promise<Strictness> {
  let found: Strictness | undefined;
  const sink = foldSink(new StrictnessFolder(), (strictness) => {
    found = strictness;
  });
  await analyze({ inputs: [join(captures, name)], sink });
  return found!;
}

function mark(second: number, flow: number): { time: string; flow: number; capture: number; frame: number } {
  return { time: `2026-11-21T10:00:${String(second).padStart(2, '0')}.000000000Z`, flow, capture: 0, frame: flow * 10 };
}

/** A hop that changes its state every second. */
function flapping(states: readonly ConnectionState[], name: string | null = null): Timeline {
  return {
    hops: [
      {
        hop: '10.0.0.1->10.0.0.9:8443',
        client: { ip: '10.0.0.1', name },
        server: { ip: '10.0.0.9', port: 8443, name },
        intervals: states.map((state, at) => ({
          state,
          certainty: state === 'presented' ? 'inferred' : 'observed',
          connections: 1,
          first: mark(at, at + 1),
          last: mark(at, at + 1),
          until: mark(at, at + 1).time,
          identities: state === 'presented' ? [name ?? 'CN=web'] : [],
        })),
      },
    ],
    stops: [],
    clocks: [],
    connections: states.length,
    leftOut: 0,
  };
}

describe('analyze timeline', () => {
  it('prints where mutual TLS stopped, and who was the last', () => {
    const timeline = flapping(['presented', 'server-only']);
    timeline.stops.push({
      server: { ip: '10.0.0.9', port: 8443, name: null },
      stop: { ...mark(1, 2), client: '10.0.0.1', state: 'server-only' },
      last: { ...mark(0, 1), client: '10.0.0.1', identity: 'CN=web' },
      certainty: 'inferred',
    });
    expect(timelineFormats.text(timeline, options)).toMatchInlineSnapshot(`
      "10.0.0.9:8443: mutual TLS stopped (inferred) at 2026-11-21 10:00:01 UTC, frame
      20: 10.0.0.1 was not asked for one. The last client with a certificate was
      CN=web (10.0.0.1), at 2026-11-21 10:00:00 UTC, frame 10.

      10.0.0.1 -> 10.0.0.9:8443
        2026-11-21 10:00:00-10:00:00  presented (likely)  1 connection, frame 10
          CN=web
        2026-11-21 10:00:01-10:00:01  server-only         1 connection, frame 20

      1 hop, 2 connections; 0 of 1 did not change
      "
    `);
  });

  it('prints the capture of resumed sessions', async () => {
    expect(
      timelineFormats.text(await timelineOf('resumption-nginx.pcapng'), { ...options, verbose: true }),
    ).toMatchInlineSnapshot(`
      "Mutual TLS was not seen to stop: it was there on 3 of 4 hops.

      10.77.37.101 (client-7.acme.test) -> 10.77.37.20:443 (edge.acme.test)
        2026-11-21 20:03:12-20:03:12  presented           3 connections, frame 9
          DNS:client-7.acme.test

      10.77.37.102 (client-7.acme.test) -> 10.77.37.20:444 (edge.acme.test)
        2026-11-21 20:03:12-20:03:13  presented           3 connections, frame 57
          DNS:client-7.acme.test

      10.77.37.103 -> 10.77.37.20:445 (edge.acme.test)
        2026-11-21 20:03:13-20:03:13  presented (likely)  3 connections, frame 101

      10.77.37.104 -> 10.77.37.20:446 (edge.acme.test)
        2026-11-21 20:03:13-20:03:13  server-only         3 connections, frame 151

      4 hops, 12 connections; 4 of 4 did not change: 3 presented, 1 server-only
      "
    `);
  });

  it('prints the capture of a renegotiation', async () => {
    expect(
      timelineFormats.text(await timelineOf('renegotiation-apache.pcap'), { ...options, verbose: true }),
    ).toMatchInlineSnapshot(`
      "Mutual TLS was not seen on any of 3 hops.

      10.77.36.10 -> 10.77.36.30:443 (edge.acme.test)
        2026-11-21 20:03:07-20:03:07  unknown             1 connection, frame 10

      10.77.36.10 -> 10.77.36.30:444 (edge.acme.test)
        2026-11-21 20:03:07-20:03:07  unknown             1 connection, frame 32

      10.77.36.11 -> 10.77.36.30:445 (edge.acme.test)
        2026-11-21 20:03:07-20:03:07  server-only         1 connection, frame 56

      3 hops, 3 connections; 3 of 3 did not change: 2 unknown, 1 server-only
      "
    `);
  });

  it('shortens a hop that flaps, but not its end', () => {
    const states = Array.from({ length: 50 }, (_, at): ConnectionState => (at % 2 === 0 ? 'presented' : 'cleartext'));
    const text = timelineFormats.text(flapping(states), options);
    expect(text).toContain('30 intervals more: --verbose shows all');
    expect(text).toContain('frame 500');
    expect(timelineFormats.text(flapping(states), { ...options, verbose: true })).not.toContain('more');
  });

  it('keeps hostile names harmless, and lines short', () => {
    const text = timelineFormats.text(
      flapping(['presented', 'cleartext'], `\u001b[31m\u202e${'x'.repeat(500)}`),
      options,
    );
    expectPrintable(text);
  });

  it('prints every interval as CSV and JSON', async () => {
    const timeline = flapping(['presented', 'cleartext'], '=cmd()');
    const csv = timelineFormats.csv(timeline, options);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
    expect(csv).toContain("'=cmd()");
    expect(JSON.parse(timelineFormats.json(timeline, options))).toEqual(timeline);
  });
});

describe('analyze ready-for-strict', () => {
  it('prints the sentence of each service, and the clients that are not ready', async () => {
    expect(strictFormats.text(await strictnessOf('client-auth-matrix-go-tls12.pcap'), options)).toMatchInlineSnapshot(`
      "If client certificates were required today, clients of 4 of 5 services would
      break; for clients of 1 it can't be told.

      6 of 7 clients of 10.77.21.30:9410 (backend.acme.test) would break, 1 is ready.
        10.77.21.101              asked, shows none, 1 of 1       #121 11-21 20:10
        10.77.21.107 (CN=client-… bad certificate, 1 of 1         #225 11-21 20:10
          not-yet-valid; CN=client-new.acme.test,O=Acme Freight,C=US
        10.77.21.105 (web-4.acme… bad certificate, 1 of 1         #189 11-21 20:10
          wrong-eku; DNS:web-4.acme.test
        10.77.21.104 (CN=client-… bad certificate, 1 of 1         #171 11-21 20:10
          expired; CN=client-old.acme.test,O=Acme Freight,C=US
        10.77.21.103 (CN=client-… bad certificate, 1 of 1         #153 11-21 20:10
          untrusted; CN=client-7.acme.test,O=Acme Freight,C=US
        10.77.21.102 (CN=client-… bad certificate, 1 of 1         #137 11-21 20:10
          self-signed; CN=client-self.acme.test,O=Acme Freight,C=US

      6 of 7 clients of 10.77.21.30:9420 (backend.acme.test) would break, 1 is ready.
        10.77.21.107 (CN=client-… bad certificate, 1 of 1         #343 11-21 20:10
          not-yet-valid; CN=client-new.acme.test,O=Acme Freight,C=US
        10.77.21.105 (web-4.acme… bad certificate, 1 of 1         #307 11-21 20:10
          wrong-eku; DNS:web-4.acme.test
        10.77.21.104 (CN=client-… bad certificate, 1 of 1         #289 11-21 20:10
          expired; CN=client-old.acme.test,O=Acme Freight,C=US
        10.77.21.103 (CN=client-… bad certificate, 1 of 1         #271 11-21 20:10
          untrusted; CN=client-7.acme.test,O=Acme Freight,C=US
        10.77.21.102 (CN=client-… bad certificate, 1 of 1         #255 11-21 20:10
          self-signed; CN=client-self.acme.test,O=Acme Freight,C=US
        10.77.21.101              refused already, 1 of 1         #244 11-21 20:10

      6 of 7 clients of 10.77.21.30:9430 (backend.acme.test) would break, 1 is ready.
        10.77.21.101              asked, shows none, 1 of 1       #361 11-21 20:10
        10.77.21.107 (CN=client-… refused already, 1 of 1         #448 11-21 20:10
        10.77.21.105 (web-4.acme… refused already, 1 of 1         #417 11-21 20:10
        10.77.21.104 (CN=client-… refused already, 1 of 1         #404 11-21 20:10
        10.77.21.103 (CN=client-… refused already, 1 of 1         #391 11-21 20:10
        10.77.21.102 (CN=client-… refused already, 1 of 1         #378 11-21 20:10

      6 of 7 clients of 10.77.21.30:9440 (backend.acme.test) would break, 1 is ready.
        10.77.21.107 (CN=client-… refused already, 1 of 1         #546 11-21 20:10
        10.77.21.105 (web-4.acme… refused already, 1 of 1         #513 11-21 20:10
        10.77.21.104 (CN=client-… refused already, 1 of 1         #500 11-21 20:10
        10.77.21.103 (CN=client-… refused already, 1 of 1         #485 11-21 20:10
        10.77.21.102 (CN=client-… refused already, 1 of 1         #472 11-21 20:10
        10.77.21.101              refused already, 1 of 1         #460 11-21 20:10

      0 of 7 clients of 10.77.21.30:9400 (backend.acme.test) would break, 7 can't be
      told.
        10.77.21.107              never asked, 1 of 1             #103 11-21 20:10
        10.77.21.106              never asked, 1 of 1             #87 11-21 20:10
          shows elsewhere DNS:client-7.acme.test
        10.77.21.105              never asked, 1 of 1             #71 11-21 20:10
        10.77.21.104              never asked, 1 of 1             #54 11-21 20:10
        10.77.21.103              never asked, 1 of 1             #38 11-21 20:10
        10.77.21.102              never asked, 1 of 1             #22 11-21 20:10
        10.77.21.101              never asked, 1 of 1             #6 11-21 20:10
      "
    `);
  });

  it('prints services in cleartext', async () => {
    expect(strictFormats.text(await strictnessOf('nginx-cleartext-backend.pcapng'), options)).toMatchInlineSnapshot(`
      "If client certificates were required today, clients of 3 of 5 services would
      break.

      1 of 1 client of 10.77.13.30:8080 would break.
        10.77.13.20               in cleartext, 2 of 2            #96 11-21 20:02

      1 of 1 client of 10.77.13.30:8081 would break.
        10.77.13.20               in cleartext, 1 of 1            #45 11-21 20:02

      1 of 1 client of 10.77.13.30:8082 would break.
        10.77.13.20               in cleartext, 1 of 1            #70 11-21 20:02

      0 of 1 client of 10.77.13.20:443 (edge.acme.test) would break, 1 is ready.

      0 of 1 client of 10.77.13.20:8443 (edge.acme.test) would break, 1 is ready.
      "
    `);
  });

  it('keeps hostile names harmless, and lines short', async () => {
    const strictness = await strictnessOf('client-auth-matrix-go-tls12.pcap');
    for (const { server, clients } of strictness.services) {
      server.name = `\u001b]0;\u0007${'y'.repeat(300)}`;
      for (const client of clients) {
        client.client.name = '\u202eevil';
        client.identity = '\u001b[2J'.repeat(100);
      }
    }
    expectPrintable(strictFormats.text(strictness, { ...options, verbose: true }));
  });

  it('prints every client as CSV and JSON', async () => {
    const strictness = await strictnessOf('client-auth-matrix-go-tls12.pcap');
    const clients = strictness.services.reduce((sum, service) => sum + service.clients.length, 0);
    expect(strictFormats.csv(strictness, options).trimEnd().split('\r\n')).toHaveLength(clients + 1);
    expect(JSON.parse(strictFormats.json(strictness, options))).toEqual(strictness);
  });
});
