// A program of its own, started by `backends.ts`: sniffs one interface with the package `cap`, and writes pcap to standard
// output. A crash of it (it aborts when its interface vanishes) takes nobody along. It ends when its standard input does.
import { write } from 'node:fs';

/** What `cap` exports, as far as it is used. */
interface CapModule {
  Cap: new () => {
    open(device: string, filter: string, bufferSize: number, buffer: Buffer): string;
    setMinBytes?(octets: number): void;
    on(event: 'packet', handler: (length: number, truncated: boolean) => void): void;
    close(): void;
  };
}

/** LINKTYPE_ numbers by the names that `cap` gives. */
const linkTypes: Readonly<Record<string, number>> = {
  NULL: 0,
  ETHERNET: 1,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  LINUX_SLL: 113,
  IEEE802_11_RADIO: 127,
};

const recordHeader = 16;
const room = 1 << 20;
/** Milliseconds that packets wait for company. */
const pace = 100;
/** Milliseconds between two words about what was dropped. */
const wordsPace = 5000;
/** Milliseconds before a full pipe is tried again. */
const pause = 2;

const { name, filter, snapLength, bufferOctets } = JSON.parse(process.argv[2] ?? '{}') as {
  name: string;
  filter: string | null;
  snapLength: number;
  bufferOctets: number;
};

interface Block {
  octets: Buffer;
  filled: number;
}

// The package gives the kernel's buffer a slot of 64 KiB for each packet: a thousand packets at most wait there, and none may
// while we wait for whoever reads us. So blocks are written aside, and as much waits here as the kernel was to hold.
const mostBlocks = Math.max(4, Math.ceil(bufferOctets / room));
const waiting: Block[] = [];
const free: Block[] = [];
let blocks = 1;
let block: Block = { octets: Buffer.alloc(room), filled: 0 };
let isWriting = false;
let isLeaving = false;
let dropped = 0;
let toldDropped = 0;

/** Passes on what was gathered; false when there is nothing else to gather in. */
function flush(): boolean {
  if (block.filled === 0) return true;
  let next = free.pop();
  if (next === undefined) {
    if (blocks === mostBlocks) return false;
    blocks++;
    next = { octets: Buffer.alloc(room), filled: 0 };
  }
  waiting.push(block);
  block = next;
  writeNext();
  return true;
}

function writeNext(): void {
  if (isWriting) return;
  const next = waiting.shift();
  if (next !== undefined) {
    isWriting = true;
    writeFrom(next, 0);
  } else if (isLeaving) process.exit(0);
}

function writeFrom(from: Block, at: number): void {
  write(1, from.octets, at, from.filled - at, null, (error, written) => {
    // Nobody reads any more.
    if (error !== null && error.code !== 'EAGAIN') process.exit(0);
    if (error !== null) setTimeout(writeFrom, pause, from, at);
    else if (at + written < from.filled) writeFrom(from, at + written);
    else {
      from.filled = 0;
      free.push(from);
      isWriting = false;
      writeNext();
    }
  });
}

function writeHeader(linkType: number): void {
  const { octets } = block;
  octets.writeUInt32LE(0xa1b2c3d4, 0);
  octets.writeUInt16LE(2, 4);
  octets.writeUInt16LE(4, 6);
  octets.fill(0, 8, 16);
  octets.writeUInt32LE(snapLength, 16);
  octets.writeUInt32LE(linkType, 20);
  block.filled = 24;
  flush();
}

const packageName = 'cap';
const module = (await import(packageName)) as CapModule & { default?: CapModule };
const { Cap } = module.default ?? module;
const sniffer = new Cap();
const buffer = Buffer.alloc(Math.max(snapLength, 65_535));
try {
  const linkType = sniffer.open(name, filter ?? '', bufferOctets, buffer);
  if (!Object.hasOwn(linkTypes, linkType)) throw new Error(`unknown link type ${linkType}`);
  sniffer.setMinBytes?.(0);
  writeHeader(linkTypes[linkType]!);
} catch (thrown) {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exit(1);
}

// The package gives neither the kernel's time nor the length on the wire: ours, and what was captured.
sniffer.on('packet', (length) => {
  if (isLeaving) return;
  const captured = Math.min(length, snapLength, buffer.length);
  if (block.filled + recordHeader + captured > room && !flush()) {
    dropped++;
    return;
  }
  const { octets, filled } = block;
  const now = performance.timeOrigin + performance.now();
  const seconds = Math.floor(now / 1000);
  octets.writeUInt32LE(seconds, filled);
  octets.writeUInt32LE(Math.floor((now - seconds * 1000) * 1000), filled + 4);
  octets.writeUInt32LE(captured, filled + 8);
  octets.writeUInt32LE(length, filled + 12);
  buffer.copy(octets, filled + recordHeader, 0, captured);
  block.filled += recordHeader + captured;
});
setInterval(flush, pace);
setInterval(tellDropped, wordsPace);

/** What the kernel dropped nobody tells us; this is what found no room here. */
function tellDropped(): void {
  if (dropped > toldDropped) process.stderr.write(`${dropped} packets dropped by cap\n`);
  toldDropped = dropped;
}

function leave(): void {
  if (isLeaving) return;
  tellDropped();
  isLeaving = true;
  if (block.filled > 0) waiting.push(block);
  writeNext();
}
process.stdin.on('end', leave).on('error', leave).resume();
process.once('SIGINT', leave);
process.once('SIGTERM', leave);
