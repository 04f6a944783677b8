import type { CertificateRecord } from '../model/certificate.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Hop } from '../model/hop.js';
import type { CaptureInfo } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { nameOfCertificate } from './judging/identity.js';

/** Folds connections to an answer of its own kind. */
export interface Folder<Answer> {
  add(record: ConnectionRecord): void;
  /** Takes each capture, in their order, when all connections were told. */
  capture?(info: CaptureInfo): void;
  /** Takes the names of a hop, when they are known. */
  name(hop: Hop): void;
  finish(identity: (sha256: string) => string | null): Answer;
}

/** A sink that folds a run and hands over the answer at its end. */
export function foldSink<Answer>(folder: Folder<Answer>, done: (answer: Answer) => void): ReportSink {
  const identities: Map<string, string | null> = new Map();
  return {
    flow: (record) => folder.add(record),
    certificate(record: CertificateRecord): void {
      if (record.usedAs.includes('client')) identities.set(record.sha256, nameOfCertificate(record));
    },
    capture: (info) => folder.capture?.(info),
    hop: (hop) => folder.name(hop),
    end: () => done(folder.finish((sha256) => identities.get(sha256) ?? null)),
  };
}
