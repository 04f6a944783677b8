import { describe, expect, it } from 'vitest';
import { diameter } from '../../src/protocols/diameter.js';
import { dnp3 } from '../../src/protocols/dnp3.js';
import { git } from '../../src/protocols/git.js';
import { opcua } from '../../src/protocols/opcua.js';
import { oracle } from '../../src/protocols/oracle.js';
import { smb } from '../../src/protocols/smb.js';
import { s7comm } from '../../src/protocols/tpkt.js';
import { little16, little32, octets, u16, u32 } from '../build/fields.js';
import { client, server, talkDatagrams } from '../session/talk.js';
import { followed, type Said } from './follow.js';

const u24 = (value: number): Uint8Array => octets((value >> 16) & 255, u16(value & 0xffff));
const zeros = (length: number): Uint8Array => new Uint8Array(length);

describe('SNMP in datagrams', () => {
  const message = (type: number, community: string): Uint8Array => {
    const pdu = octets(2, 1, 7, 2, 1, 0, 2, 1, 0, 0x30, 0);
    const body = octets(2, 1, 1, 4, community.length, community, type, pdu.length, pdu);
    return octets(0x30, body.length, body);
  };

  it('shows its community, and that it opens the door', () => {
    const flow = talkDatagrams([client(message(0xa3, 's3cret')), server(message(0xa2, 's3cret'))], { serverPort: 161 });
    expect(flow.protocol).toBe('snmp');
    expect(flow.content).toMatchObject({
      requests: [{ method: 'set', answerFrame: 2, status: 'OK' }],
      credentials: [{ kind: 'password', mechanism: 'SNMPv2c community', length: 6 }],
      logins: [{ mechanism: 'community', outcome: 'accepted', outcomeFrame: 2 }],
      servedWithoutLogin: [],
    });
  });

  it('is read datagram by datagram: one that is cut does not disturb the next', () => {
    const flow = talkDatagrams(
      [client(message(0xa0, 's3cret')), client(message(0xa0, 's3cret').slice(0, 9)), client(message(0xa3, 'other'))],
      {
        serverPort: 161,
      },
    );
    expect(flow.content?.credentials.map(({ length }) => length)).toEqual([6, 5]);
  });
});

describe('RADIUS in datagrams', () => {
  const packet = (code: number, ...attributes: Uint8Array[]): Uint8Array => {
    const body = octets(...attributes);
    return octets(code, 9, u16(20 + body.length), zeros(16), body);
  };
  const attribute = (type: number, value: Uint8Array): Uint8Array => octets(type, value.length + 2, value);

  it('shows CHAP and its verdict', () => {
    const flow = talkDatagrams(
      [
        client(packet(1, attribute(1, octets('user')), attribute(3, zeros(17)))),
        server(packet(3, attribute(18, octets('no')))),
      ],
      { serverPort: 1812 },
    );
    expect(flow.content?.logins).toMatchObject([{ kind: 'challenge-response', mechanism: 'CHAP', outcome: 'refused' }]);
  });
});

describe('SMB', () => {
  const frame = (command: number, id: number, status: number, ...body: Uint8Array[]): Uint8Array => {
    const inner = octets(
      0xfe,
      'SMB',
      little16(64),
      zeros(2),
      little32(status),
      little16(command),
      zeros(10),
      little32(id),
      zeros(36),
      ...body,
    );
    return octets(0, u24(inner.length), inner);
  };
  /** AUTHENTICATE_MESSAGE: lengths of the LM answer, NT answer, domain and user. */
  const authenticate = (answer: number, user: number): Uint8Array =>
    octets(
      'NTLMSSP',
      0,
      little32(3),
      ...[0, answer, 0, user].flatMap((length) => [little16(length), little16(length), little32(0)]),
    );
  const path = octets(...[...'\\\\s\\data'].flatMap((letter) => [letter, 0]));
  const treeConnect = frame(3, 2, 0, little16(9), zeros(2), little16(72), little16(path.length), path);

  it('tells that nobody is let in to a share', () => {
    const content = followed(smb, [
      ['client', frame(1, 1, 0, zeros(24), authenticate(0, 0))],
      ['server', frame(1, 1, 0, little16(9), little16(2))],
      ['client', treeConnect],
      ['server', frame(3, 2, 0, zeros(16))],
    ]);
    expect(content.logins).toMatchObject([{ kind: 'none', mechanism: 'anonymous', outcome: 'accepted' }]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: 'TREE_CONNECT', meaningful: true }]);
    expect(content.requests).toMatchObject([{ target: '\\\\s\\data' }]);
  });

  it('tells NTLM and its refusal', () => {
    const content = followed(smb, [
      ['client', frame(1, 1, 0, zeros(24), authenticate(24, 8))],
      ['server', frame(1, 1, 0xc000006d, zeros(8))],
    ]);
    expect(content.logins).toMatchObject([{ kind: 'challenge-response', mechanism: 'NTLM', outcome: 'refused' }]);
  });
});

