import { describe, expect, it } from 'vitest';
import { ChainVerdicts } from '../../src/session/tls/chain-verdicts.js';
import { authority, leaf, now, verificationOf } from '../build/pki.js';

const root = authority('Root');
const middle = authority('Middle', root);

function setUp(anchors: readonly Uint8Array[] = [root.der]) {
  const { verification, stored } = verificationOf({ anchors });
  return { verdicts: new ChainVerdicts(verification), stored, verification };
}

describe('verdicts of chains', () => {
  it('are one frozen object for connections that show the same', () => {
    const { verdicts, stored } = setUp();
    const chain = [stored(leaf(middle)), stored(middle.der)];
    const first = verdicts.ofServer(chain, 'host.example', null, now);
    expect(first).toMatchObject({ trust: 'trusted', problems: [] });
    expect(Object.isFrozen(first)).toBe(true);
    expect(verdicts.ofServer([...chain], 'host.example', null, now + 60)).toBe(first);
    expect(verdicts.ofServer([...chain], null, null, now)).toBe(first);
    expect(verdicts.ofClient([...chain], [], now)).not.toBe(first);
  });

  it('are one for each name that does not fit', () => {
    const { verdicts, stored } = setUp();
    const chain = [stored(leaf(middle)), stored(middle.der)];
    const other = verdicts.ofServer(chain, 'other.example', null, now);
    expect(other?.problems.map(({ code }) => code)).toEqual(['name-mismatch']);
    expect(verdicts.ofServer(chain, 'other.example', null, now)).toBe(other);
  });

  it('change with the time of the packets', () => {
    const { verdicts, stored } = setUp();
    const chain = [stored(leaf(middle, { notAfter: '2026-06-30T00:00:00Z' })), stored(middle.der)];
    const codes = (seconds: number): string[] =>
      verdicts.ofServer(chain, null, null, seconds)!.problems.map(({ code }) => code);
    expect(codes(now)).toEqual([]);
    expect(codes(now + 40 * 86_400)).toEqual(['expired']);
    expect(codes(now)).toEqual([]);
  });

  it('are made again when the missing issuer is seen', () => {
    const { verdicts, stored } = setUp();
    const chain = [stored(leaf(middle))];
    expect(verdicts.ofServer(chain, null, null, now)?.trust).toBe('untrusted');
    stored(middle.der);
    expect(verdicts.ofServer(chain, null, null, now)?.trust).toBe('trusted');
  });

  it('are not there without certificates', () => {
    const { verdicts } = setUp();
    expect(verdicts.ofServer(null, null, null, now)).toBeNull();
    expect(verdicts.ofClient([], [], now)).toBeNull();
  });

  it('cost their signatures once', () => {
    const { verdicts, stored, verification } = setUp();
    const chain = [stored(leaf(middle)), stored(middle.der)];
    verdicts.ofServer(chain, 'a.example', null, now);
    let spent = 0;
    const take = verification.work.take.bind(verification.work);
    verification.work.take = (cost) => {
      spent += cost;
      return take(cost);
    };
    for (let count = 0; count < 100; count++) verdicts.ofServer(chain, `${count}.example`, null, now);
    expect(spent).toBe(0);
  });
});
