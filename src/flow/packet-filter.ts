// Which packets are looked at, in the part of the language of pcap-filter(7) that speaks of addresses, ports and transports. It is
// asked about decoded packets: within tunnels and VLANs it sees the innermost headers, and whole datagrams instead of fragments.

import { formatAddress } from '../base/address.js';
import { parseAddress } from '../base/parsed-address.js';
import type { PacketView } from '../model/packet.js';

/** Whether a packet is looked at; the network and transport fields of the view are set. */
export type PacketTest = (packet: PacketView) => boolean;

/** An expression that can't be understood, and why. */
export class PacketFilterError extends Error {
  override readonly name = 'PacketFilterError';
}

const tcp = 6;
const udp = 17;

/** Nested parentheses and negations. */
const maxDepth = 64;

type Side = 'src' | 'dst' | 'either' | 'both';
type Kind = 'host' | 'net' | 'port' | 'portrange';

/** What stands before a value, and before the next one where nothing does: `port 80 or 443`. */
interface Qualifiers {
  protocol: PacketTest | null;
  side: Side;
  kind: Kind | null;
}

const protocols: ReadonlyMap<string, PacketTest> = new Map([
  ['tcp', (packet: PacketView) => packet.protocol === tcp],
  ['udp', (packet: PacketView) => packet.protocol === udp],
  ['ip', (packet: PacketView) => packet.family === 4],
  ['ip6', (packet: PacketView) => packet.family === 6],
]);
const kinds: ReadonlySet<string> = new Set(['host', 'net', 'port', 'portrange']);
const words = /\s*(\(|\)|&&|\|\||!|[^\s()!&|]+)/gy;

/** Makes a test of an expression; throws a `PacketFilterError`. `and` and `or` bind alike, from the left, as in pcap-filter(7). */
export function parsePacketFilter(text: string): PacketTest {
  return new FilterParser(text).parse();
}

class FilterParser {
  readonly #words: string[] = [];
  #at = 0;
  #depth = 0;
  #last: Qualifiers | null = null;

  constructor(text: string) {
    words.lastIndex = 0;
    let end = 0;
    for (const match of text.matchAll(words)) {
      this.#words.push(match[1]!);
      end = match.index + match[0].length;
    }
    if (text.slice(end).trim() !== '') throw new PacketFilterError(`'${text.slice(end).trim()}' is not understood`);
  }

  parse(): PacketTest {
    if (this.#words.length === 0) throw new PacketFilterError('it is empty');
    const test = this.#expression();
    if (this.#at < this.#words.length) throw this.#unexpected();
    return test;
  }

  #expression(): PacketTest {
    let test = this.#term();
    for (;;) {
      const word = this.#words[this.#at];
      const left = test;
      if (word === 'and' || word === '&&') {
        this.#at++;
        const right = this.#term();
        test = (packet) => left(packet) && right(packet);
      } else if (word === 'or' || word === '||') {
        this.#at++;
        const right = this.#term();
        test = (packet) => left(packet) || right(packet);
      } else return test;
    }
  }

  #term(): PacketTest {
    const word = this.#words[this.#at];
    if (word !== 'not' && word !== '!' && word !== '(') return this.#primitive();
    if (++this.#depth > maxDepth) throw new PacketFilterError(`it is nested more than ${maxDepth} deep`);
    this.#at++;
    let test: PacketTest;
    if (word === '(') {
      test = this.#expression();
      if (this.#words[this.#at] !== ')') throw new PacketFilterError('a parenthesis is not closed');
      this.#at++;
    } else {
      const inner = this.#term();
      test = (packet) => !inner(packet);
    }
    this.#depth--;
    return test;
  }

  #primitive(): PacketTest {
    const qualifiers: Qualifiers = { protocol: null, side: 'either', kind: null };
    const begun = this.#at;
    const protocol = protocols.get(this.#words[this.#at] ?? '');
    if (protocol !== undefined) {
      qualifiers.protocol = protocol;
      this.#at++;
    }
    const side = this.#side();
    if (side !== null) qualifiers.side = side;
    const kind = this.#words[this.#at] ?? '';
    if (kinds.has(kind)) {
      qualifiers.kind = kind as Kind;
      this.#at++;
    }
    if (protocol !== undefined && side === null && qualifiers.kind === null) return protocol;
    return this.#value(this.#at === begun ? (this.#last ?? qualifiers) : qualifiers);
  }

  #side(): Side | null {
    const word = this.#words[this.#at];
    if (word !== 'src' && word !== 'dst') return null;
    const [, joined, other] = this.#words.slice(this.#at, this.#at + 3);
    if ((joined === 'or' || joined === 'and') && (other === 'src' || other === 'dst') && other !== word) {
      this.#at += 3;
      return joined === 'or' ? 'either' : 'both';
    }
    this.#at++;
    return word;
  }

  #value(qualifiers: Qualifiers): PacketTest {
    const text = this.#words[this.#at];
    if (text === undefined)
      throw new PacketFilterError(`it ends where more is expected, as in 'host 10.0.0.9 and port 443'`);
    const kind = qualifiers.kind ?? (text.includes('/') ? 'net' : 'host');
    const test =
      kind === 'port' || kind === 'portrange'
        ? ofPorts(text, kind, qualifiers.side)
        : this.#ofAddress(text, kind, qualifiers.side);
    this.#at++;
    this.#last = qualifiers;
    const { protocol } = qualifiers;
    return protocol === null ? test : (packet) => protocol(packet) && test(packet);
  }

