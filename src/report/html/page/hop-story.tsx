import type { ComponentType } from 'preact';
import type { Hop } from '../../../model/hop.js';
import { StateTag, stateMeanings } from './words.js';

/** What both pages know of a hop. */
type ToldHop = Pick<Hop, 'mtls' | 'certainty' | 'why' | 'identities' | 'forwardedFrom'> & {
  readonly forwardsTo: readonly string[];
};

/** A hop's state and why, who its clients are, and its way over proxies: at most `most` of each list. */
export function HopStory({
  hop,
  most,
  HopLink,
}: {
  hop: ToldHop;
  most: number;
  HopLink: ComponentType<{ id: string }>;
}) {
  return (
    <>
      <p>
        <StateTag state={hop.mtls} /> <span class={`certainty ${hop.certainty}`}>{hop.certainty}</span>
      </p>
      <p class="explanation">{hop.why}</p>
      <p class="quiet">{stateMeanings[hop.mtls]}</p>
      {hop.identities.length > 0 && (
        <>
          <h3>Client identities</h3>
          <ul>
            {hop.identities.slice(0, most).map((identity) => (
              <li key={identity}>{identity}</li>
            ))}
          </ul>
        </>
      )}
      {(hop.forwardedFrom.length > 0 || hop.forwardsTo.length > 0) && (
        <>
          <h3>The way over proxies</h3>
          <ul class="way">
            {hop.forwardedFrom.slice(0, most).map((front) => (
              <li key={front.hop}>
                carries requests of <HopLink id={front.hop} />{' '}
                <span class={`certainty ${front.certainty}`}>{front.certainty}</span>
                <p class="quiet">{front.basis}</p>
              </li>
            ))}
            {hop.forwardsTo.slice(0, most).map((id) => (
              <li key={id}>
                is carried on by <HopLink id={id} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
