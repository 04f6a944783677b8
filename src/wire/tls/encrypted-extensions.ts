// RFC 9846 (EncryptedExtensions): extensions behind a 16-bit length. Readable only with keys.

import { latin1 } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { expectEnd, messageFault } from './faults.js';
import { maxExtensions } from './limits.js';

/** What a TLS 1.3 server adds to its hello under encryption. */
export interface EncryptedExtensionsValue {
  /** Types in order. */
  extensions: readonly number[];
  /** One character an octet. Hostile text. */
  alpn: string | null;
  /** The server takes the early data. */
  earlyData: boolean;
  /** The server used the name that the client sent. */
  serverName: boolean;
  /** RFC 7250; null means X.509. */
  clientCertificateType: number | null;
  serverCertificateType: number | null;
  recordSizeLimit: number | null;
  fault: Fault | null;
}

/** Parses the body of an EncryptedExtensions. Faults: truncated, malformed, limit (over `maxExtensions`). */
export function parseEncryptedExtensions(bytes: Uint8Array, start: number, end: number): EncryptedExtensionsValue {
  const reader = new Reader(bytes, start, end, 'EncryptedExtensions');
  const list = reader.vector16('EncryptedExtensions.extensions');
  expectEnd(reader);
  const types: number[] = [];
  const value: EncryptedExtensionsValue = {
    extensions: types,
    alpn: null,
    earlyData: false,
    serverName: false,
    clientCertificateType: null,
    serverCertificateType: null,
    recordSizeLimit: null,
    fault: null,
  };
  let inner: Fault | null = null;
  while (list.remaining > 0) {
    if (types.length === maxExtensions) {
      list.fail('limit');
      break;
    }
    const type = list.u16();
    const length = list.u16();
    if (list.fault !== null) break;
    const body = list.child(length, 'EncryptedExtensions.extension');
    types.push(type);
    if (list.fault === null) readExtension(value, type, body);
    inner ??= messageFault(list, body);
  }
  value.fault = messageFault(reader, list) ?? inner;
  return value;
}

function readExtension(value: EncryptedExtensionsValue, type: number, body: Reader): void {
  switch (type) {
    case tlsExtensions.application_layer_protocol_negotiation: {
      const name = body.vector16('EncryptedExtensions.alpn').vector8('ProtocolName');
      if (body.fault === null) value.alpn = latin1(name.bytes, name.start, name.end);
      break;
    }
    case tlsExtensions.early_data:
      value.earlyData = true;
      break;
    case tlsExtensions.server_name:
      value.serverName = true;
      break;
    case tlsExtensions.client_certificate_type:
      value.clientCertificateType = body.remaining > 0 ? body.u8() : null;
      break;
    case tlsExtensions.server_certificate_type:
      value.serverCertificateType = body.remaining > 0 ? body.u8() : null;
      break;
    case tlsExtensions.record_size_limit:
      value.recordSizeLimit = body.remaining > 1 ? body.u16() : null;
      break;
    default:
  }
}
