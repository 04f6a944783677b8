import { hopStates } from '../../model/hop.js';
import type { LiveStatus } from '../../model/live.js';

/** Counts of live sniffing in the text format of Prometheus (exposition format 0.0.4). */
export function liveMetrics(status: LiveStatus): string {
  const lines: string[] = [];
  const metric = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    values: readonly (readonly [string, number])[],
  ): void => {
    lines.push(`# HELP barewire_${name} ${help}`, `# TYPE barewire_${name} ${type}`);
    for (const [labels, value] of values) lines.push(`barewire_${name}${labels} ${value}`);
  };
  const { flows, findings, written } = status;
  metric('packets_total', 'counter', 'Packets read.', [['', status.packets]]);
  metric('captured_bytes_total', 'counter', 'Octets of the packets read, as captured.', [['', status.bytes]]);
  if (status.dropped !== null) {
    metric('dropped_packets_total', 'counter', 'Packets that kernel and interfaces lost.', [['', status.dropped]]);
  }
  metric('open_flows', 'gauge', 'Connections followed at the moment.', [['', status.openFlows]]);
  const kinds = Object.entries(flows).filter(([kind]) => kind !== 'total');
  metric(
    'flows_total',
    'counter',
    'Connections that ended, by kind.',
    kinds.map(([kind, value]) => [`{kind="${kind}"}`, value]),
  );
  metric(
    'hops',
    'gauge',
    'Hops by the state of mutual TLS.',
    hopStates.map((state) => [`{state="${state}"}`, status.hops[state] ?? 0]),
  );
  metric(
    'findings',
    'gauge',
    'Findings by severity.',
    Object.entries(findings).map(([severity, value]) => [`{severity="${severity}"}`, value]),
  );
  metric(
    'limit_hits_total',
    'counter',
    'How often a bound bit: connections ended early, octets not held, connections forgotten.',
    Object.entries(status.limits).map(([limit, value]) => [`{limit="${escaped(limit)}"}`, value]),
  );
  metric('resident_memory_bytes', 'gauge', 'Resident memory of the analyzer.', [['', status.memory]]);
  if (status.lagSeconds !== null) {
    metric('lag_seconds', 'gauge', 'Age of the last packet when it was read.', [['', status.lagSeconds]]);
  }
  metric(
    'interface_up',
    'gauge',
    'Whether an interface is being sniffed.',
    status.interfaces.map(({ name, sniffing }) => [`{interface="${escaped(name)}"}`, sniffing ? 1 : 0]),
  );
  if (written !== null) {
    metric('written_packets_total', 'counter', 'Packets kept by --write.', [['', written.packets]]);
    metric('unwritten_packets_total', 'counter', 'Packets that could not be kept.', [['', written.lost]]);
  }
  return `${lines.join('\n')}\n`;
}

/** A label's value: backslash, quotation mark and line feed are escaped. */
function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
