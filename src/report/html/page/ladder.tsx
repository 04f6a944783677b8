import { count, countOf } from '../../quantities.js';
import { type FlowDetail, readings, sides, stepKinds } from '../page-data.js';
import type { Flow, Report } from './view.js';

const readingWords = {
  clear: 'in clear: everyone on the way could read it',
  decrypted: 'encrypted on the wire, read here with keys',
  encrypted: 'encrypted: what it says is hidden',
} as const;

/** A conversation as a ladder: time goes down, each message is an arrow from who sent it. */
export function Ladder({ flow, detail, report }: { flow: Flow; detail: FlowDetail; report: Report }) {
  if (detail.steps.length === 0) return <p class="none">No message of this conversation could be told.</p>;
  return (
    <figure class="ladder">
      <div class="ends" aria-hidden="true">
        <span>
          <b>client</b> {flow.client}
        </span>
        <span>
          <b>server</b> {flow.server}
        </span>
      </div>
      <ol>
        {detail.steps.map(([frame, from, reading, kind, what, octets, saying], at) => {
          const side = sides[from] ?? 'client';
          const read = readings[reading] ?? 'clear';
          const text = saying === null ? null : report.text(saying);
          return (
            <li key={at} class={`step ${side} ${read} ${stepKinds[kind] ?? 'handshake'}`}>
              <span class="frame">
                {frame === 0 ? (
                  '–'
                ) : (
                  <>
                    <span class="hidden-words">frame </span>
                    {frame}
                  </>
                )}
              </span>
              <div class="message">
                <span class="hidden-words">{side === 'client' ? 'client to server: ' : 'server to client: '}</span>
                <b>{report.text(what)}</b>
                <span class={`reading ${read}`} title={readingWords[read]}>
                  {read}
                </span>
                {octets !== null && <span class="octets">{countOf(octets, 'octet')}</span>}
                {text !== null && <p>{text}</p>}
              </div>
            </li>
          );
        })}
      </ol>
      {detail.moreSteps > 0 && <p class="note">… and {count(detail.moreSteps)} more messages</p>}
      <figcaption>
        <span class="reading clear">clear</span> everyone on the way could read it ·{' '}
        <span class="reading decrypted">decrypted</span> encrypted, read with keys ·{' '}
        <span class="reading encrypted">encrypted</span> hidden
      </figcaption>
    </figure>
  );
}
