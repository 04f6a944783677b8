import type { HopState } from '../model/hop.js';
import type { Palette } from './palette.js';
import type { Verdict } from './verdict.js';

/** `text` in the colour of a connection's verdict. */
export function paintVerdict(verdict: Verdict, text: string, palette: Palette): string {
  switch (verdict) {
    case 'mutual':
      return palette.good(text);
    case 'cleartext':
      return palette.bad(text);
    case 'one-way':
    case 'untold':
      return palette.doubtful(text);
    case 'empty':
      return palette.faint(text);
    default:
      return text;
  }
}

/** `text` in the colour of a hop's state. */
export function paintHopState(state: HopState, text: string, palette: Palette): string {
  switch (state) {
    case 'enforced':
    case 'presented':
      return palette.good(text);
    case 'cleartext':
      return palette.bad(text);
    case 'server-only':
    case 'optional':
    case 'unknown':
      return palette.doubtful(text);
    default:
      return text;
  }
}
