import { describe, expect, it } from 'vitest';
import { captureDrops } from '../../src/rules/capture-drops.js';
import { captureDuplicates } from '../../src/rules/capture-duplicates.js';
import { captureEvictions } from '../../src/rules/capture-evictions.js';
import { captureGap } from '../../src/rules/capture-gap.js';
import { captureMidstream } from '../../src/rules/capture-midstream.js';
import { captureOneSided } from '../../src/rules/capture-one-sided.js';
import { captureTruncated } from '../../src/rules/capture-truncated.js';
import { vantageLoopback } from '../../src/rules/vantage-loopback.js';
import { capture, cleartext, connection, tlsSession } from '../build/records.js';
import { askAll, wholeRun } from './asking.js';

describe('what a capture can not show', () => {
  it.each([
    [captureTruncated, { truncatedPackets: 3 }, '3 packets cut.'],
    [captureDuplicates, { duplicatePackets: 1 }, '1 frame seen again.'],
    [captureDrops, { droppedPackets: 7 }, '7 packets dropped.'],
  ] as const)('$about.kind reads the counters of each capture', (rule, health, detail) => {
    const run = wholeRun({ captures: [capture(), capture(health)] });
    expect(askAll(rule, [], run).late).toMatchObject([{ capture: 1, detail, client: null, server: null }]);
    expect(askAll(rule, []).late).toEqual([]);
  });

  it('takes an answered SYN for the beginning where one direction alone was captured', () => {
    const answered = cleartext({ sawSyn: false, rolesFrom: 'syn', packets: { client: 0, server: 4 } });
    expect(askAll(captureMidstream, [answered]).late).toEqual([]);
    expect(askAll(captureMidstream, [{ ...answered, rolesFrom: 'port' }]).late).toHaveLength(1);
  });

  it('counts the connections that begin before the capture, and lists the first', () => {
    const records = Array.from({ length: 30 }, (_, at) =>
      cleartext({ id: at + 1, sawSyn: at === 0, rolesFrom: 'port', firstFrame: at + 1 }),
    );
    const [only, ...rest] = askAll(captureMidstream, records).late;
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ count: 29, detail: '29 connections began before the capture.', capture: 0 });
    expect(only!.flows).toHaveLength(20);
  });

  it('leaves out connections without payload', () => {
    const silent = cleartext({ sawSyn: false, bytes: { client: 0, server: 0 }, packets: { client: 2, server: 0 } });
    expect(askAll(captureMidstream, [silent]).late).toEqual([]);
    expect(askAll(captureOneSided, [silent]).late).toEqual([]);
    expect(askAll(captureOneSided, [{ ...silent, bytes: { client: 9, server: 0 } }]).late).toMatchObject([
      { count: 1 },
    ]);
  });

  it('tells holes in a handshake from holes after it', () => {
    const gaps = [{ from: 'server' as const, offset: 1448, length: 500 }];
    const hidden = { state: 'hidden' as const, because: 'octets are missing' };
    const tls = tlsSession();
    expect(askAll(captureGap, [connection({ gaps })]).late).toEqual([]);
    const inside = { ...tls, facts: { ...tls.facts, serverCertificate: hidden } };
    expect(askAll(captureGap, [connection({ gaps, tls: inside })]).late).toMatchObject([{ count: 1 }]);
    const resumed = { ...inside, resumed: true };
    expect(askAll(captureGap, [connection({ gaps, tls: resumed })]).late).toEqual([]);
    expect(askAll(captureGap, [connection({ gaps, tls: { ...tls, serverHello: null } })]).late).toMatchObject([
      { count: 1 },
    ]);
  });

  it('tells of what stays inside one host', () => {
    const loopback = cleartext({ client: { ip: '127.0.0.1', port: 1 }, server: { ip: '127.0.0.1', port: 2 } });
    const sidecar = cleartext({ client: { ip: '10.0.0.5', port: 1 }, server: { ip: '10.0.0.5', port: 2 } });
    expect(askAll(vantageLoopback, [loopback, sidecar, cleartext()]).late).toMatchObject([{ count: 2 }]);
  });

  it('names the bounds that bit', () => {
    expect(askAll(captureEvictions, [], wholeRun({ limits: { flows: 12, hops: 0 } })).late).toMatchObject([
      { detail: "12 times the limit 'flows' was reached." },
    ]);
    expect(askAll(captureEvictions, []).late).toEqual([]);
  });
});
