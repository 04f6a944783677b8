// TELNET's commands within a stream of text (RFC 854): stepped over, and told where they matter.

/** What is told of a stream: its text octet by octet, and its negotiations. */
export interface TelnetEvents {
  text(octet: number): void;
  /** WILL, WONT, DO or DONT of an option. */
  negotiated(command: number, option: number): void;
  /** The first octets of a subnegotiation: its option, and two behind it; -1 where it is shorter. */
  subnegotiated(option: number, first: number, second: number): void;
}

/** Codes of RFC 854 and of the IANA registry "Telnet Options". */
export const telnetCodes = {
  will: 0xfb,
  wont: 0xfc,
  do: 0xfd,
  dont: 0xfe,
  authentication: 0x25,
  encryption: 0x26,
  startTls: 0x2e,
} as const;

const interpretAsCommand = 0xff;
const subnegotiation = 0xfa;
const subnegotiationEnd = 0xf0;

/** Takes one direction's commands out of its text, in any pieces. */
export class TelnetCommands {
  readonly #events: TelnetEvents;
  /** 0 text, 1 behind IAC, 2 behind a negotiation's command, 3 within a subnegotiation, 4 behind an IAC in it. */
  #state: 0 | 1 | 2 | 3 | 4 = 0;
  #command = 0;
  /** Octets of the subnegotiation, and its first three. */
  #length = 0;
  #option = -1;
  #first = -1;
  #second = -1;

  constructor(events: TelnetEvents) {
    this.#events = events;
  }

  octet(octet: number): void {
    switch (this.#state) {
      case 0:
        if (octet === interpretAsCommand) this.#state = 1;
        else this.#events.text(octet);
        break;
      case 1:
        this.#commandIs(octet);
        break;
      case 2:
        this.#state = 0;
        this.#events.negotiated(this.#command, octet);
        break;
      case 3:
        if (octet === interpretAsCommand) this.#state = 4;
        else this.#sub(octet);
        break;
      case 4:
        this.#state = octet === subnegotiationEnd ? 0 : 3;
        if (this.#state === 0) this.#events.subnegotiated(this.#option, this.#first, this.#second);
        else this.#sub(octet);
        break;
    }
  }

  /** Octets are missing: what comes is text until a command is seen. */
  lose(): void {
    this.#state = 0;
  }

  #commandIs(octet: number): void {
    this.#state = 0;
    if (octet === interpretAsCommand) this.#events.text(octet);
    else if (octet === subnegotiation) {
      this.#state = 3;
      this.#length = 0;
      this.#option = -1;
      this.#first = -1;
      this.#second = -1;
    } else if (octet >= telnetCodes.will) {
      this.#state = 2;
      this.#command = octet;
    }
  }

  #sub(octet: number): void {
    if (this.#length === 0) this.#option = octet;
    else if (this.#length === 1) this.#first = octet;
    else if (this.#length === 2) this.#second = octet;
    if (this.#length < 3) this.#length++;
  }
}
