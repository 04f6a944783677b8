// Mutations that know what a frame is made of: wrong lengths at every layer, other segments and fragments of the same octets,
// other encapsulations, and octets of one connection in another. On its own feet, as everything that makes inputs is.

/** @typedef {import('../bench/random.mjs').Random} Random */
/** @typedef {import('./mutate.mjs').Frame} Frame */

/**
 * Where the parts of a frame begin; `ip` is -1 where none was found, `transport` where it is no TCP or UDP in one piece.
 * @typedef {{ ip: number, version: number, ipEnd: number, protocol: number, transport: number, payload: number }} Parts
 */

const tcp = 6;
const udp = 17;
const ethernet = 14;

/** The parts of a frame whose link header is `linkHeader` octets long, VLAN tags aside. @param {Uint8Array} bytes @param {number} linkHeader @returns {Parts} */
export function partsOf(bytes, linkHeader) {
  /** @type {Parts} */
  const parts = { ip: -1, version: 0, ipEnd: 0, protocol: -1, transport: -1, payload: -1 };
  let ip = linkHeader;
  for (let tags = 0; tags < 4 && isTag(bytes, ip - 2); tags++) ip += 4;
  if (ip + 20 > bytes.length) return parts;
  const version = bytes[ip] >> 4;
  if (version === 4) {
    const header = (bytes[ip] & 15) * 4;
    if (header < 20) return parts;
    Object.assign(parts, {
      ip,
      version,
      protocol: bytes[ip + 9],
      ipEnd: Math.min(bytes.length, ip + u16(bytes, ip + 2)),
    });
    if ((u16(bytes, ip + 6) & 0x1fff) === 0) parts.transport = ip + header;
  } else if (version === 6 && ip + 40 <= bytes.length) {
    Object.assign(parts, {
      ip,
      version,
      protocol: bytes[ip + 6],
      ipEnd: Math.min(bytes.length, ip + 40 + u16(bytes, ip + 4)),
    });
    parts.transport = ip + 40;
  } else return parts;
  const { transport, protocol, ipEnd } = parts;
  const least = protocol === tcp ? 20 : protocol === udp ? 8 : 0;
  if (least === 0 || transport < 0 || transport + least > ipEnd) parts.transport = -1;
  else
    parts.payload = Math.min(
      ipEnd,
      transport + (protocol === tcp ? Math.max(20, (bytes[transport + 12] >> 4) * 4) : 8),
    );
  return parts;
}

/** Octets before the network layer, of the link types that most captures have. @param {number} linkType */
export function linkHeaderOf(linkType) {
  return linkHeaders[linkType] ?? -1;
}

/** @type {Readonly<Record<number, number>>} */
const linkHeaders = { 0: 4, 1: ethernet, 12: 0, 14: 0, 101: 0, 108: 4, 113: 16, 228: 0, 229: 0, 276: 20 };

/** @param {Uint8Array} bytes @param {number} at */
function isTag(bytes, at) {
  return at >= 12 && at + 2 <= bytes.length && [0x8100, 0x88a8, 0x9100].includes(u16(bytes, at));
}

/** @param {Uint8Array} bytes @param {number} at */
function u16(bytes, at) {
  return (bytes[at] << 8) | bytes[at + 1];
}

/** @param {Uint8Array} bytes @param {number} at @param {number} width @param {number} value */
function put(bytes, at, width, value) {
  for (let index = 0; index < width && at + index < bytes.length; index++)
    bytes[at + index] = Math.floor(value / 256 ** (width - 1 - index)) & 0xff;
}

/** Mutations of frames with one link type. @param {number} linkType @returns {readonly ((random: Random, frames: Frame[], other: readonly Frame[]) => Frame[])[]} */
export function layerMutations(linkType) {
  const link = linkHeaderOf(linkType);
  if (link < 0) return [];
  return [
    (random, frames) => flipLengths(random, frames, link),
    (random, frames) => flipLengths(random, frames, link),
    (random, frames) => resegment(random, frames, link),
    (random, frames) => fragment(random, frames, link),
    (random, frames) => contradict(random, frames, link),
    (random, frames, other) => exchangePayloads(random, frames, other, link),
    (random, frames) => wrap(random, frames, link),
    (random, frames) => turnAround(random, frames, link),
  ];
}

/** A length near what it says, or far from it. @param {Random} random @param {number} now @param {number} most */
function wrongLength(random, now, most) {
  return Math.max(
    0,
    Math.min(
      most,
      random.pick([0, 1, now - 1, now + 1, now + 4, now >> 1, now * 2, most, most >> 1, random.below(most + 1)]),
    ),
  );
}

