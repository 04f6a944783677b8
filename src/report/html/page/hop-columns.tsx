// The columns of every list of hops, and what columns of lists are ordered by.
import { hopStates } from '../../../model/hop.js';
import { endpoint } from './load.js';
import { type MapHop, plainName } from './map-layout.js';
import type { Column } from './virtual-table.js';
import { StateTag } from './words.js';

/** Orders rows by a text. */
export const byText =
  <Row,>(text: (row: Row) => string) =>
  (a: Row, b: Row): number =>
    text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;

/** Orders rows by a number. */
export const byNumber =
  <Row,>(value: (row: Row) => number) =>
  (a: Row, b: Row): number =>
    value(a) - value(b);

function named(host: { ip: string; name: string | null }, port?: number) {
  const address = port === undefined ? host.ip : endpoint(host.ip, port);
  return (
    <span class="host" title={host.name === null ? address : `${host.name}, ${address}`}>
      {host.name !== null && <b>{plainName(host.name)} </b>}
      <span>{address}</span>
    </span>
  );
}

/** Who, with whom, and how far mutual TLS reaches. */
export const hopColumns: readonly Column<MapHop>[] = [
  {
    name: 'client',
    title: 'Client',
    cell: ({ client }) => named(client),
    compare: byText(({ client }) => client.name ?? client.ip),
  },
  {
    name: 'server',
    title: 'Service',
    cell: ({ server }) => named(server, server.port),
    compare: byText(({ server }) => `${server.name ?? server.ip} ${String(server.port).padStart(5)}`),
  },
  {
    name: 'mtls',
    title: 'Mutual TLS',
    cell: ({ mtls, certainty }) => <StateTag state={mtls} inferred={certainty === 'inferred'} />,
    compare: byNumber(({ mtls }) => hopStates.indexOf(mtls)),
  },
  {
    name: 'spoken',
    title: 'Speaks',
    cell: ({ protocols, versions }) => [...versions, ...protocols].join(', ') || '–',
    compare: byText(({ protocols, versions }) => [...versions, ...protocols].join()),
  },
  { name: 'why', title: 'Why', cell: ({ why }) => <span title={why}>{why}</span> },
];
