import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopStates } from '../../src/model/hop.js';
import type { Palette } from '../../src/report/palette.js';
import { screenLines, textReport } from '../../src/report/text.js';
import { untoldReason } from '../../src/report/verdict.js';
import {
  capture,
  certificate,
  cleartext,
  connection,
  connectionArbitrary,
  finding,
  hop,
  tlsSession,
} from '../build/records.js';
import { expectPrintable, printed } from './printed.js';

const hidden13 = tlsSession({
  version: 'TLSv1.3',
  clientAuth: { status: 'unknown', requested: null, outcome: 'unknown', certainty: 'none', basis: 'hidden' },
});
const declined = tlsSession({
  clientAuth: { status: 'declined', requested: true, outcome: 'accepted', certainty: 'observed', basis: 'empty list' },
});
const refused = tlsSession({
  clientAuth: { status: 'declined', requested: true, outcome: 'rejected', certainty: 'observed', basis: 'alert' },
});
const silent = connection({ id: 9, kind: 'empty', tls: null, protocol: null });

function firstLine(text: string): string {
  return (text.split('\n\n')[0] ?? '').replaceAll('\n', ' ');
}

describe('the answer', () => {
  it('does not take a direction that was not captured for silence', () => {
    const tls = tlsSession({
      serverHello: null,
      version: null,
      clientAuth: { ...tlsSession().clientAuth, status: 'unknown' },
    });
    const alone = connection({ tls, packets: { client: 9, server: 0 } });
    expect(untoldReason(alone)).toBe('one direction only');
    expect(untoldReason({ ...alone, packets: { client: 9, server: 2 } })).toBe('handshake without an answer');
    // Whoever speaks QUIC or DTLS may be left without an answer.
    expect(untoldReason({ ...alone, transport: 'udp' })).toBe('handshake without an answer');
  });

  it('counts connections by what they prove, with their total and the reason for what is not known', () => {
    const flows = [
      connection(),
      connection({ id: 2 }),
      cleartext({ id: 3 }),
      connection({ id: 4, tls: declined }),
      connection({ id: 5, tls: refused }),
      connection({ id: 6, tls: hidden13 }),
      silent,
    ];
    expect(firstLine(printed(textReport, { flows, captures: [capture()] }))).toBe(
      "Mutual TLS on 2 of 6 connections; 1 cleartext, 1 one-way TLS, 1 refused over the client certificate, 1 can't be told (TLS 1.3 without keys), 1 more without payload.",
    );
  });

  it('says so when none and when all are mutual', () => {
    expect(firstLine(printed(textReport, { flows: [cleartext(), cleartext({ id: 2 })], captures: [capture()] }))).toBe(
      'Mutual TLS on none of 2 connections; 2 cleartext.',
    );
    expect(
      firstLine(printed(textReport, { flows: [connection(), connection({ id: 2 })], captures: [capture()] })),
    ).toBe('Mutual TLS on all 2 connections.');
    expect(firstLine(printed(textReport, { flows: [connection()], captures: [capture()] }))).toBe(
      'Mutual TLS on the one connection.',
    );
    expect(firstLine(printed(textReport, { flows: [silent], captures: [capture()] }))).toBe(
      'No connection said anything (1 without payload).',
    );
  });

  it('tells what a resumed session inherits, where its full handshake is in the capture', () => {
    const resumed = (resumedFrom: number | null) =>
      tlsSession({ resumed: true, resumedFrom, clientAuth: { ...tlsSession().clientAuth, status: 'resumed' } });
    const sentence = (...from: (number | null)[]): string => {
      const later = from.map((flow, at) => connection({ id: at + 2, tls: resumed(flow) }));
      return firstLine(printed(textReport, { flows: [connection(), ...later], captures: [capture()] }));
    };
    expect(sentence(1, 1)).toBe('Mutual TLS on 1 of 3 connections; 2 resumed from mutual handshakes.');
    expect(sentence(1, null, 99_999)).toBe('Mutual TLS on 1 of 4 connections; 3 resumed (1 from mutual handshakes).');
    expect(sentence(null)).toBe('Mutual TLS on 1 of 2 connections; 1 resumed.');
  });

  it('marks what was inferred', () => {
    const tls = tlsSession({ clientAuth: { ...tlsSession().clientAuth, certainty: 'inferred' } });
    expect(
      firstLine(printed(textReport, { flows: [connection({ tls }), cleartext({ id: 2 })], captures: [capture()] })),
    ).toBe('Mutual TLS on 1 of 2 connections (1 inferred); 1 cleartext.');
  });
});

