import type { ConnectionRecord, ExchangeRecord } from '../model/connection-record.js';
import type { Endpoint } from '../model/side.js';
import { communityId } from './community-id.js';
import { ExchangeJsonWriter } from './exchange-json.js';
import {
  closeObject,
  firstMember,
  member,
  nullLiteral,
  writeBoolean,
  writeEach,
  writeObjects,
  writeSides,
  writeString,
  writeStrings,
} from './json-literals.js';
import type { JsonWriter, Literal } from './json-writer.js';
import { TlsJsonWriter } from './tls-json.js';

const keys = {
  id: firstMember('id'),
  capture: member('capture'),
  transport: member('transport'),
  client: member('client'),
  server: member('server'),
  ip: firstMember('ip'),
  port: member('port'),
  communityId: member('communityId'),
  rolesFrom: member('rolesFrom'),
  layers: member('layers'),
  firstFrame: member('firstFrame'),
  lastFrame: member('lastFrame'),
  startTime: member('startTime'),
  endTime: member('endTime'),
  packets: member('packets'),
  bytes: member('bytes'),
  sawSyn: member('sawSyn'),
  closed: member('closed'),
  gaps: member('gaps'),
  kind: member('kind'),
  protocol: member('protocol'),
  kindBasis: member('kindBasis'),
  tls: member('tls'),
  upgrade: member('upgrade'),
  proxyHeader: member('proxyHeader'),
  content: member('content'),
  exchanges: member('exchanges'),
  anomalies: member('anomalies'),
} as const;

/** Writes connection records as JSON objects, with their Community ID: what JSON.stringify says, at a fraction of its cost. */
export class FlowJsonWriter {
  readonly #json: JsonWriter;
  readonly #tls: TlsJsonWriter;
  readonly #writeExchange: (json: JsonWriter, exchange: ExchangeRecord) => void;

  constructor(json: JsonWriter) {
    this.#json = json;
    this.#tls = new TlsJsonWriter(json);
    const exchanges = new ExchangeJsonWriter(json);
    this.#writeExchange = (_json, exchange) => exchanges.write(exchange);
  }

  /** Writes `{…}`; `first` is its beginning up to the value of `id`, so that a caller can put a member before it. */
  write(flow: ConnectionRecord, first: Literal = keys.id): void {
    const json = this.#json;
    json.literal(first);
    json.number(flow.id);
    json.literal(keys.capture);
    json.number(flow.capture);
    json.literal(keys.transport);
    json.string(flow.transport);
    json.literal(keys.client);
    this.#endpoint(flow.client);
    json.literal(keys.server);
    this.#endpoint(flow.server);
    json.literal(keys.communityId);
    writeString(json, communityId(flow));
    json.literal(keys.rolesFrom);
    json.string(flow.rolesFrom);
    json.literal(keys.layers);
    writeStrings(json, flow.layers);
    json.literal(keys.firstFrame);
    json.number(flow.firstFrame);
    json.literal(keys.lastFrame);
    json.number(flow.lastFrame);
    json.literal(keys.startTime);
    json.string(flow.startTime);
    json.literal(keys.endTime);
    json.string(flow.endTime);
    json.literal(keys.packets);
    writeSides(json, flow.packets);
    json.literal(keys.bytes);
    writeSides(json, flow.bytes);
    this.#rest(flow);
  }

  #rest(flow: ConnectionRecord): void {
    const json = this.#json;
    json.literal(keys.sawSyn);
    writeBoolean(json, flow.sawSyn);
    json.literal(keys.closed);
    json.string(flow.closed);
    json.literal(keys.gaps);
    writeObjects(json, flow.gaps);
    json.literal(keys.kind);
    json.string(flow.kind);
    json.literal(keys.protocol);
    writeString(json, flow.protocol);
    json.literal(keys.kindBasis);
    writeString(json, flow.kindBasis);
    json.literal(keys.tls);
    if (flow.tls === null) json.literal(nullLiteral);
    else this.#tls.write(flow.tls);
    json.literal(keys.upgrade);
    json.value(flow.upgrade);
    json.literal(keys.proxyHeader);
    json.value(flow.proxyHeader);
    json.literal(keys.content);
    json.value(flow.content);
    json.literal(keys.exchanges);
    writeEach(json, flow.exchanges, this.#writeExchange);
    json.literal(keys.anomalies);
    writeStrings(json, flow.anomalies);
    json.literal(closeObject);
  }

  #endpoint(endpoint: Endpoint): void {
    const json = this.#json;
    json.literal(keys.ip);
    json.string(endpoint.ip);
    json.literal(keys.port);
    json.number(endpoint.port);
    json.literal(closeObject);
  }
}
