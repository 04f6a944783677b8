import { beganHere } from '../../model/began-here.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo } from '../../model/report.js';
import type { Compression } from '../../source/source.js';

/** What connections tell of the capture that they are of, where nothing else does. */
export class CaptureTally {
  #packets = 0;
  #octets = 0;
  #firstTime: string | null = null;
  #lastTime: string | null = null;
  #gapFlows = 0;
  #oneSidedFlows = 0;
  #midstreamFlows = 0;

  add(record: ConnectionRecord): void {
    const { packets, bytes, startTime, endTime, gaps, transport } = record;
    this.#packets += packets.client + packets.server;
    this.#octets += bytes.client + bytes.server;
    if (this.#firstTime === null || startTime < this.#firstTime) this.#firstTime = startTime;
    if (this.#lastTime === null || endTime > this.#lastTime) this.#lastTime = endTime;
    if (gaps.length > 0) this.#gapFlows++;
    if (transport !== 'tcp') return;
    if (packets.client === 0 || packets.server === 0) this.#oneSidedFlows++;
    if (!beganHere(record)) this.#midstreamFlows++;
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
        gapFlows: this.#gapFlows,
        oneSidedFlows: this.#oneSidedFlows,
        midstreamFlows: this.#midstreamFlows,
        endedEarly,
        damage: [],
      },
    };
  }
}
