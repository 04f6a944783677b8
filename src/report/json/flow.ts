import type { ConnectionRecord, ExchangeRecord } from '../../model/connection-record.js';
import { communityId } from '../community-id.js';
import { ExchangeJsonWriter } from './exchange.js';
import {
  closeObject,
  firstMember,
  member,
  WordMember,
  writeEach,
  writeObjects,
  writeString,
  writeStrings,
} from './literals.js';
import { TlsJsonWriter } from './tls.js';
import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

// What lies between two values that differ is one piece: the cost is by the piece.
const keys = {
  id: firstMember('id'),
  capture: member('capture'),
  clientIp: encodeLiteral(',"client":{"ip":'),
  port: member('port'),
  serverIp: encodeLiteral('},"server":{"ip":'),
  communityId: encodeLiteral('},"communityId":'),
  noLayers: encodeLiteral(',"layers":[]'),
  layers: member('layers'),
  firstFrame: member('firstFrame'),
  lastFrame: member('lastFrame'),
  startTime: member('startTime'),
  endTime: member('endTime'),
  clientPackets: encodeLiteral(',"packets":{"client":'),
  server: member('server'),
  clientBytes: encodeLiteral('},"bytes":{"client":'),
  sawSyn: encodeLiteral('},"sawSyn":true'),
  sawNoSyn: encodeLiteral('},"sawSyn":false'),
  noGaps: encodeLiteral(',"gaps":[]'),
  gaps: member('gaps'),
  noTls: encodeLiteral(',"tls":null'),
  tls: member('tls'),
  nothingBeside: encodeLiteral(',"upgrade":null,"proxyHeader":null,"content":null'),
  upgrade: member('upgrade'),
  proxyHeader: member('proxyHeader'),
  content: member('content'),
  exchanges: member('exchanges'),
  noAnomalies: encodeLiteral(',"anomalies":[]}'),
  anomalies: member('anomalies'),
  alsoSeen: member('alsoSeen'),
  translatedFrom: member('translatedFrom'),
} as const;

/** Writes connection records as JSON objects, with their Community ID: what JSON.stringify says, at a fraction of its cost. */
export class FlowJsonWriter {
  readonly #json: JsonWriter;
  readonly #tls: TlsJsonWriter;
  readonly #writeExchange: (json: JsonWriter, exchange: ExchangeRecord) => void;
  readonly #transport: WordMember = new WordMember(',"transport":');
  readonly #rolesFrom: WordMember = new WordMember(',"rolesFrom":');
  readonly #closed: WordMember = new WordMember(',"closed":');
  readonly #kind: WordMember = new WordMember(',"kind":');
  readonly #protocol: WordMember = new WordMember(',"protocol":');
  readonly #kindBasis: WordMember = new WordMember(',"kindBasis":');

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
    this.#transport.write(json, flow.transport);
    json.literal(keys.clientIp);
    json.string(flow.client.ip);
    json.literal(keys.port);
    json.number(flow.client.port);
    json.literal(keys.serverIp);
    json.string(flow.server.ip);
    json.literal(keys.port);
    json.number(flow.server.port);
    json.literal(keys.communityId);
    writeString(json, communityId(flow));
    this.#rolesFrom.write(json, flow.rolesFrom);
    this.#layers(flow.layers);
    this.#extent(flow);
    this.#closed.write(json, flow.closed);
    this.#gaps(flow.gaps);
    this.#kind.write(json, flow.kind);
    this.#protocol.write(json, flow.protocol);
    this.#kindBasis.write(json, flow.kindBasis);
    if (flow.tls === null) json.literal(keys.noTls);
    else {
      json.literal(keys.tls);
      this.#tls.write(flow.tls);
    }
    this.#rest(flow);
  }

  /** Where the connection lies in the capture, and how much it is. */
  #extent({ firstFrame, lastFrame, startTime, endTime, packets, bytes, sawSyn }: ConnectionRecord): void {
    const json = this.#json;
    json.literal(keys.firstFrame);
    json.number(firstFrame);
    json.literal(keys.lastFrame);
    json.number(lastFrame);
    json.literal(keys.startTime);
    json.string(startTime);
    json.literal(keys.endTime);
    json.string(endTime);
    json.literal(keys.clientPackets);
    json.number(packets.client);
    json.literal(keys.server);
    json.number(packets.server);
    json.literal(keys.clientBytes);
    json.number(bytes.client);
    json.literal(keys.server);
    json.number(bytes.server);
    json.literal(sawSyn ? keys.sawSyn : keys.sawNoSyn);
  }

  #rest(flow: ConnectionRecord): void {
    const { upgrade, proxyHeader, content, exchanges, anomalies, alsoSeen, translatedFrom } = flow;
    const json = this.#json;
    if (upgrade === null && proxyHeader === null && content === null) json.literal(keys.nothingBeside);
    else {
      json.literal(keys.upgrade);
      json.value(upgrade);
      json.literal(keys.proxyHeader);
      json.value(proxyHeader);
      json.literal(keys.content);
      json.value(content);
    }
    json.literal(keys.exchanges);
    writeEach(json, exchanges, this.#writeExchange);
    if (anomalies.length === 0 && alsoSeen === undefined && translatedFrom === undefined) {
      json.literal(keys.noAnomalies);
      return;
    }
    json.literal(keys.anomalies);
    writeStrings(json, anomalies);
    this.#vantages(alsoSeen, translatedFrom);
    json.literal(closeObject);
  }

  #vantages(alsoSeen: ConnectionRecord['alsoSeen'], translatedFrom: ConnectionRecord['translatedFrom']): void {
    const json = this.#json;
    if (alsoSeen !== undefined) {
      json.literal(keys.alsoSeen);
      json.value(alsoSeen);
    }
    if (translatedFrom !== undefined) {
      json.literal(keys.translatedFrom);
      json.value(translatedFrom);
    }
  }

  #layers(layers: readonly string[]): void {
    if (layers.length === 0) {
      this.#json.literal(keys.noLayers);
      return;
    }
    this.#json.literal(keys.layers);
    writeStrings(this.#json, layers);
  }

  #gaps(gaps: ConnectionRecord['gaps']): void {
    if (gaps.length === 0) {
      this.#json.literal(keys.noGaps);
      return;
    }
    this.#json.literal(keys.gaps);
    writeObjects(this.#json, gaps);
  }
}
