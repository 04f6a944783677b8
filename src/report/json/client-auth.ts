import type { ClientAuth, Fact, TlsSession } from '../../model/connection-record.js';
import { booleanMember, closeObject, WordMember, writeBooleanMember, writeNumbers } from './literals.js';
import { encodeLiteral, type JsonWriter, type Literal } from './writer.js';

const requested = booleanMember('requested');
const basis = encodeLiteral(',"basis":');

/** What a fact of one name begins with, by its state. */
interface FactKeys {
  seen: Literal;
  absent: Literal;
  hidden: Literal;
}

const facts = {
  certificateRequest: factKeys('},"facts":{"certificateRequest":'),
  serverCertificate: factKeys('},"serverCertificate":'),
  clientCertificate: factKeys('},"clientCertificate":'),
  certificateVerify: factKeys('},"certificateVerify":'),
} as const;

/** Writes what the client was asked and did, and what was seen, proven absent or hidden: two members of a TLS session. */
export class ClientAuthJsonWriter {
  readonly #json: JsonWriter;
  readonly #status: WordMember = new WordMember(',"clientAuth":{"status":');
  readonly #outcome: WordMember = new WordMember(',"outcome":');
  readonly #certainty: WordMember = new WordMember(',"certainty":');

  constructor(json: JsonWriter) {
    this.#json = json;
  }

  /** Writes `,"clientAuth":{…},"facts":{…}`. */
  write(auth: ClientAuth, known: TlsSession['facts']): void {
    const json = this.#json;
    this.#status.write(json, auth.status);
    writeBooleanMember(json, requested, auth.requested);
    this.#outcome.write(json, auth.outcome);
    this.#certainty.write(json, auth.certainty);
    json.literal(basis);
    json.string(auth.basis);
    writeFact(json, facts.certificateRequest, known.certificateRequest);
    writeFact(json, facts.serverCertificate, known.serverCertificate);
    writeFact(json, facts.clientCertificate, known.clientCertificate);
    writeFact(json, facts.certificateVerify, known.certificateVerify);
    json.literal(closeObject);
    json.literal(closeObject);
  }
}

function writeFact(json: JsonWriter, keys: FactKeys, fact: Fact): void {
  if (fact.state === 'hidden') {
    json.literal(keys.hidden);
    json.recurring(fact.because);
  } else {
    json.literal(fact.state === 'seen' ? keys.seen : keys.absent);
    writeNumbers(json, fact.frames);
  }
}

function factKeys(name: string): FactKeys {
  return {
    seen: encodeLiteral(`${name}{"state":"seen","frames":`),
    absent: encodeLiteral(`${name}{"state":"absent","frames":`),
    hidden: encodeLiteral(`${name}{"state":"hidden","because":`),
  };
}
