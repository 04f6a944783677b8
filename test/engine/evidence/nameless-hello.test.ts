import { describe, expect, it } from 'vitest';
import { namesInHello } from '../../../src/engine/evidence/nameless-hello.js';
import {
  alpn,
  certificateBody,
  clientHelloBody,
  extension,
  filler,
  keyShares,
  message,
  preSharedKeys,
  serverHelloBody,
  serverName,
  supportedVersions,
} from '../../build/tls.js';

/** What stands at the places that are named in a hello. */
function named(bytes: Uint8Array): string[] | null {
  const names = namesInHello(bytes, 0, bytes.length);
  return names?.map(([from, to]) => Buffer.from(bytes.subarray(from, to)).toString('latin1')) ?? null;
}

describe('namesInHello', () => {
  it('finds the server name and identities of keys, and nothing else', () => {
    const extensions = [supportedVersions([0x0304]), serverName('a.example'), alpn(['h2']), keyShares([29])];
    expect(named(message(1, clientHelloBody({ extensions })))).toEqual(['a.example']);
    const resuming = named(message(1, clientHelloBody({ extensions: [...extensions, preSharedKeys([20, 30])] })));
    expect(resuming!.map(({ length }) => length)).toEqual([9, 20, 30]);
    expect(named(message(2, serverHelloBody()))).toEqual([]);
    expect(named(message(1, clientHelloBody()))).toEqual([]);
  });

  it('takes nothing for nameless that may name somebody', () => {
    // srp (RFC 5054), certificate_authorities, and one that nobody knows.
    for (const type of [0x000c, 0x002f, 0x7777]) {
      const extensions = [serverName('a.example'), extension(type, filler(9))];
      expect(named(message(1, clientHelloBody({ extensions })))).toBeNull();
    }
    expect(named(message(11, certificateBody([filler(100)])))).toBeNull();
  });

  it('takes no part for the whole, whatever it is cut to', () => {
    const whole = message(1, clientHelloBody({ extensions: [serverName('a.example'), preSharedKeys([20, 20])] }));
    for (let end = 0; end < whole.length; end++) expect(namesInHello(whole, 0, end)).toBeNull();
    for (let at = 38; at < whole.length; at++) {
      const broken = Uint8Array.from(whole);
      broken[at] = 0xff;
      for (const [from, to] of namesInHello(broken, 0, broken.length) ?? []) {
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(broken.length);
      }
    }
  });
});
