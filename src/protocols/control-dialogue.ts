// Protocols that control machines and know no login at all: what is carried out for whoever asks. Modbus (Application
// Protocol §6), DNP3 (IEEE 1815 §4), EtherNet/IP (CIP volume 2 §2-4), S7.
import { u16, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of Modbus. */
export function followModbus(sink: ContentSink): Follower {
  return new MessageFollower(sink, new ModbusDialogue(sink));
}

/** Begins to follow a connection of DNP3. */
export function followDnp3(sink: ContentSink): Follower {
  return new MessageFollower(sink, new Dnp3Dialogue(sink));
}

/** Begins to follow a connection of EtherNet/IP. */
export function followEnip(sink: ContentSink): Follower {
  return new MessageFollower(sink, new EnipDialogue(sink));
}

/** Begins to follow a connection of S7. */
export function followS7(sink: ContentSink): Follower {
  return new MessageFollower(sink, new S7Dialogue(sink));
}

/** Functions that read or write; diagnostics and identification aside. */
const modbusFunctions: Readonly<Record<number, string>> = {
  1: 'read coils',
  2: 'read discrete inputs',
  3: 'read holding registers',
  4: 'read input registers',
  5: 'write single coil',
  6: 'write single register',
  15: 'write multiple coils',
  16: 'write multiple registers',
  20: 'read file record',
  21: 'write file record',
  22: 'mask write register',
  23: 'read/write multiple registers',
  24: 'read FIFO queue',
};

class ModbusDialogue implements Dialogue {
  readonly bound = 16;
  readonly ended = null;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 8) return measured.more;
    const length = u16(bytes, start + 4);
    return u16(bytes, start + 2) === 0 && length >= 2 && length <= 256 ? 6 + length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const transaction = message.u16();
    const code = message.octet(7);
    if (from === 'client') {
      const name = modbusFunctions[code] ?? `function ${code}`;
      this.#commands.askNumbered(transaction, arrival, name, null, modbusFunctions[code] !== undefined);
    } else if (code >= 0x80) this.#commands.answer(transaction, arrival, `exception ${message.octet(8)}`, false);
    else this.#commands.answer(transaction, arrival, 'OK', true);
  }
}

const dnp3Functions: Readonly<Record<number, string>> = {
  1: 'read',
  2: 'write',
  3: 'select',
  4: 'operate',
  5: 'direct operate',
  6: 'direct operate without answer',
  13: 'cold restart',
  14: 'warm restart',
  18: 'stop application',
  20: 'enable unsolicited',
  21: 'disable unsolicited',
  25: 'open file',
  26: 'close file',
  27: 'delete file',
  32: 'authentication',
};
const dnp3 = { response: 129, authenticationResponse: 131, firstFragment: 0x40 } as const;

class Dnp3Dialogue implements Dialogue {
  readonly bound = 24;
  readonly ended = null;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
  }

  /** `05 64 length(8) …`: header of ten octets, then blocks of sixteen with a checksum of two each. */
  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 3) return measured.more;
    if (bytes[start] !== 0x05 || bytes[start + 1] !== 0x64 || bytes[start + 2]! < 5) return measured.broken;
    const user = bytes[start + 2]! - 5;
    return 10 + user + 2 * Math.ceil(user / 16);
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    // Transport octet, application control, function.
    if (message.length < 13 || (message.octet(10) & dnp3.firstFragment) === 0) return;
    const sequence = message.octet(11) & 0x0f;
    const code = message.octet(12);
    if (from === 'client') {
      const name = dnp3Functions[code];
      if (name === undefined) return;
      // Secure authentication (IEEE 1815 §7) may stand for everything after it.
      if (code === 32) this.#commands.login = true;
      this.#commands.askNumbered(sequence, arrival, name, null, code <= 5 || (code >= 13 && code <= 18));
    } else if (code === dnp3.authenticationResponse) this.#commands.login = true;
    else if (code === dnp3.response) {
      // Internal indications: function not supported, object unknown, parameter error.
      const refused = (message.octet(14) & 0x07) !== 0;
      this.#commands.answer(sequence, arrival, refused ? 'refused' : 'OK', !refused);
    }
  }
}

