import { describe, expect, it } from 'vitest';
import { Expectation } from '../../../src/engine/judging/expectation.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import { connection, tlsSession } from '../../build/records.js';

/** An expectation of `places`, all of which must be understood. */
function expecting(...places: string[]): Expectation {
  const expectation = new Expectation();
  for (const place of places) expect(expectation.add(place)).toBeNull();
  return expectation;
}

/** A connection to a server, by this server name. */
function to(ip: string, port: number, serverName: string | null = null): ConnectionRecord {
  const tls = tlsSession();
  return connection({ server: { ip, port }, tls: { ...tls, clientHello: { ...tls.clientHello!, serverName } } });
}

describe('--expect-mtls', () => {
  it('says nothing where nobody said anything', () => {
    expect(expecting().expects(to('10.0.0.9', 8443))).toBeNull();
  });

  it('takes `all` for every service', () => {
    expect(expecting('all').expects(to('2001:db8::1', 1))).toBe(true);
  });

  it('matches servers by range, of either family, and single addresses', () => {
    const expectation = expecting('10.1.0.0/16', '2001:db8:1::/48', '192.0.2.7');
    expect(expectation.expects(to('10.1.255.3', 1))).toBe(true);
    expect(expectation.expects(to('10.2.0.3', 1))).toBeNull();
    expect(expectation.expects(to('2001:db8:1::5', 1))).toBe(true);
    expect(expectation.expects(to('2001:db8:2::5', 1))).toBeNull();
    expect(expectation.expects(to('192.0.2.7', 1))).toBe(true);
    expect(expectation.expects(to('192.0.2.8', 1))).toBeNull();
  });

  it('matches one service by address and port, in any spelling of an IPv6 address', () => {
    const expectation = expecting('10.0.0.9:8443', '[2001:DB8:0::1]:443');
    expect(expectation.expects(to('10.0.0.9', 8443))).toBe(true);
    expect(expectation.expects(to('10.0.0.9', 8444))).toBeNull();
    expect(expectation.expects(to('2001:db8::1', 443))).toBe(true);
  });

  it('matches one service by server name and port, whatever the case', () => {
    const expectation = expecting('API.example:443');
    expect(expectation.expects(to('203.0.113.5', 443, 'api.Example'))).toBe(true);
    expect(expectation.expects(to('203.0.113.5', 444, 'api.example'))).toBeNull();
    expect(expectation.expects(to('203.0.113.5', 443, 'www.example'))).toBeNull();
    expect(expectation.expects(to('203.0.113.5', 443))).toBeNull();
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '2001:db8::/129',
    'api.example',
    'api.example:0',
    'api.example:70000',
    '[10.0.0.1]:443',
    '2001:db8::1:443/x',
  ])('refuses %j with a reason', (place) => {
    expect(new Expectation().add(place)).toMatch(/is no address range/);
  });
});
