// Attacks below the content: segments, fragments, floods, headers in headers.
import { be16, be32, ethernetHead, flags, ipv4Head, repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */

const octet = Uint8Array.of(0x17);

/** One connection of segments of one octet, last first; some lie, some come twice. @type {Maker} */
function reversedOctets({ file, count, random }) {
  const talk = new Talk(file, 0, 443).open();
  for (let at = count; at > 0; at--) {
    talk.segment(0, flags.ack, octet, at);
    if (random.chance(0.1)) talk.segment(0, flags.ack, Uint8Array.of(random.below(256), 1, 2), at);
  }
}

/** The same in many connections, in windows that are filled at last, in random order. @type {Maker} */
function shuffledOctets({ file, count, random }) {
  const window = 3000;
  for (let made = 0, index = 0; made < count; index++) {
    const talk = new Talk(file, index, 443).open();
    const order = Array.from({ length: window }, (_, at) => at);
    for (let at = window - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [order[at], order[other]] = [order[other], order[at]];
    }
    for (const at of order) talk.segment(0, flags.ack, random.chance(0.2) ? random.bytes(4) : octet, at);
    made += window;
  }
}

/** A hole at the front of each of very many connections, filled never. @type {Maker} */
function frontHoles({ file, count, random }) {
  const late = random.bytes(64);
  for (let index = 0; index * 5 < count; index++) {
    const talk = new Talk(file, index, 443).open();
    talk.segment(0, flags.ack, late, 100);
    talk.segment(1, flags.ack, late, 100);
  }
}

/** Each with as much behind the hole as may be held. @type {Maker} */
function largeHoles({ file, octets, random }) {
  const late = random.bytes(60_000);
  for (let index = 0; file.octets < octets; index++) {
    const talk = new Talk(file, index, 443).open();
    for (let at = 0; at < 4; at++) talk.segment(0, flags.ack, late, 100 + at * 60_001);
  }
}

/** @type {Maker} */
function synFlood({ file, count, random }) {
  for (let at = 0; at < count; at++) {
    const from = { ip: random.next() | 0, port: random.below(65_536) };
    file.tcp(from, { ip: 0x0a000001, port: 443 }, flags.syn, random.next(), 0);
  }
}

/** First fragments, middle ones and overlapping ones of datagrams that never come to an end. @type {Maker} */
function fragments({ file, count, random }) {
  const content = random.bytes(64);
  for (let at = 0; at < count; at++) {
    const whole = random.below(2) === 0 ? at : random.below(1000);
    const offset = random.pick([0, 8, 16, 4, 8000]);
    file.frame(
      ethernetHead(0x0800),
      ipv4Head(0x0a000001 + (whole >> 16), 0x0a000002, 6, 64, 0x2000 | offset, whole & 0xffff),
      content,
    );
  }
}

/** Datagrams of 8,000 fragments of eight octets each, in reverse order, each some twice. @type {Maker} */
function tinyFragments({ file, count, random }) {
  for (let at = 0; at < count; at++) {
    const offset = 8000 - (at % 8000);
    const whole = Math.floor(at / 8000);
    file.frame(ethernetHead(0x0800), ipv4Head(0x0a000001, 0x0a000002, 17, 8, 0x2000 | offset, whole), random.bytes(8));
    if (random.chance(0.1))
      file.frame(
        ethernetHead(0x0800),
        ipv4Head(0x0a000001, 0x0a000002, 17, 8, 0x2000 | offset, whole),
        random.bytes(8),
      );
  }
}

/** A hundred packets in one another: IP in IP, GRE, VXLAN in turns. @type {Maker} */
function nestedTunnels({ file, octets, random }) {
  const kinds = random.below(3);
  while (file.octets < octets) {
    let packet = Buffer.from(ipv4Head(random.next(), 1, 6, 0));
    for (let depth = 0; depth < 100; depth++) {
      const kind = (depth + kinds + random.below(2)) % 3;
      if (kind === 0) packet = Buffer.concat([Buffer.from(ipv4Head(depth, 2, 4, packet.length)), packet]);
      else if (kind === 1)
        packet = Buffer.concat([Buffer.from([...ipv4Head(depth, 2, 47, packet.length + 4), 0, 0, 8, 0]), packet]);
      else {
        const length = packet.length + 30;
        const vxlan = [0xc0, 0, ...be16(4789), ...be16(length), 0, 0, 8, 0, 0, 0, 0, 0, 1, 0];
        packet = Buffer.concat([
          Buffer.from([...ipv4Head(depth, 2, 17, length), ...vxlan, ...ethernetHead(0x0800)]),
          packet,
        ]);
      }
    }
    file.frame(ethernetHead(0x0800), packet);
  }
}

/** Stacks of 300 VLAN tags, or of 300 MPLS labels. @type {Maker} */
function tagStacks({ file, octets }) {
  const vlan = repeated(Uint8Array.of(0x81, 0, 0, 7), 1200);
  const mpls = repeated(Uint8Array.of(0, 0x10, 0, 64), 1200);
  for (let at = 0; file.octets < octets; at++) {
    if (at % 2) file.frame(ethernetHead(0x8100).slice(0, 12), vlan, be16(0x0800), ipv4Head(at, 2, 6, 0));
    else file.frame(ethernetHead(0x8847), mpls);
  }
}

/** Chains of 170 extension headers. @type {Maker} */
function ipv6Headers({ file, octets }) {
  const header = repeated(Uint8Array.of(60, 0, 1, 4, 0, 0, 0, 0), 8 * 170);
  for (let at = 0; file.octets < octets; at++) {
    const head = [
      0x60,
      0,
      0,
      0,
      ...be16(header.length),
      60,
      64,
      ...Array(12).fill(0x20),
      ...be32(at),
      ...Array(16).fill(0x30),
    ];
    file.frame(ethernetHead(0x86dd), head, header);
  }
}

/** Acknowledgments and resets of connections that nobody opened, both ends drawn. @type {Maker} */
function strays({ file, count, random }) {
  for (let at = 0; at < count; at++) {
    const from = { ip: random.next() | 0, port: random.below(65_536) };
    file.tcp(
      from,
      { ip: random.next() | 0, port: random.below(65_536) },
      random.pick([flags.ack, flags.rst, flags.fin]),
      at,
      at,
    );
  }
}

/** One client and one server that open and close without end, on four ports. @type {Maker} */
function reopened({ file, count }) {
  for (let at = 0; at * 6 < count; at++) {
    const talk = new Talk(file, at % 4, 443);
    talk.sequence = [Math.imul(at, 100_000) >>> 0, Math.imul(at, 70_000) >>> 0];
    talk.open().close();
  }
}

/** Frames of a few octets, and none. @type {Maker} */
function emptyFrames({ file, count }) {
  for (let at = 0; at < count * 4; at++) file.frame(at % 3 ? [] : ethernetHead(0x0800));
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const packetAttacks = {
  'segments-reversed': reversedOctets,
  'segments-shuffled': shuffledOctets,
  'front-holes': frontHoles,
  'large-holes': largeHoles,
  'syn-flood': synFlood,
  fragments,
  'fragments-tiny': tinyFragments,
  'nested-tunnels': nestedTunnels,
  'tag-stacks': tagStacks,
  'ipv6-headers': ipv6Headers,
  strays,
  reopened,
  'empty-frames': emptyFrames,
};
