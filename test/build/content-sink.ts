import { createHash } from 'node:crypto';
import type {
  CredentialRecord,
  IdentityRecord,
  LoginRecord,
  MaterialRecord,
  UpgradeRecord,
} from '../../src/model/content.js';
import type { ContentSink, Follower, LentOctets } from '../../src/model/content-sink.js';
import type { Endpoint, Side } from '../../src/model/side.js';
import type { Arrival } from '../../src/model/stream.js';
import { scanStream } from '../../src/protocols/material/stream-scan.js';

/** A `ContentSink` that keeps everything, for tests: secrets as text. */
export class RecordingSink implements ContentSink {
  readonly requests: { frame: number; method: string; target: string | null; status: string | null }[] = [];
  readonly credentials: {
    frame: number;
    kind: string;
    mechanism: string;
    where: string | null;
    secret: string | null;
  }[] = [];
  readonly logins: { frame: number; kind: string; mechanism: string; outcome: string }[] = [];
  readonly servings: { frame: number; answerFrame: number; command: string; meaningful: boolean }[] = [];
  readonly materials: MaterialRecord[] = [];
  readonly identities: IdentityRecord[] = [];
  readonly forwardings: { name: string; value: string | null }[] = [];
  readonly expected: { endpoint: Endpoint; protocol: string }[] = [];
  greetingText: string | null = null;
  change: UpgradeRecord | null = null;
  readonly ends: Partial<Record<Side, string>> = {};

  tunnel(): Follower {
    return scanStream(this);
  }

  request(_from: Side, arrival: Arrival, method: string, target: string | null): number {
    return this.requests.push({ frame: arrival.frame, method, target, status: null }) - 1;
  }

  answered(request: number, _arrival: Arrival, status: string | null): void {
    this.requests[request]!.status = status;
  }

  credential(
    _from: Side,
    arrival: Arrival,
    kind: CredentialRecord['kind'],
    mechanism: string,
    where: string | null,
    secret: LentOctets | null,
  ): void {
    const text =
      secret === null ? null : Buffer.from(secret.bytes.subarray(secret.start, secret.end)).toString('latin1');
    this.credentials.push({ frame: arrival.frame, kind, mechanism, where, secret: text });
  }

  login(_from: Side, arrival: Arrival, kind: LoginRecord['kind'], mechanism: string): number {
    return this.logins.push({ frame: arrival.frame, kind, mechanism, outcome: 'unknown' }) - 1;
  }

  loginEnded(login: number, _arrival: Arrival, accepted: boolean): void {
    this.logins[login]!.outcome = accepted ? 'accepted' : 'refused';
  }

  served(_from: Side, commandFrame: number, arrival: Arrival, command: string, meaningful: boolean): void {
    this.servings.push({ frame: commandFrame, answerFrame: arrival.frame, command, meaningful });
  }

  material(record: MaterialRecord): void {
    this.materials.push(record);
  }

  identity(record: IdentityRecord): void {
    this.identities.push(record);
  }

  forwardedFor(_from: Side, _arrival: Arrival, name: string, client: { ip: string; port: number | null } | null): void {
    this.forwardings.push({ name, value: client?.ip ?? null });
  }

  mark(_from: Side, _arrival: Arrival, name: string, value: LentOctets): void {
    const digest = createHash('sha256').update(value.bytes.subarray(value.start, value.end)).digest('hex');
    this.forwardings.push({ name, value: digest.slice(0, 16) });
  }

  greeting(text: string): void {
    this.greetingText ??= text;
  }

  upgrade(record: UpgradeRecord): void {
    this.change = record;
  }

  proxyHeader(): void {}

  expect(endpoint: Endpoint, protocol: string): void {
    this.expected.push({ endpoint, protocol });
  }

  inspectionEnds(from: Side, because: string): void {
    this.ends[from] ??= because;
  }
}
