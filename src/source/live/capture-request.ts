/** What can read an interface for us. */
export type BackendName = 'dumpcap' | 'tcpdump' | 'cap';

/** What is to be sniffed, and how. */
export interface CaptureRequest {
  /** Names of interfaces, each sniffed by a child process of its own; '-' = a capture stream on standard input. */
  interfaces: readonly string[];
  backend: BackendName | 'auto';
  /** In the language of pcap-filter(7); null = everything. */
  filter: string | null;
  /** Octets of a packet that are kept; the rest is cut. */
  snapLength: number;
  /** Octets of the kernel's buffer, for each interface. */
  bufferOctets: number;
  promiscuous: boolean;
  /** Whom the capturing program becomes once it has opened the interface, where it can; null = as it likes. */
  user: string | null;
}

/** Long enough for any frame; certificates and keys lie anywhere in it. */
export const defaultSnapLength: number = 262_144;

/** What was measured to lose nothing at 200,000 packets a second. */
export const defaultBufferOctets: number = 64 * 1024 * 1024;

/** Why nothing can be sniffed. Stable: tests and other programs lean on it. */
export type LiveErrorCode =
  | 'no-backend'
  | 'no-interface'
  | 'not-permitted'
  | 'bad-filter'
  | 'not-started'
  | 'not-writable';

/** Sniffing can't begin; the message is one line, with the command that mends it where there is one. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
  readonly code: LiveErrorCode;

  constructor(code: LiveErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
