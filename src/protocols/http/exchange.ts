import type { Arrival } from '../../model/stream.js';

/** A request and what becomes of it, as far as it bears on what is noted. */
export class Exchange {
  method = '';
  /** Path and query; only judged, never noted, and dropped when that is done. */
  path = '';
  /** It touches data or control. */
  meaningful = false;
  authority: string | null = null;
  /** Number in the notes; -1 while the request is not noted. */
  request = -1;
  /** Where the request began. */
  #frame = 0;
  #seconds = 0;
  #nanoseconds = 0;
  /** Something in it may say who asks. */
  authenticated = false;
  /** Numbers of logins whose outcome the answer tells; null without one. */
  logins: number[] | null = null;
  /** One of them shows a password: a cookie in the answer stands for it from then on. */
  showsPassword = false;
  /** The login that a form or JSON shows; -1 without. What it came to is not in the status alone. */
  formLogin = -1;
  /** The answer sets a cookie that is worth stealing. */
  setsCookie = false;
  /** What the request wants to change to: 'websocket', 'h2c', …; null without. */
  upgrade: string | null = null;
  /** The service behind the interface, where the exchange tells it. */
  service: string | null = null;
  status = 0;

  /** The request begins here. */
  begin({ frame, seconds, nanoseconds }: Arrival): void {
    this.#frame = frame;
    this.#seconds = seconds;
    this.#nanoseconds = nanoseconds;
  }

  /** Where the request began; made when asked for, as a request may wait long for its answer. */
  get arrival(): Arrival {
    return {
      frame: this.#frame,
      seconds: this.#seconds,
      nanoseconds: this.#nanoseconds,
      acknowledged: -1,
      offset: 0,
    };
  }
}
