import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo } from '../../model/report.js';
import type { Compression } from '../../source/source.js';
import { countLacks, type FlowHealth } from '../flow-health.js';

/** What connections tell of the capture that they are of, where nothing else does. */
export class CaptureTally {
  #packets = 0;
  #octets = 0;
  #firstTime: string | null = null;
  #lastTime: string | null = null;
  readonly #health: FlowHealth = { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0 };

  add(record: ConnectionRecord): void {
    const { packets, bytes, startTime, endTime } = record;
    this.#packets += packets.client + packets.server;
    this.#octets += bytes.client + bytes.server;
    if (this.#firstTime === null || startTime < this.#firstTime) this.#firstTime = startTime;
    if (this.#lastTime === null || endTime > this.#lastTime) this.#lastTime = endTime;
    countLacks(this.#health, record);
  }

  /** The capture as far as it can be told; `path` is the file of records, `endedEarly` why there is no more. */
  describe(path: string, compression: Compression | null, endedEarly: string): CaptureInfo {
    return {
      path,
      format: 'records',
      compression,
      linkTypes: [],
      packets: this.#packets,
      bytes: this.#octets,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      snapLength: null,
      framesBefore: 0,
      health: {
        truncatedPackets: 0,
        malformedPackets: 0,
        unsupportedPackets: 0,
        duplicatePackets: 0,
        incompleteDatagrams: 0,
        badChecksums: 0,
        droppedPackets: null,
        ...this.#health,
        endedEarly,
        damage: [],
      },
    };
  }
}
