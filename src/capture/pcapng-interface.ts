import { canonicalLinkType } from '../registry/link-types.js';
import { fileU16, fileU32 } from './byte-order.js';
import { optionCodes } from './pcapng-blocks.js';
import type { OptionWalk } from './pcapng-options.js';
import { TimestampReader } from './timestamp.js';

const microseconds = 6;

/** One interface of a section: what its packets need to be read, and its drop counts. */
export class PcapngInterface {
  /** 0-based through all sections of the file, in the order in which they were announced. */
  readonly id: number;
  readonly linkType: number;
  /** 0 = no limit. */
  readonly snapLength: number;
  readonly clock: TimestampReader;
  /** Packets lost so far as counted beside single packets. */
  countedDrops = 0;
  /** Packets lost as the last statistics block says. */
  statisticsDrops = 0;

  constructor(id: number, linkType: number, snapLength: number, clock: TimestampReader) {
    this.id = id;
    this.linkType = linkType;
    this.snapLength = snapLength;
    this.clock = clock;
  }

  /** Both ways of counting tell of the same losses. */
  get drops(): number {
    return Math.max(this.countedDrops, this.statisticsDrops);
  }
}

/**
 * Reads an interface description block (pcapng §4.2): link type 2, reserved 2, snap length 4, options. `body` is the first
 * octet after the block's length, `end` one past its options; at least 8 octets lie between.
 */
export function parseInterface(
  bytes: Uint8Array,
  body: number,
  end: number,
  little: boolean,
  id: number,
  options: OptionWalk,
): PcapngInterface {
  let resolution = microseconds;
  let offset = 0;
  options.open(bytes, body + 8, end, little);
  while (options.next()) {
    if (options.code === optionCodes.interfaceTimestampResolution && options.length === 1) {
      resolution = bytes[options.start]!;
    } else if (options.code === optionCodes.interfaceTimestampOffset && options.length === 8) {
      const high = fileU32(bytes, options.start + (little ? 4 : 0), little) | 0;
      offset = high * 0x1_0000_0000 + fileU32(bytes, options.start + (little ? 0 : 4), little);
    }
  }
  const linkType = canonicalLinkType(fileU16(bytes, body, little));
  return new PcapngInterface(id, linkType, fileU32(bytes, body + 4, little), new TimestampReader(resolution, offset));
}