/** Wrong lengths in headers of IP, TCP and UDP, in TLS records, in messages, and in the vectors of hellos. @param {Random} random @param {Frame[]} frames @param {number} link */
function flipLengths(random, frames, link) {
  for (let left = random.between(1, 6); left > 0 && frames.length > 0; left--) {
    const frame = random.pick(frames);
    const parts = partsOf(frame.bytes, link);
    if (parts.ip < 0) continue;
    frame.bytes = frame.bytes.slice();
    const fields = lengthFields(frame.bytes, parts);
    const { at, width } = random.pick(fields);
    let now = 0;
    for (let index = 0; index < width; index++) now = now * 256 + frame.bytes[at + index];
    put(frame.bytes, at, width, wrongLength(random, now, 256 ** width - 1));
  }
  return frames;
}

/** @param {Uint8Array} bytes @param {Parts} parts */
function lengthFields(bytes, { ip, version, protocol, transport, payload }) {
  const fields =
    version === 4
      ? [
          { at: ip, width: 1 },
          { at: ip + 2, width: 2 },
          { at: ip + 6, width: 2 },
        ]
      : [{ at: ip + 4, width: 2 }];
  if (transport < 0) return fields;
  if (protocol === udp) fields.push({ at: transport + 4, width: 2 });
  else fields.push({ at: transport + 12, width: 1 }, { at: transport + 4, width: 4 }, { at: transport + 14, width: 2 });
  for (let at = payload; at + 5 <= bytes.length && bytes[at] >= 0x14 && bytes[at] <= 0x18 && bytes[at + 1] === 3; ) {
    fields.push({ at: at + 3, width: 2 });
    const end = Math.min(bytes.length, at + 5 + u16(bytes, at + 3));
    if (bytes[at] === 0x16 && at + 9 <= end) {
      fields.push({ at: at + 6, width: 3 });
      vectors(bytes, at + 9, end, bytes[at + 5], fields);
    }
    at = end;
  }
  // Every protocol that counts its octets does so near its beginning.
  for (let at = payload; at < Math.min(payload + 12, bytes.length - 4); at += 1)
    fields.push({ at, width: 1 + (at & 3) });
  return fields;
}

/** Lengths inside a hello or a chain. @param {Uint8Array} bytes @param {number} start @param {number} end @param {number} type @param {{ at: number, width: number }[]} fields */
function vectors(bytes, start, end, type, fields) {
  if (type === 11) {
    for (let at = start; at + 3 < end && fields.length < 40; at += 3) {
      fields.push({ at, width: 3 });
      if (at > start) at += (bytes[at] << 16) | u16(bytes, at + 1);
    }
    return;
  }
  if ((type !== 1 && type !== 2) || start + 35 > end) return;
  let at = start + 34;
  fields.push({ at, width: 1 });
  at += 1 + bytes[at];
  if (type === 1) {
    fields.push({ at, width: 2 });
    at += 2 + u16(bytes, at);
    fields.push({ at, width: 1 });
    at += 1 + bytes[at];
  } else at += 3;
  fields.push({ at, width: 2 });
  for (at += 2; at + 4 <= end; at += 4 + u16(bytes, at + 2))
    fields.push({ at: at + 2, width: 2 }, { at: at + 4, width: 2 });
}

/** A frame with another piece of a TCP stream in it. @param {Frame} frame @param {Parts} parts @param {number} from @param {Uint8Array} octets @returns {Frame} */
function withPiece(frame, parts, from, octets) {
  const bytes = new Uint8Array(parts.payload + octets.length);
  bytes.set(frame.bytes.subarray(0, parts.payload));
  bytes.set(octets, parts.payload);
  const sequence =
    (bytes[parts.transport + 4] * 2 ** 24 +
      (bytes[parts.transport + 5] << 16) +
      u16(bytes, parts.transport + 6) +
      from) >>>
    0;
  put(bytes, parts.transport + 4, 4, sequence);
  putIpLength(bytes, parts);
  return { ...frame, bytes, originalLength: bytes.length };
}

/** @param {Uint8Array} bytes @param {Parts} parts */
function putIpLength(bytes, { ip, version }) {
  if (version === 4) put(bytes, ip + 2, 2, bytes.length - ip);
  else put(bytes, ip + 4, 2, bytes.length - ip - 40);
}

