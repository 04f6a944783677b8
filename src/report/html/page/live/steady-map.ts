// The layout of the hop map while hops come and change: drawn anew seldom, never under a reader's hands, and with hops in the
// order in which they came, so that what is there stays where it is. Colours change at once.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hopStates } from '../../../../model/hop.js';
import { maxLaidOut } from '../hop-map.js';
import { type HopMap, layoutHops } from '../map-layout.js';
import type { ShownHop } from './feed.js';

/** Milliseconds between two layouts at least; a layout takes at most a tenth of the time. */
const leastPause = 2_000;
const leisure = 10;

/** The map stays as it is for so long after it was pointed at or walked with keys. Milliseconds. */
const handsOff = 5_000;

/** The map of `hops`, worst first, drawn in `selector`. A reader who filters (`asked` is another) doesn't wait for it. */
export function useSteadyMap(
  hops: readonly ShownHop[],
  hopById: ReadonlyMap<string, ShownHop>,
  selector: string,
  asked: unknown,
): { map: HopMap; leftOut: number } {
  const wanted = useMemo(() => hops.slice(0, maxLaidOut).sort((a, b) => a.order - b.order), [hops]);
  const signature = useMemo(() => wanted.map(signatureOf).join('\n'), [wanted]);
  const [laidOut, setLaidOut] = useState({ signature: '', asked, map: layoutHops([]) });
  const due = useRef(0);
  const touched = useTouch(selector);
  useEffect(() => {
    if (signature === laidOut.signature) return;
    const layOut = (): void => {
      const now = performance.now();
      const wait = asked === laidOut.asked ? Math.max(due.current, touched.current + handsOff) - now : 0;
      if (wait > 0) {
        timer = window.setTimeout(layOut, wait);
        return;
      }
      const map = layoutHops(wanted, laidOut.map);
      const took = performance.now() - now;
      due.current = now + Math.max(leastPause, took * leisure);
      setLaidOut({ signature, asked, map });
    };
    let timer = window.setTimeout(layOut);
    return () => clearTimeout(timer);
  }, [signature, laidOut, asked]);
  const { map } = laidOut;
  const coloured = useMemo(() => {
    const lines = map.lines.map((line) => {
      const ranks = line.hops.map((id) => hopStates.indexOf(hopById.get(id)?.mtls ?? line.state));
      return { ...line, state: hopStates[Math.min(...ranks)] ?? line.state };
    });
    return { ...map, lines };
  }, [map, hopById]);
  return { map: coloured, leftOut: map.leftOut + Math.max(0, hops.length - maxLaidOut) };
}

// All of a hop that the layout depends on.
function signatureOf({ id, mtls, client, server, protocols, versions, forwardedFrom, certainty }: ShownHop): string {
  const joined = forwardedFrom.map(({ hop }) => hop).join();
  return [id, mtls, client.name, server.name, protocols[0], versions[0], joined, certainty].join('|');
}

// When `selector` was last pointed at, or walked with keys.
function useTouch(selector: string): { current: number } {
  const touched = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const touch = ({ target }: Event): void => {
      if (target instanceof Element && target.closest(selector) !== null) touched.current = performance.now();
    };
    const kinds = ['pointermove', 'keydown', 'focusin'] as const;
    for (const kind of kinds) document.addEventListener(kind, touch, { passive: true });
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, touch);
    };
  }, [selector]);
  return touched;
}
