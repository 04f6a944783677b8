import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import { communityId } from '../../../src/report/community-id.js';
import { isHarmful } from '../../../src/report/harmless.js';
import { FlowJsonWriter } from '../../../src/report/json/flow.js';
import { jsonReport } from '../../../src/report/json/json.js';
import { ndjsonReport } from '../../../src/report/json/ndjson.js';
import { JsonWriter } from '../../../src/report/json/writer.js';
import { plainPalette } from '../../../src/report/palette.js';
import {
  capture,
  certificate,
  cleartext,
  connection,
  connectionArbitrary,
  hop,
  sharedConnectionArbitrary,
  summaryOf,
  tlsSession,
} from '../../build/records.js';
import { TextCollector } from '../text-collector.js';

const options = { toolVersion: '9.9.9', verbose: false, palette: plainPalette };

function written(flows: readonly ConnectionRecord[]): string {
  const out = new TextCollector();
  const json = new JsonWriter(out);
  const writer = new FlowJsonWriter(json);
  for (const flow of flows) {
    writer.write(flow);
    json.recordEnd();
  }
  json.flush();
  return out.text;
}

// A flow as it is printed: the Community ID behind its ends.
function reported({ id, capture: of, transport, client, server, ...rest }: ConnectionRecord): object {
  const named = communityId({ id, capture: of, transport, client, server, ...rest });
  return { id, capture: of, transport, client, server, communityId: named, ...rest };
}

// JSON.stringify, then every harmful character as its escape.
function stringified(value: unknown): string {
  let text = '';
  for (const character of JSON.stringify(value)) {
    if (!isHarmful(character.codePointAt(0)!)) text += character;
    else
      for (let at = 0; at < character.length; at++)
        text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return text;
}

describe('a flow as JSON', () => {
  it('equals JSON.stringify for any record, but for the escapes of harmful characters', () => {
    fc.assert(
      fc.property(fc.oneof(connectionArbitrary, sharedConnectionArbitrary), (flow) => {
        const text = written([flow]);
        expect(text).toBe(stringified(reported(flow)));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(reported(flow))));
      }),
      { numRuns: 150 },
    );
  });

  it('writes any plain value as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const out = new TextCollector();
        const json = new JsonWriter(out);
        json.value(value);
        json.flush();
        expect(out.text).toBe(stringified(value));
      }),
    );
  });

  it('keeps apart hellos whose shapes share some of their arrays', () => {
    const first = tlsSession().clientHello!;
    const second = { ...first, alpn: ['h3'] };
    const third = { ...first, extensions: [1, 2, 3], cipherSuites: [7] };
    const flows = [first, second, third, first, third].map((clientHello) =>
      connection({ tls: tlsSession({ clientHello }) }),
    );
    expect(written(flows)).toBe(flows.map((flow) => JSON.stringify(reported(flow))).join(''));
  });

  it('writes right when there are more shapes of hellos than are kept', () => {
    const hellos = Array.from({ length: 40 }, (_, suite) => ({ ...tlsSession().clientHello!, cipherSuites: [suite] }));
    const flows = [...hellos, ...hellos].map((clientHello) => connection({ tls: tlsSession({ clientHello }) }));
    expect(written(flows)).toBe(flows.map((flow) => JSON.stringify(reported(flow))).join(''));
  });

  it('takes a string that is larger than its buffer', () => {
    const flow = connection({ protocol: '\u001b'.repeat(300_000) });
    expect(JSON.parse(written([flow]))).toEqual(reported(flow));
  });
});

describe('the JSON report', () => {
  it('holds everything that was handed over, under the keys of the contract', () => {
    const flows = [connection(), cleartext({ id: 2 })];
    const out = new TextCollector();
    const sink = jsonReport(out, options);
    for (const flow of flows) sink.flow?.(flow);
    sink.capture?.(capture());
    sink.certificate?.(certificate());
    sink.certificate?.(certificate({ sha256: 'bb'.repeat(32) }));
    sink.hop?.(hop());
    sink.end(summaryOf(flows, 1));
    expect(JSON.parse(out.text)).toEqual({
      format: 'barewire-report',
      version: '1.0',
      tool: { name: 'barewire', version: '9.9.9' },
      flows: flows.map(reported),
      captures: [capture()],
      certificates: [certificate(), certificate({ sha256: 'bb'.repeat(32) })],
      hops: [hop()],
      findings: [],
      policy: null,
      profiles: [],
      summary: summaryOf(flows, 1),
    });
  });

  it('is whole when nothing was found, and when only hops were', () => {
    for (const hops of [[], [hop()]]) {
      const out = new TextCollector();
      const sink = jsonReport(out, options);
      for (const one of hops) sink.hop?.(one);
      sink.end(summaryOf([]));
      const report = JSON.parse(out.text);
      expect(report.flows).toEqual([]);
      expect(report.hops).toEqual(hops);
      expect(report.findings).toEqual([]);
    }
  });

  it('streams: the buffer is handed on while flows come in', () => {
    const out = new TextCollector();
    const sink = jsonReport(out, options);
    for (let id = 1; id <= 1000; id++) sink.flow?.(connection({ id }));
    expect(out.chunks.length).toBeGreaterThan(5);
    sink.end(summaryOf([]));
    expect(JSON.parse(out.text).flows).toHaveLength(1000);
  });
});

describe('the NDJSON report', () => {
  it('prints one typed object a line and ends with the statistics', () => {
    const out = new TextCollector();
    const sink = ndjsonReport(out, options);
    const flows = [connection(), cleartext({ id: 2 })];
    for (const flow of flows) sink.flow?.(flow);
    sink.capture?.(capture());
    sink.certificate?.(certificate());
    sink.hop?.(hop());
    sink.end(summaryOf(flows, 1));
    const text = out.text;
    expect(text.endsWith('\n')).toBe(true);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.type)).toEqual(['flow', 'flow', 'capture', 'certificate', 'hop', 'stats']);
    expect(lines[0]).toEqual({ type: 'flow', ...reported(flows[0]!) });
    expect(lines[2]).toEqual({ type: 'capture', ...capture() });
    expect(lines[5]).toMatchObject({ ...summaryOf(flows, 1), tool: { name: 'barewire', version: '9.9.9' } });
  });

  it('keeps a newline in a hostile string inside its line', () => {
    const out = new TextCollector();
    const sink = ndjsonReport(out, options);
    sink.flow?.(connection({ protocol: 'a\nb\u2028c\rd\u0085' }));
    sink.end(summaryOf([]));
    expect(out.text.split(/[\n\r\u0085\u2028]/)).toHaveLength(3);
  });
});