/** The octets of a few TCP segments in others: of one octet, of a few, in reverse, twice. @param {Random} random @param {Frame[]} frames @param {number} link */
function resegment(random, frames, link) {
  const rate = random.pick([0.05, 0.3, 1]);
  const size = random.pick([1, 1, 2, 5, 7, 100]);
  const order = random.below(4);
  return frames.flatMap((frame) => {
    const parts = partsOf(frame.bytes, link);
    if (parts.protocol !== tcp || parts.payload < 0 || parts.payload >= parts.ipEnd || !random.chance(rate))
      return [frame];
    const payload = frame.bytes.slice(parts.payload, parts.ipEnd).subarray(0, 600);
    const pieces = [];
    for (let at = 0; at < payload.length; at += size) {
      // They may overlap.
      const more = order === 3 ? random.below(8) : 0;
      pieces.push(withPiece(frame, parts, at, payload.subarray(at, at + size + more)));
    }
    if (order === 1) pieces.reverse();
    if (order === 2) pieces.sort(() => (random.chance(0.5) ? 1 : -1));
    return pieces;
  });
}

/** IPv4 packets in fragments, of which some are lost, repeated or lie across one another. @param {Random} random @param {Frame[]} frames @param {number} link */
function fragment(random, frames, link) {
  const rate = random.pick([0.05, 0.3]);
  return frames.flatMap((frame) => {
    const parts = partsOf(frame.bytes, link);
    if (parts.version !== 4 || parts.transport < 0 || !random.chance(rate)) return [frame];
    const content = frame.bytes.slice(parts.transport, parts.ipEnd);
    const size = 8 * random.between(1, 40);
    const pieces = [];
    for (let at = 0; at < content.length; at += size) {
      if (random.chance(0.05)) continue;
      const from = random.chance(0.1) ? Math.max(0, at - 8) : at;
      const octets = content.subarray(from, at + size);
      const bytes = new Uint8Array(parts.transport + octets.length);
      bytes.set(frame.bytes.subarray(0, parts.transport));
      bytes.set(octets, parts.transport);
      put(bytes, parts.ip + 6, 2, (at + size < content.length ? 0x2000 : 0) | (from >> 3));
      putIpLength(bytes, parts);
      const piece = { ...frame, bytes, originalLength: bytes.length };
      pieces.push(piece);
      if (random.chance(0.05)) pieces.push({ ...piece });
    }
    return random.chance(0.5) ? pieces.reverse() : pieces;
  });
}

/** The same octets of a stream again with another content, before or behind the true ones. @param {Random} random @param {Frame[]} frames @param {number} link */
function contradict(random, frames, link) {
  return frames.flatMap((frame) => {
    const parts = partsOf(frame.bytes, link);
    if (parts.protocol !== tcp || parts.payload < 0 || parts.payload >= parts.ipEnd || !random.chance(0.1))
      return [frame];
    const lie = withPiece(frame, parts, random.pick([0, 0, 1, -1, 3]), random.bytes(parts.ipEnd - parts.payload));
    return random.chance(0.5) ? [lie, frame] : [frame, lie];
  });
}

/** Payloads of another capture, in this one's connections. @param {Random} random @param {Frame[]} frames @param {readonly Frame[]} other @param {number} link */
function exchangePayloads(random, frames, other, link) {
  if (other.length === 0) return frames;
  const rate = random.pick([0.05, 0.5]);
  return frames.map((frame) => {
    const parts = partsOf(frame.bytes, link);
    if (parts.payload < 0 || !random.chance(rate)) return frame;
    const { bytes } = random.pick(other);
    const theirs = partsOf(bytes, link);
    if (theirs.payload < 0 || theirs.protocol !== parts.protocol) return frame;
    const changed = withPiece(frame, parts, 0, bytes.subarray(theirs.payload, theirs.ipEnd));
    if (parts.protocol === udp) {
      changed.bytes.set(frame.bytes.subarray(parts.transport, parts.transport + 4), parts.transport);
      put(changed.bytes, parts.transport + 4, 2, changed.bytes.length - parts.transport);
    }
    return changed;
  });
}

/** Packets inside of packets, up to a hundred deep: VLAN and MPLS stacks, IP in IP, GRE, VXLAN, IPv6 extension headers. @param {Random} random @param {Frame[]} frames @param {number} link */
function wrap(random, frames, link) {
  const rate = random.pick([0.1, 1]);
  const kind = random.below(6);
  const depth = random.pick([1, 1, 2, 4, 9, 100]);
  return frames.map((frame) => {
    const parts = partsOf(frame.bytes, link);
    if (parts.ip < 0 || !random.chance(rate)) return frame;
    const head = frame.bytes.slice(0, link);
    let packet = frame.bytes.slice(parts.ip);
    let type = parts.version === 4 ? 0x0800 : 0x86dd;
    for (let level = 0; level < depth && packet.length < 60_000; level++) {
      const [outer, outerType] = wrapped(random, kind === 5 ? random.below(5) : kind, packet, type);
      packet = outer;
      type = outerType;
    }
    if (link >= 2) put(head, link - 2, 2, type);
    const bytes = new Uint8Array(Buffer.concat([head, packet]));
    return { ...frame, bytes, originalLength: bytes.length };
  });
}