describe('the screen', () => {
  const hops = Array.from({ length: 27 }, (_, at) =>
    hop({
      id: `hop ${at}`,
      server: { ip: `10.0.0.${at}`, port: 443, name: null },
      mtls: hopStates[at % hopStates.length]!,
    }),
  );

  it('lists the worst hops first and says how many are left out', () => {
    const text = printed(textReport, { flows: [connection()], hops, captures: [capture()] });
    const states = [...text.matchAll(/^ {2}(\S+) +10\.77/gm)].map((match) => match[1]);
    expect(states).toHaveLength(15);
    expect(states).toEqual([...states].sort((a, b) => hopStates.indexOf(a as never) - hopStates.indexOf(b as never)));
    expect(text).toContain('… and 12 more hops: --verbose');
  });

  it('fits 40 lines however much there is to say', () => {
    const many = Array.from({ length: 9000 }, (_, at) => ({
      ...hops[0]!,
      id: `${at}`,
      mtls: hopStates[at % hopStates.length]!,
    }));
    const captures = Array.from({ length: 20 }, (_, at) =>
      capture(
        { endedEarly: 'a block length of 7 at octet 1234', gapFlows: 3, truncatedPackets: 9 },
        { path: `part-${at}.pcap` },
      ),
    );
    for (const results of [
      { hops, captures: [capture()] },
      { hops, captures: captures.slice(0, 2) },
      { hops: many, captures: [capture()] },
      { hops },
    ]) {
      const text = printed(textReport, {
        flows: [connection(), cleartext()],
        certificates: [certificate()],
        ...results,
      });
      expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(screenLines);
    }
  });

  it('shows some of the worst hops below the longest answer', () => {
    const findings = Array.from({ length: 30 }, (_, at) => finding({ kind: `kind-${at}` }));
    const poor = { endedEarly: 'cut', gapFlows: 3, truncatedPackets: 900, oneSidedFlows: 3, midstreamFlows: 3 };
    const captures = [capture(poor), capture(poor), capture(poor), capture(poor)];
    const text = printed(textReport, { flows: [connection(), cleartext()], findings, hops, captures });
    expect([...text.matchAll(/^ {2}\S+ +10\.77/gm)].length).toBeGreaterThanOrEqual(4);
  });

  it('gives the reason under each hop where there is room', () => {
    const text = printed(textReport, { flows: [connection()], hops: hops.slice(0, 3), captures: [capture()] });
    expect(text.match(/A client certificate was presented/g)).toHaveLength(3);
  });

  it('gives the worst hops their whole reason where there is room for one line of each alone', () => {
    const why = `${'a long reason '.repeat(11)}ends here`;
    const many = Array.from({ length: 9 }, (_, at) => hop({ id: `10.0.0.${at}->10.0.0.99:443`, why }));
    const text = printed(textReport, { flows: [connection()], hops: many, captures: [capture()] });
    const whole = text.replace(/\s+/g, ' ').split('ends here').length - 1;
    expect(whole).toBeGreaterThan(0);
    expect(whole).toBeLessThan(9);
    expect(text.match(/a long reason.*…$/gm)).toHaveLength(9 - whole);
    expect(text.indexOf('ends here')).toBeLessThan(text.indexOf('…'));
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(screenLines);
  });

  it('says in one line that a capture is complete', () => {
    expect(printed(textReport, { flows: [connection()], captures: [capture()] })).toContain(
      'CAPTURE  complete: no gaps, no cut packets, no drops reported\n',
    );
  });

  it('makes a poor capture look poor, right below the answer and with numbers', () => {
    const health = { truncatedPackets: 12, gapFlows: 1, droppedPackets: 7, endedEarly: 'a cut block at octet 64,000' };
    const text = printed(textReport, {
      flows: [connection()],
      captures: [capture(health)],
      limits: { 'flow table': 3 },
    });
    expect(text.split('\n')[1]).toBe('The capture is poor (see below): the answer covers only what it shows.');
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain('CAPTURE POOR: 12 of 512 packets cut by the snap length; 1 of 1 flow with gaps;');
    expect(words).toContain('7 packets dropped while capturing; span.pcapng ends early: a cut block at octet 64,000;');
    expect(words).toContain("3 times the limit 'flow table' was reached");
  });

  it('calls a capture incomplete, not poor, when one flow in a hundred lacks something', () => {
    const flows = Array.from({ length: 100 }, (_, at) => connection({ id: at + 1 }));
    const text = printed(textReport, { flows, captures: [capture({ midstreamFlows: 1 })] });
    expect(text).toContain('CAPTURE  incomplete: 1 of 100 flows without their beginning.');
    expect(text).not.toMatch(/poor/i);
    expect(printed(textReport, { flows, captures: [capture({ midstreamFlows: 6 })] })).toContain(
      'CAPTURE  POOR: 6 of 100',
    );
  });

  it('prints no grade, as there is nothing that would give one', () => {
    expect(printed(textReport, { flows: [connection()], captures: [capture()] })).not.toMatch(/grade|score|finding/i);
  });
});