const enip = { registerSession: 0x65, request: 0x6f, connected: 0x70 } as const;
const cipServices: Readonly<Record<number, string>> = {
  1: 'get attributes all',
  4: 'set attribute list',
  5: 'reset',
  7: 'stop',
  10: 'multiple service',
  14: 'get attribute',
  16: 'set attribute',
  76: 'read tag',
  77: 'write tag',
  82: 'unconnected send',
  84: 'forward open',
};
const cipMeaningful: ReadonlySet<number> = new Set([4, 5, 7, 16, 76, 77]);
const unconnectedItem = 0xb2;

class EnipDialogue implements Dialogue {
  readonly bound = 64;
  readonly ended = null;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    // Answers come in turn: only where the session is seen to begin is it known whose turn it is.
    this.#commands.login = true;
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 4) return measured.more;
    return 24 + bytes[start + 2]! + bytes[start + 3]! * 0x100;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const command = message.little16();
    if (command === enip.registerSession) {
      if (from === 'client') {
        this.#commands.login = false;
        this.#commands.ask(arrival, 'RegisterSession', null, false);
      } else this.#commands.next(arrival, 'OK', message.seek(8).little32() === 0);
      return;
    }
    if (command !== enip.request && command !== enip.connected) return;
    const service = cipService(message, command === enip.connected);
    if (service < 0) return;
    if (from === 'client')
      this.#commands.ask(
        arrival,
        cipServices[service & 0x7f] ?? `service ${service}`,
        null,
        cipMeaningful.has(service),
      );
    else {
      const status = message.bytes[message.at + 1] ?? 0xff;
      this.#commands.next(arrival, status === 0 ? 'OK' : `status ${status}`, status === 0 && message.left >= 2);
    }
  }
}

/** Service of the CIP request or reply in an item of SendRRData or SendUnitData; -1 where there is none. */
function cipService(message: Message, connected: boolean): number {
  // Header, interface handle, timeout, item count; an address item, then the data item.
  message.seek(24 + 8);
  message.skip(2);
  message.skip(message.little16());
  const type = message.little16();
  message.skip(2);
  // A connected item has a sequence number in front.
  if (connected) message.skip(2);
  else if (type !== unconnectedItem) return -1;
  const service = message.u8();
  return message.short ? -1 : service;
}

const s7Functions: Readonly<Record<number, string>> = {
  4: 'read variable',
  5: 'write variable',
  26: 'request download',
  27: 'download block',
  29: 'start upload',
  40: 'PLC control',
  41: 'PLC stop',
  240: 'setup communication',
};
const s7 = { job: 1, answer: 3, userData: 7 } as const;
const setupCommunication = 0xf0;

class S7Dialogue implements Dialogue {
  readonly bound = 32;
  readonly ended = null;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 4) return measured.more;
    const length = u32(bytes, start) & 0xffff;
    return bytes[start] === 3 && length >= 7 ? length : measured.broken;
  }

  /** TPKT (4), X.224 data (3), then `32 type(8) 0(16) reference(16) parameter length(16) data length(16) [error(16)] function`. */
  message(from: Side, message: Message, arrival: Arrival): void {
    if (message.octet(7) !== 0x32) return;
    const type = message.octet(8);
    const reference = message.seek(11).u16();
    // User data carries the password of protected PLCs, among much else.
    if (type === s7.userData) this.#commands.login = true;
    else if (from === 'client' && type === s7.job) {
      const code = message.octet(17);
      this.#commands.askNumbered(
        reference,
        arrival,
        s7Functions[code] ?? `function ${code}`,
        null,
        code !== setupCommunication,
      );
    } else if (from === 'server' && type === s7.answer) {
      const error = message.seek(17).u16();
      this.#commands.answer(reference, arrival, error === 0 ? 'OK' : `error ${error}`, error === 0 && !message.short);
    }
  }
}
