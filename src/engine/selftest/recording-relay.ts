// A relay between a client and a server that writes down what passes as a capture: live captures need rights, this does not.
import { connect, createServer, type Server, type Socket } from 'node:net';

const clientAddress = [192, 0, 2, 1];
const serverAddress = [192, 0, 2, 2];
const clientPort = 50_000;
/** The port that the server has in the capture. */
export const recordedPort = 8443;
/** As over Ethernet. */
const segmentOctets = 1_448;
const flags = { fin: 0x11, syn: 0x02, synAck: 0x12, ack: 0x10, data: 0x18 } as const;

/** Passes one connection on to `port` of this host and records it. */
export class RecordingRelay {
  readonly #packets: Buffer[] = [];
  readonly #server: Server;
  readonly #sent: { client: number; server: number } = { client: 1, server: 1 };
  readonly #sockets: Socket[] = [];
  #open = 2;
  #done: () => void = () => {};
  /** Both directions have ended. */
  readonly done: Promise<void>;

  constructor(port: number) {
    this.done = new Promise((resolve) => {
      this.#done = resolve;
    });
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      this.#packet('client', flags.syn, 0);
      this.#packet('server', flags.synAck, 0);
      this.#packet('client', flags.ack, this.#sent.client);
      const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      this.#pass('client', client, server);
      this.#pass('server', server, client);
    });
  }

  /** Begins to listen; returns the port that clients call. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Ends what is still open. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What passed, as a pcap file (LINKTYPE_RAW, microseconds). */
  capture(): Buffer {
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(101, 20);
    return Buffer.concat([header, ...this.#packets]);
  }

  #pass(from: 'client' | 'server', source: Socket, target: Socket): void {
    this.#sockets.push(source);
    source.on('data', (octets: Buffer) => {
      for (let at = 0; at < octets.length; at += segmentOctets) {
        const segment = octets.subarray(at, at + segmentOctets);
        this.#packet(from, flags.data, this.#sent[from], segment);
        this.#sent[from] += segment.length;
      }
      target.write(octets);
    });
    const ended = (): void => {
      this.#packet(from, flags.fin, this.#sent[from]);
      target.end();
      if (--this.#open === 0) this.#done();
    };
    let isOver = false;
    const once = (): void => {
      if (!isOver) ended();
      isOver = true;
    };
    source.on('end', once);
    source.on('close', once);
    // A reset ends the direction as well.
    source.on('error', once);
  }

  #packet(from: 'client' | 'server', control: number, sequence: number, payload: Buffer = Buffer.alloc(0)): void {
    const isClient = from === 'client';
    const length = 40 + payload.length;
    const packet = Buffer.alloc(16 + 40);
    const now = Date.now();
    packet.writeUInt32LE(Math.floor(now / 1000), 0);
    packet.writeUInt32LE((now % 1000) * 1000, 4);
    packet.writeUInt32LE(length, 8);
    packet.writeUInt32LE(length, 12);
    packet[16] = 0x45;
    packet.writeUInt16BE(length, 18);
    packet.writeUInt16BE(this.#packets.length & 0xffff, 20);
    packet[24] = 64;
    packet[25] = 6;
    packet.set(isClient ? clientAddress : serverAddress, 28);
    packet.set(isClient ? serverAddress : clientAddress, 32);
    packet.writeUInt16BE(checksum(packet.subarray(16, 36)), 26);
    packet.writeUInt16BE(isClient ? clientPort : recordedPort, 36);
    packet.writeUInt16BE(isClient ? recordedPort : clientPort, 38);
    packet.writeUInt32BE(sequence, 40);
    packet.writeUInt32BE(control === flags.syn ? 0 : this.#sent[isClient ? 'server' : 'client'], 44);
    packet[48] = 0x50;
    packet[49] = control;
    packet.writeUInt16BE(0xffff, 50);
    this.#packets.push(packet, payload);
  }
}

/** RFC 1071. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