describe('--verbose', () => {
  it('lists every hop with its whole reason, every certificate and every flow', () => {
    const why = `${'a long reason '.repeat(20)}ends here`;
    const flows = [connection(), cleartext({ id: 2 })];
    const text = printed(
      textReport,
      { flows, hops: [hop({ why })], captures: [capture()], certificates: [certificate()] },
      true,
    );
    expect(text).toContain('ends here');
    expect(text).toContain('client identity: spiffe://example/client');
    expect(text).toMatch(/^aaaaaaaaaaaa {2}server +EC P-256 +2027-01-01 {2}api\.example$/m);
    expect(text).toMatch(/^ {6}1 {2}10\.77\.13\.10:41234 → 10\.77\.13\.20:443 +TLSv1\.2 +mutual$/m);
    expect(text).toMatch(/^ {6}2 {2}10\.77\.13\.10:41234 → 10\.77\.13\.30:8080 +http +cleartext$/m);
  });

  it('says that a certificate had expired when it was captured', () => {
    const old = certificate({ notAfter: '2026-11-01T00:00:00Z' });
    const text = printed(textReport, { captures: [capture()], certificates: [old] }, true);
    expect(text).toContain('expired when captured');
  });
});

describe('every line', () => {
  it('keeps to 80 columns and harms no terminal, whatever the records hold', () => {
    fc.assert(
      fc.property(connectionArbitrary, fc.string({ unit: 'binary' }), fc.boolean(), (flow, hostile, verbose) => {
        const ends = {
          client: { ip: flow.client.ip, name: hostile },
          server: { ip: hostile, port: 443, name: hostile },
        };
        const text = printed(
          textReport,
          {
            flows: [flow],
            hops: [hop({ ...ends, why: hostile, protocols: [hostile], identities: [hostile] })],
            captures: [capture({ endedEarly: hostile, damage: [hostile] }, { path: hostile, linkTypes: [hostile] })],
            certificates: [
              certificate({
                subject: hostile,
                keyType: hostile,
                notAfter: hostile,
                oddities: [hostile],
                parseError: hostile,
              }),
            ],
            limits: { [hostile]: 1 },
          },
          verbose,
        );
        expectPrintable(text);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps to 80 columns with IPv6 addresses and wide characters', () => {
    const v6 = { ip: '2001:db8:1111:2222:3333:4444:5555:6666', port: 65_535 };
    const text = printed(
      textReport,
      {
        flows: [connection({ client: v6, server: v6 })],
        hops: [
          hop({
            client: { ip: v6.ip, name: null },
            server: { ...v6, name: '例え'.repeat(40) },
            why: '漢字'.repeat(90),
          }),
        ],
        captures: [capture({}, { path: `/captures/${'捕'.repeat(70)}.pcap` })],
        certificates: [certificate({ subject: `CN=${'名'.repeat(50)}` })],
      },
      true,
    );
    expectPrintable(text);
    expect(text).toContain('2001:db8:1111:2222:3333:4444:5555:6666');
  });

  it('is the same text with colours taken out', () => {
    const mark = (text: string): string => `\u001b[1m${text}\u001b[22m`;
    const palette: Palette = { strong: mark, faint: mark, bad: mark, doubtful: mark, good: mark };
    const results = {
      flows: [connection(), cleartext()],
      hops: [hop()],
      captures: [capture({ gapFlows: 1 })],
      certificates: [certificate()],
    };
    for (const verbose of [false, true]) {
      const coloured = printed(textReport, results, verbose, palette);
      expect(coloured).toContain('\u001b[1m');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
      expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(printed(textReport, results, verbose));
    }
  });
});
