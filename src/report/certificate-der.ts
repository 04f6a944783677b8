import { encodeLiteral, type JsonWriter, type Literal } from './json/writer.js';

/** Octets of a certificate that is written; longer ones are an attack, and stay as described. */
const maxWrittenDer = 262_144;

const derKey = encodeLiteral(',"der":');
const noDer = encodeLiteral(',"der":null}');
const end = encodeLiteral('}');

/** How the line of a certificate begins; its members follow, then `writeDer`. */
export const certificateStart: Literal = encodeLiteral('{"type":"certificate"');

/** Ends the line of a certificate: its octets in base64, null where they are not at hand, or too many. */
export function writeDer(json: JsonWriter, der: Uint8Array | null): void {
  if (der === null || der.length > maxWrittenDer) {
    json.literal(noDer);
    return;
  }
  json.literal(derKey);
  json.plainString(Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64'));
  json.literal(end);
}
