// Connections that wait for an answer in as little memory as they can: a ClientHello or a first question is kept, and the session with
// all its objects is made again when something comes. A flood holds a million of them.
import type { RestingPlace } from '../../flow/flow-sink.js';
import type { Conversation } from '../../model/stream.js';
import { protocols } from '../../protocols/index.js';
import type { SessionContext } from '../shared/session-context.js';
import { StreamSession } from '../stream-session.js';
import { TlsConversation } from '../tls/tls-conversation.js';
import { FirstQuestion } from './first-question.js';

/** Tickets of hellos are odd, those of questions even; 0 is none. */
const questionsBit = 0;
const hellosBit = 1;

/** Lays sessions down that only asked so far. */
export class RestingSessions implements RestingPlace {
  readonly #context: SessionContext;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  rest(session: Conversation): number {
    if (!(session instanceof StreamSession)) return 0;
    const { waiting } = session;
    if (waiting instanceof TlsConversation) {
      const direction = waiting.onlyHelloOf;
      if (direction === null) return 0;
      return (this.#context.hellos.keep(waiting.observations, direction) << 1) | hellosBit;
    }
    if (!(waiting instanceof FirstQuestion) || waiting.ticket === 0 || typeof session.exchanges !== 'number') return 0;
    const protocol = session.protocol === null ? -1 : protocols.indexOf(session.protocol);
    if (protocol < 0) return 0;
    this.#context.questions.note(waiting.ticket, session.exchanges, protocol);
    return (waiting.ticket << 1) | questionsBit;
  }

  wake(ticket: number, flowId: number): StreamSession {
    const session = this.#made(ticket, flowId);
    const number = ticket >>> 1;
    if (ticket & hellosBit) this.#context.hellos.release(number);
    else this.#context.questions.release(number);
    return session;
  }

  glance(ticket: number, flowId: number, look: (session: StreamSession) => void): void {
    const session = this.#made(ticket, flowId);
    look(session);
    session.end();
  }

  /** The session as if it had never rested. */
  #made(ticket: number, flowId: number): StreamSession {
    const context = this.#context;
    const number = ticket >>> 1;
    const session = new StreamSession(context, 0, 0, flowId);
    if (ticket & hellosBit) {
      const { hellos } = context;
      const observations = hellos.observations(number, flowId);
      session.goOnWithTls(TlsConversation.afterHello(context, observations, hellos.directionOf(number)));
    } else {
      const question = context.questions.find(number);
      session.goOnWithQuestion(protocols[question.protocol]!, question);
    }
    return session;
  }
}