/** @param {Random} random @param {number} kind @param {Uint8Array} packet @param {number} type of it @returns {[Uint8Array, number]} */
function wrapped(random, kind, packet, type) {
  const number = (/** @type {number} */ value) => [value >> 8, value & 0xff];
  const whole = (/** @type {number[]} */ head) => new Uint8Array(Buffer.concat([Buffer.from(head), packet]));
  const address = [192, 0, 2, random.below(4), 198, 51, 100, random.below(4)];
  const ip = (/** @type {number} */ protocol, /** @type {number[]} */ inner) =>
    whole([
      0x45,
      0,
      ...number(20 + inner.length + packet.length),
      0,
      0,
      0,
      0,
      64,
      protocol,
      0,
      0,
      ...address,
      ...inner,
    ]);
  switch (kind) {
    case 0:
      return [whole([0, random.below(256), ...number(type)]), 0x8100];
    case 1:
      return [whole([0, 0, type === 0x8847 ? 0x10 : 0x11, 64]), 0x8847];
    case 2:
      return type === 0x0800 || type === 0x86dd ? [ip(type === 0x0800 ? 4 : 41, []), 0x0800] : [packet, type];
    case 3:
      return [ip(47, [0, 0, ...number(type)]), 0x0800];
    default: {
      const inner = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...number(type)];
      const length = 8 + 8 + inner.length + packet.length;
      return [ip(17, [0xc0, 0, ...number(4789), ...number(length), 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, ...inner]), 0x0800];
    }
  }
}

/** Some packets the other way round: sides, roles and sequence numbers contradict. @param {Random} random @param {Frame[]} frames @param {number} link */
function turnAround(random, frames, link) {
  const rate = random.pick([0.02, 0.3]);
  for (const frame of frames) {
    const parts = partsOf(frame.bytes, link);
    if (parts.transport < 0 || !random.chance(rate)) continue;
    const bytes = frame.bytes.slice();
    const [at, width] = parts.version === 4 ? [parts.ip + 12, 4] : [parts.ip + 8, 16];
    bytes.copyWithin(at, at + width, at + 2 * width);
    bytes.set(frame.bytes.subarray(at, at + width), at + width);
    bytes.copyWithin(parts.transport, parts.transport + 2, parts.transport + 4);
    bytes.set(frame.bytes.subarray(parts.transport, parts.transport + 2), parts.transport + 2);
    frame.bytes = bytes;
  }
  return frames;
}

/**
 * Ethernet frames as another link type would have them; others stay.
 * @param {Random} random @param {number} linkType @param {Frame[]} frames @returns {{ linkType: number, frames: Frame[] }}
 */
export function relink(random, linkType, frames) {
  const chosen = random.pick(Object.keys(linkHeads).map(Number));
  if (linkType !== 1) return { linkType, frames };
  const other = frames.map((frame) => {
    if (frame.bytes.length < ethernet) return frame;
    const type = u16(frame.bytes, 12);
    const bytes = new Uint8Array(Buffer.concat([Buffer.from(linkHeads[chosen](type)), frame.bytes.subarray(ethernet)]));
    return { ...frame, bytes, originalLength: Math.max(bytes.length, frame.originalLength) };
  });
  return { linkType: chosen, frames: other };
}

/** What stands before a packet with this Ethernet type. @type {Readonly<Record<number, (type: number) => number[]>>} */
const linkHeads = {
  0: (type) => [type === 0x86dd ? 10 : 2, 0, 0, 0],
  9: (type) => [0xff, 3, 0, type === 0x86dd ? 0x57 : 0x21],
  50: (type) => [0xff, 3, 0, type === 0x86dd ? 0x57 : 0x21],
  101: () => [],
  104: (type) => [0x0f, 0, type >> 8, type & 0xff],
  105: (type) => [8, 0, ...Array(22).fill(2), 0xaa, 0xaa, 3, 0, 0, 0, type >> 8, type & 0xff],
  108: (type) => [0, 0, 0, type === 0x86dd ? 10 : 2],
  113: (type) => [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, type >> 8, type & 0xff],
  127: (type) => [0, 0, 8, 0, 0, 0, 0, 0, 8, 0, ...Array(22).fill(2), 0xaa, 0xaa, 3, 0, 0, 0, type >> 8, type & 0xff],
  228: () => [],
  239: (type) => [type === 0x86dd ? 10 : 2, 0, 0, 0, 0, 0, 9, 0],
  276: (type) => [type >> 8, type & 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0],
};
