// What the inference for TLS 1.3 is told from: plain numbers, so that it can be tested without packets.

/** What one direction showed; frames are 0 where nothing was seen. */
export interface InferenceSide {
  /** Its records of the application-data type, packed as in `ObservedDirection.protectedRecords`. */
  records: readonly number[];
  /** How many of them stand before the first loss of this direction; all of them where nothing was lost. */
  whole: number;
  /** Its hello is in the capture. */
  begun: boolean;
  /** Nothing of it was lost, and no record is left out of the list. */
  complete: boolean;
  /** What was lost, for the reader; null where nothing was. */
  hiddenBecause: string | null;
  finFrame: number;
  rstFrame: number;
  /** First alert in clear after the ServerHello. */
  clearAlertFrame: number;
}

/** What the verdict is told from: a full handshake, its ServerHello seen and without a pre-shared key. */
export interface InferenceInput {
  suite: number;
  serverHelloFrame: number;
  /** Offset of the octet after the ServerHello in the server's stream; -1 = not known. */
  serverHelloEnd: number;
  /** The client offered early data: its records up to the ServerHello were refused (RFC 9846 §4.3.10; 8446 §4.2.10). */
  offersEarlyData: boolean;
  offersPostHandshakeAuth: boolean;
  client: InferenceSide;
  server: InferenceSide;
}
