import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { csvLine } from '../../src/report/csv.js';
import { certsFormats, flowsFormats } from '../../src/report/index.js';
import { certificatePem } from '../../src/report/pem.js';
import { capture, certificate, cleartext, connection, connectionArbitrary, tlsSession } from '../build/records.js';
import { expectPrintable, printed } from './printed.js';

// RFC 4180, the other way.
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted && character === '"' && text[at + 1] === '"') cell += text[++at];
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ',' || character === '\n')) {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (character === '\n') rows.push(row.splice(0));
    } else cell += character;
  }
  return rows;
}

describe('CSV', () => {
  it('neutralises what a spreadsheet would run', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '＝']) {
      const cell = parseCsv(csvLine([`${start}cmd|' /C calc'!A0`]))[0]?.[0] ?? '';
      expect(cell.startsWith("'"), JSON.stringify(start)).toBe(true);
    }
    expect(csvLine(['plain', 7, true, null])).toBe('plain,7,true,\r\n');
  });

  it('gives back every cell, whatever it holds, on one line', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
        const line = csvLine(cells);
        expect(line.trimEnd().split(/[\r\n]/)).toHaveLength(1);
        const safe = cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell));
        expect(parseCsv(line)[0]).toEqual(safe);
      }),
    );
  });

  it('lists flows with as many cells as headings', () => {
    const rows = parseCsv(printed(flowsFormats.csv, { flows: [connection(), cleartext({ id: 2, protocol: '=1+1' })] }));
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toHaveLength(rows[0]!.length);
    const column = (name: string): string[] => rows.slice(1).map((row) => row[rows[0]!.indexOf(name)]!);
    expect(column('id')).toEqual(['1', '2']);
    expect(column('verdict')).toEqual(['mutual', 'cleartext']);
    expect(column('protocol')).toEqual(['http/1.1', "'=1+1"]);
  });

  it('lists certificates with as many cells as headings', () => {
    const rows = parseCsv(printed(certsFormats.csv, { captures: [capture()], certificates: [certificate()] }));
    expect(rows[1]).toHaveLength(rows[0]!.length);
    expect(rows[1]![rows[0]!.indexOf('whenCaptured')]).toBe('valid');
    expect(rows[1]![rows[0]!.indexOf('subject')]).toBe('CN=api.example,O=Example');
  });
});

describe('the tables', () => {
  it('print JSON arrays of the report’s own objects, empty ones too', () => {
    const flows = [connection(), cleartext({ id: 2 })];
    expect(JSON.parse(printed(flowsFormats.json, { flows }))).toEqual(
      flows.map((flow) => ({ ...flow, communityId: expect.stringMatching(/^1:.{27}=$/) })),
    );
    expect(JSON.parse(printed(flowsFormats.json, {}))).toEqual([]);
    expect(JSON.parse(printed(certsFormats.json, { certificates: [certificate()] }))).toEqual([certificate()]);
    expect(JSON.parse(printed(certsFormats.json, {}))).toEqual([]);
  });

  it('tell that TLS 1.3 hides some only where it does', () => {
    const results = { captures: [capture()], certificates: [certificate()] };
    const hidden = connection({ tls: tlsSession({ version: 'TLSv1.3', decrypted: false }) });
    const last = (flows: ConnectionRecord[]): string =>
      printed(certsFormats.text, { ...results, flows })
        .replace(/\s+/g, ' ')
        .trim();
    expect(last([connection()])).toMatch(/1 certificate seen in 1 TLS connection \(1 flow\)\.$/);
    expect(last([connection(), hidden])).toMatch(/1 connection of TLS 1\.3 hides its own without keys\.$/);
  });

  it('keep to 80 columns whatever the records hold', () => {
    fc.assert(
      fc.property(connectionArbitrary, fc.string({ unit: 'binary' }), (flow, hostile) => {
        expectPrintable(printed(flowsFormats.text, { flows: [flow] }));
        const odd = certificate({
          subject: hostile,
          sha256: hostile,
          keyType: hostile,
          notAfter: hostile,
          oddities: [hostile],
        });
        expectPrintable(printed(certsFormats.text, { captures: [capture()], certificates: [odd] }));
      }),
    );
  });

  it('say of each flow what is known of the client certificate', () => {
    const status = (changes: object) =>
      connection({ tls: tlsSession({ clientAuth: { ...tlsSession().clientAuth, ...changes } }) });
    const last = (changes: object): string =>
      printed(flowsFormats.text, { flows: [status(changes)] })
        .split('\n')[1]!
        .slice(65)
        .trim();
    expect(last({})).toBe('mutual');
    expect(last({ certainty: 'inferred' })).toBe('mutual (likely)');
    expect(last({ outcome: 'rejected' })).toBe('refused');
    expect(last({ status: 'not-requested' })).toBe('one-way');
    expect(last({ status: 'declined' })).toBe('one-way, asked');
    expect(last({ status: 'resumed' })).toBe('resumed');
    expect(last({ status: 'unknown' })).toBe("can't be told");
  });
});

describe('PEM', () => {
  it('holds the DER in lines of 64', () => {
    const der = Uint8Array.from({ length: 300 }, (_, at) => at);
    const lines = certificatePem(der).trimEnd().split('\n');
    expect(lines[0]).toBe('-----BEGIN CERTIFICATE-----');
    expect(lines.at(-1)).toBe('-----END CERTIFICATE-----');
    const body = lines.slice(1, -1);
    expect(body.slice(0, -1).every((line) => line.length === 64)).toBe(true);
    expect(new Uint8Array(Buffer.from(body.join(''), 'base64'))).toEqual(der);
  });
});
