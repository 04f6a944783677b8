// RFC 8448 §3 (Simple 1-RTT Handshake): traffic secrets, the keys they give, and records under them.
import { describe, expect, it } from 'vitest';
import { Tls13Opener } from '../../../src/session/secrets/aead-opener.js';
import { trafficKeys } from '../../../src/session/secrets/hkdf.js';
import { suiteProtection } from '../../../src/session/secrets/suite-protection.js';
import { filler, fromHex } from '../../build/tls.js';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

const vectors = [
  {
    name: 'server handshake',
    secret: 'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
    key: '3fce516009c21727d0f2e4e86ee403bc',
    iv: '5d313eb2671276ee13000b30',
  },
  {
    name: 'client handshake',
    secret: 'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
    key: 'dbfaa693d1762c5b666af5d950258d01',
    iv: '5bd3c71b836e0b76bb73265f',
  },
  {
    name: 'server application',
    secret: 'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
    key: '9f02283b6c9c07efc26bb9f2ac92e356',
    iv: 'cf782b88dd83549aadf1e984',
  },
  {
    name: 'client application',
    secret: '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
    key: '17422dda596ed5d9acd890e3c63f5051',
    iv: '5b78923dee08579033e523d9',
  },
];

describe('the vectors of RFC 8448', () => {
  for (const { name, secret, key, iv } of vectors) {
    it(`give the keys of the ${name} traffic secret`, () => {
      const keys = trafficKeys('sha256', fromHex(secret), 16, 12);
      expect(hex(keys.key)).toBe(key);
      expect(hex(keys.iv)).toBe(iv);
    });
  }

  it("open the client's application data", () => {
    const record = fromHex(
      'a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4',
    );
    const { key, iv } = vectors[3]!;
    const opener = new Tls13Opener(suiteProtection(0x1301)!, { key: fromHex(key), iv: fromHex(iv) }, false);
    expect(opener.open(0, 23, 0x0303, record, 0, record.length)).toEqual(Buffer.from(filler(50)));
    expect(opener.contentType).toBe(23);
    expect(opener.open(1, 23, 0x0303, record, 0, record.length)).toBeNull();
  });
});
