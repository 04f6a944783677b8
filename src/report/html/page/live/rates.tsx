// What passes per second, as a number and the course of the last minutes.
import { count, size } from '../../../quantities.js';
import type { LiveState } from '../../live-data.js';
import type { LivePicture } from './feed.js';

/** Samples that are kept, about one a second. */
const maxSamples = 120;

const width = 120;
const height = 28;

/** Totals at a time; seconds since the start of the analyzer. */
export interface Sample {
  seconds: number;
  packets: number;
  octets: number;
  /** That ended. */
  connections: number;
  /** Null = nobody said. */
  lost: number | null;
}

/** The totals of `state`. */
export function sampleOf({ seconds, packets, bytes, flows, dropped }: LiveState): Sample {
  return { seconds, packets, octets: bytes, connections: flows.total, lost: dropped };
}

/** `samples` with another at the end; they begin anew where time went back. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined || last.seconds > sample.seconds) return [sample];
  // Two within a moment make a rate of nothing.
  if (sample.seconds - last.seconds < 0.5) return samples;
  return [...samples.slice(1 - maxSamples), sample];
}

/** Rates between one sample and the next. */
function ratesOf(samples: readonly Sample[], total: (sample: Sample) => number | null): number[] {
  const rates: number[] = [];
  for (const [at, sample] of samples.entries()) {
    const before = samples[at - 1];
    if (before === undefined) continue;
    const change = (total(sample) ?? 0) - (total(before) ?? 0);
    rates.push(Math.max(0, change / (sample.seconds - before.seconds)));
  }
  return rates;
}

/** A rate in three digits: '0.4', '12', '1,234'. */
function rateText(rate: number): string {
  return rate === 0 || rate >= 9.95 ? count(Math.round(rate)) : rate.toFixed(1);
}

/** Packets, octets, connections and losses a second. */
export function Rates({ samples, state }: Pick<LivePicture, 'samples' | 'state'>) {
  const lost = ratesOf(samples, (sample) => sample.lost);
  const total = state?.dropped ?? null;
  return (
    <dl class="rates">
      <Rate
        name="Packets a second"
        rates={ratesOf(samples, ({ packets }) => packets)}
        text={rateText}
        total={state === null ? '' : `${count(state.packets)} in all`}
      />
      <Rate
        name="Octets a second"
        rates={ratesOf(samples, ({ octets }) => octets)}
        text={(rate) => size(Math.round(rate))}
        total={state === null ? '' : `${size(state.bytes)} in all`}
      />
      <Rate
        name="Connections a second"
        rates={ratesOf(samples, ({ connections }) => connections)}
        text={rateText}
        total={state === null ? '' : `${count(state.flows.total)} ended, ${count(state.openFlows)} followed`}
      />
      <Rate
        name="Packets lost a second"
        rates={total === null ? [] : lost}
        text={rateText}
        total={total === null ? 'nobody counts them here' : `${count(total)} in all`}
        bad={(total ?? 0) > 0}
      />
    </dl>
  );
}

interface RateProps {
  name: string;
  rates: readonly number[];
  text(rate: number): string;
  total: string;
  bad?: boolean;
}

function Rate({ name, rates, text, total, bad = false }: RateProps) {
  const last = rates.at(-1);
  return (
    <div class={`rate${bad ? ' bad-rate' : ''}`}>
      <dt>{name}</dt>
      <dd class={`now${bad && last !== 0 ? ' bad' : ''}`}>{last === undefined ? '–' : text(last)}</dd>
      <dd class={`total${bad ? ' bad' : ''}`}>{total}</dd>
      <dd class="course" aria-hidden="true">
        <Course rates={rates} />
      </dd>
    </div>
  );
}

// The newest at the right end; the height is that of the largest.
function Course({ rates }: { rates: readonly number[] }) {
  const highest = Math.max(...rates, Number.MIN_VALUE);
  const step = width / (maxSamples - 2);
  const points = rates.map((rate, at) => {
    const x = width - (rates.length - 1 - at) * step;
    return `${x.toFixed(1)},${(height - 2 - (rate / highest) * (height - 4)).toFixed(1)}`;
  });
  const [first] = points;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
      <path class="ground" d={`M0,${height - 1} H${width}`} />
      {first !== undefined && (
        <>
          <path class="area" d={`M${first.split(',')[0]},${height - 1} L${points.join(' L')} V${height - 1} Z`} />
          <path class="curve" d={`M${points.join(' L')}`} />
        </>
      )}
    </svg>
  );
}
