// A program of its own, started by `backends.ts`: sniffs one interface with the package `cap`, and writes pcap to standard
// output. A crash of it (it aborts when its interface vanishes) takes nobody along. It ends when its standard input does.
import { writeSync } from 'node:fs';

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

const { name, filter, snapLength, bufferOctets } = JSON.parse(process.argv[2] ?? '{}') as {
  name: string;
  filter: string | null;
  snapLength: number;
  bufferOctets: number;
};

const out = Buffer.alloc(room);
let filled = 0;

function flush(): void {
  for (let at = 0; at < filled; ) {
    try {
      at += writeSync(1, out, at, filled - at);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  filled = 0;
}

function writeHeader(linkType: number): void {
  out.writeUInt32LE(0xa1b2c3d4, 0);
  out.writeUInt16LE(2, 4);
  out.writeUInt16LE(4, 6);
  out.fill(0, 8, 16);
  out.writeUInt32LE(snapLength, 16);
  out.writeUInt32LE(linkType, 20);
  filled = 24;
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
  const captured = Math.min(length, snapLength, buffer.length);
  if (filled + recordHeader + captured > room) flush();
  const now = performance.timeOrigin + performance.now();
  const seconds = Math.floor(now / 1000);
  out.writeUInt32LE(seconds, filled);
  out.writeUInt32LE(Math.floor((now - seconds * 1000) * 1000), filled + 4);
  out.writeUInt32LE(captured, filled + 8);
  out.writeUInt32LE(length, filled + 12);
  buffer.copy(out, filled + recordHeader, 0, captured);
  filled += recordHeader + captured;
});
setInterval(flush, pace);

function leave(): void {
  flush();
  process.exit(0);
}
process.stdin.on('end', leave).on('error', leave).resume();
process.once('SIGINT', leave);
process.once('SIGTERM', leave);
