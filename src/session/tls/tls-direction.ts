import type { MessageAssembler } from './message-assembler.js';
import { RecordLayer } from './record-layer.js';

/** Where one direction stands: its records, and the handshake message in hand. */
export class TlsDirection extends RecordLayer {
  /** ChangeCipherSpec (TLS 1.3: the ServerHello) lies behind: handshake records can't be read any more. */
  protected = false;
  /** The first protected handshake record, the Finished, lies behind. */
  finished = false;
  /** Octets were lost: the next handshake record may begin in the middle of a message, or be protected. */
  doubtful = false;
  /** The rest of the record in hand is not to be read. */
  closedRecord = false;
  message: MessageAssembler | null = null;
  /** First octet of an alert whose second has not come; -1 = none. */
  alertLevel = -1;

  /** Whether nothing but its records tells it from a new one. */
  get isFresh(): boolean {
    const { alertLevel, closedRecord, doubtful, finished, message } = this;
    return !this.protected && !finished && !doubtful && !closedRecord && message === null && alertLevel < 0;
  }
}
