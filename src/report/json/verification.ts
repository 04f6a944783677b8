import type { ChainVerdict, HandshakeSignatures, SignatureCheck } from '../../model/connection-record.js';
import { closeObject, firstMember, member, nullLiteral, writeNumber, writeString } from './literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

/** Verdicts whose text is kept: those of the services that a network repeats. Anew when full. */
const maxEncodedVerdicts = 2_048;

const keys = {
  serverKeyExchange: firstMember('serverKeyExchange'),
  serverCertificateVerify: member('serverCertificateVerify'),
  clientCertificateVerify: member('clientCertificateVerify'),
  frame: firstMember('frame'),
  scheme: member('scheme'),
  valid: encodeLiteral(',"result":"valid","because":null}'),
  result: member('result'),
  because: member('because'),
} as const;

/** Writes verdicts of chains: one object serves many connections, so its text is made once. */
export class VerdictJsonWriter {
  readonly #json: JsonWriter;
  readonly #encoded: Map<ChainVerdict, Literal> = new Map();

  constructor(json: JsonWriter) {
    this.#json = json;
  }

  /** Writes `{…}`, or null. */
  write(verdict: ChainVerdict | null): void {
    const json = this.#json;
    if (verdict === null) {
      json.literal(nullLiteral);
      return;
    }
    json.literal(this.#encoded.get(verdict) ?? this.#encode(verdict));
  }

  #encode(verdict: ChainVerdict): Literal {
    const literal = this.#json.encoded(() => this.#json.value(verdict));
    if (this.#encoded.size >= maxEncodedVerdicts) this.#encoded.clear();
    this.#encoded.set(verdict, literal);
    return literal;
  }
}

/** Writes what became of a handshake's signatures, or null. */
export function writeSignatures(json: JsonWriter, signatures: HandshakeSignatures | null): void {
  if (signatures === null) {
    json.literal(nullLiteral);
    return;
  }
  json.literal(keys.serverKeyExchange);
  writeCheck(json, signatures.serverKeyExchange);
  json.literal(keys.serverCertificateVerify);
  writeCheck(json, signatures.serverCertificateVerify);
  json.literal(keys.clientCertificateVerify);
  writeCheck(json, signatures.clientCertificateVerify);
  json.literal(closeObject);
}

function writeCheck(json: JsonWriter, check: SignatureCheck | null): void {
  if (check === null) {
    json.literal(nullLiteral);
    return;
  }
  json.literal(keys.frame);
  json.number(check.frame);
  json.literal(keys.scheme);
  writeNumber(json, check.scheme);
  if (check.result === 'valid' && check.because === null) {
    json.literal(keys.valid);
    return;
  }
  json.literal(keys.result);
  json.string(check.result);
  json.literal(keys.because);
  writeString(json, check.because);
  json.literal(closeObject);
}