  #ofAddress(text: string, kind: 'host' | 'net', side: Side): PacketTest {
    const slash = text.indexOf('/');
    const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
    if (address === null) {
      if (slash >= 0 || !/^[a-z]/i.test(text)) throw new PacketFilterError(`'${text}' is not an address`);
      if (!kinds.has(this.#words[this.#at - 1] ?? '')) throw this.#unexpected();
      throw new PacketFilterError(`'${text}' is not an address, and names are not looked up`);
    }
    const { family } = address;
    const most = family === 4 ? 32 : 128;
    const prefix = slash < 0 ? most : Number(/^\d{1,3}$/.exec(text.slice(slash + 1))?.[0] ?? Number.NaN);
    if (!(prefix <= most) || (slash >= 0 && kind === 'host')) {
      throw new PacketFilterError(`'${text}' is not ${kind === 'host' ? 'an address' : 'a network like 10.0.0.0/8'}`);
    }
    const masks = [0, 32, 64, 96].map((bits) => maskOf(prefix - bits));
    const wanted = address.words.map((word, at) => word & masks[at]!);
    if (wanted.some((word, at) => word !== address.words[at])) {
      const [first, second, third, fourth] = [...wanted] as [number, number, number, number];
      const network = `${formatAddress(family, first, second, third, fourth)}/${prefix}`;
      throw new PacketFilterError(`'${text}' has bits beside its network, which is ${network}`);
    }
    const [mask0, mask1, mask2, mask3] = masks as [number, number, number, number];
    const [wanted0, wanted1, wanted2, wanted3] = [...wanted] as [number, number, number, number];
    const source: PacketTest = (packet) =>
      packet.family === family &&
      (packet.source0 & mask0) === wanted0 &&
      (packet.source1 & mask1) === wanted1 &&
      (packet.source2 & mask2) === wanted2 &&
      (packet.source3 & mask3) === wanted3;
    const destination: PacketTest = (packet) =>
      packet.family === family &&
      (packet.destination0 & mask0) === wanted0 &&
      (packet.destination1 & mask1) === wanted1 &&
      (packet.destination2 & mask2) === wanted2 &&
      (packet.destination3 & mask3) === wanted3;
    return sided(side, source, destination);
  }

  #unexpected(): PacketFilterError {
    return new PacketFilterError(
      `'${this.#words[this.#at]}' is not understood; there are host, net, port, portrange, src, dst, tcp, udp, ip, ip6, and, or, not and parentheses`,
    );
  }
}

function ofPorts(text: string, kind: 'port' | 'portrange', side: Side): PacketTest {
  const match = kind === 'port' ? /^(\d{1,5})$/.exec(text) : /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const low = Number(match?.[1] ?? Number.NaN);
  const high = Number(match?.[2] ?? match?.[1] ?? Number.NaN);
  if (!(low <= high && high <= 0xffff)) {
    throw new PacketFilterError(
      `'${text}' is not ${kind === 'port' ? 'a port from 0 to 65535' : 'a range of ports like 8000-8999'}`,
    );
  }
  return sided(
    side,
    (packet) => packet.sourcePort >= low && packet.sourcePort <= high,
    (packet) => packet.destinationPort >= low && packet.destinationPort <= high,
  );
}

function sided(side: Side, source: PacketTest, destination: PacketTest): PacketTest {
  if (side === 'src') return source;
  if (side === 'dst') return destination;
  if (side === 'both') return (packet) => source(packet) && destination(packet);
  return (packet) => source(packet) || destination(packet);
}

/** A word of which the highest `bits` are set: none below 1, all from 32 on. */
function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits);
}