describe('S7', () => {
  const data = (type: number, code: number, error: Uint8Array): Uint8Array => {
    const inner = octets(2, 0xf0, 0x80, 0x32, type, 0, 0, 0, 5, 0, 2, 0, 0, error, code, 1);
    return octets(3, 0, u16(inner.length + 4), inner);
  };

  it('tells that a controller is stopped for whoever asks', () => {
    const content = followed(s7comm, [
      ['client', data(1, 0x29, octets())],
      ['server', data(3, 0x29, octets(0, 0))],
    ]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: 'PLC stop', meaningful: true }]);
  });
});

describe('DNP3', () => {
  const fragment = (control: number, code: number, ...rest: number[]): Uint8Array =>
    octets(5, 0x64, 5 + 3 + rest.length, control, 1, 0, 2, 0, 0, 0, 0xc0, 0xc3, code, ...rest, 0, 0);

  it('tells operations that are carried out', () => {
    const content = followed(dnp3, [
      ['client', fragment(0xc4, 5)],
      ['server', fragment(0x44, 129, 0, 0)],
    ]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: 'direct operate', meaningful: true }]);
  });
});

describe('Diameter', () => {
  const message = (flags: number, security: number): Uint8Array =>
    octets(1, u24(32), flags, u24(257), u32(0), u32(7), u32(7), u32(299), 0x40, u24(12), u32(security));

  it('tells that TLS inside the connection is asked for and refused', () => {
    const said: Said[] = [
      ['client', message(0x80, 1)],
      ['server', message(0, 0)],
    ];
    expect(followed(diameter, said).upgrade).toMatchObject({ mechanism: 'Inband-Security-Id', outcome: 'refused' });
  });
});

describe('OPC UA', () => {
  const text = (value: string): Uint8Array => octets(little32(value.length), value);
  const chunk = (type: string, body: Uint8Array): Uint8Array => octets(type, 'F', little32(body.length + 8), body);
  const service = (request: number, id: number, ...body: Uint8Array[]): Uint8Array =>
    chunk('MSG', octets(zeros(12), little32(request), 1, 0, little16(id), ...body));
  const open = chunk('OPN', octets(zeros(4), text('http://opcfoundation.org/UA/SecurityPolicy#None')));

  it('tells a password that no algorithm hides', () => {
    const token = octets(text('user'), text('alice'), text('s3cret'), little32(0xffffffff));
    const content = followed(opcua, [
      ['client', open],
      ['client', service(2, 467, zeros(20), octets(1, 0, 0x44, 1, 1), little32(token.length), token)],
      ['server', service(2, 470)],
      ['client', service(3, 673)],
      ['server', service(3, 676)],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'OPC UA user name token', length: 6 }]);
    expect(content.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
    expect(content.servedWithoutLogin).toEqual([]);
  });
});

describe('Oracle', () => {
  const packet = (type: number, body: Uint8Array | string): Uint8Array =>
    octets(u16(8 + body.length), 0, 0, type, 0, 0, 0, body);

  it('tells the service and the login by challenge', () => {
    const content = followed(oracle, [
      ['client', packet(1, '(CONNECT_DATA=(SERVICE_NAME=shop)(CID=))')],
      ['server', packet(2, zeros(24))],
      ['client', packet(6, '..AUTH_SESSKEY....AUTH_PASSWORD@...')],
      ['server', packet(6, '..ORA-01017: invalid username/password')],
    ]);
    expect(content.requests).toMatchObject([{ method: 'CONNECT', target: 'shop', status: 'ACCEPT' }]);
    expect(content.logins).toMatchObject([{ mechanism: 'O5LOGON', outcome: 'refused' }]);
  });
});

describe('Git', () => {
  it.each([
    ['git-receive-pack', true],
    ['git-upload-pack', false],
  ])('tells that %s is served to anybody', (service, meaningful) => {
    const line = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
    const content = followed(git, [
      ['client', line(`${service} /project.git\0host=a\0`)],
      ['server', line('0123456789abcdef refs/heads/main\n')],
    ]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: service, meaningful }]);
  });
});
