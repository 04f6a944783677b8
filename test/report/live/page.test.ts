import { describe, expect, it } from 'vitest';
import type { Hop } from '../../../src/model/hop.js';
import type { LiveStatus } from '../../../src/model/live.js';
import { isHarmful } from '../../../src/report/harmless.js';
import { type LiveNews, maxLiveEvents, maxLiveFindings, maxLiveHops } from '../../../src/report/html/live-data.js';
import { type LiveCursor, LivePage } from '../../../src/report/live/page.js';
import { finding, hop, summaryOf } from '../../build/records.js';
import { hostileNames } from '../html/hostile.js';

const time = '2026-11-22T03:00:00.000000000Z';

const status: LiveStatus = {
  ...{ seconds: 3, packets: 20, bytes: 4000, packetsPerSecond: 7, dropped: null, openFlows: 1 },
  flows: { total: 2, tls: 2, cleartext: 0, starttls: 0, opaque: 0, unknown: 0, empty: 0 },
  ...{
    hops: {},
    findings: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    memory: 1,
    lagSeconds: null,
    limits: {},
  },
  ...{ interfaces: [{ name: 'eth0', sniffing: true }], written: null },
};

function numbered(number: number, changes: Partial<Hop> = {}): Hop {
  return hop({ id: `10.0.${number >> 8}.${number & 255}->10.9.9.9:443`, ...changes });
}

function tell(page: LivePage, one: Hop, before: Hop['mtls'] | null = null, now = 0): void {
  page.event({ event: 'hop', time, before, hop: one }, now);
}

function read(page: LivePage, cursor: LiveCursor, ended = false): LiveNews {
  return JSON.parse(page.read(cursor, status, ended).json);
}

/** A page as a browser keeps it: all news applied, in order. */
class Reader {
  readonly hops: Map<string, LiveNews['hops'][number]> = new Map();
  readonly told: number[] = [];
  messages = 0;
  readonly cursor: LiveCursor;
  readonly #page: LivePage;

  constructor(page: LivePage, id?: string) {
    this.#page = page;
    this.cursor = page.cursorAt(id);
  }

  readAll(): this {
    for (let more = true; more; ) {
      const news = read(this.#page, this.cursor);
      if (news.anew) this.hops.clear();
      for (const one of news.hops) this.hops.set(one.id, one);
      this.told.push(...[...news.findings, ...news.happenings].map(({ number }) => number));
      this.messages++;
      more = news.more;
    }
    return this;
  }
}

describe('what the live page is told', () => {
  it('tells a new page everything, and then only what is new', () => {
    const page = new LivePage('run', '1.2.3');
    tell(page, numbered(1));
    page.event({ event: 'finding', time, why: 'new', finding: finding({ title: 'First' }) }, 0);
    const cursor = page.cursorAt(undefined);
    const first = read(page, cursor);
    expect(first).toMatchObject({ anew: true, more: false, ended: false });
    expect(first.hops.map(({ id }) => id)).toEqual([numbered(1).id]);
    expect(first.hops[0]).not.toHaveProperty('flows');
    expect(first.findings.map(({ title }) => title)).toEqual(['First']);
    expect(first.state).toMatchObject({ toolVersion: '1.2.3', packets: 20, sentence: null });
    expect(read(page, cursor)).toMatchObject({ anew: false, hops: [], findings: [], happenings: [] });
    tell(page, numbered(1, { mtls: 'cleartext' }), 'presented');
    page.event({ event: 'notice', time: null, text: 'eth0 went' }, 0);
    const second = read(page, cursor);
    expect(second.hops).toMatchObject([{ id: numbered(1).id, mtls: 'cleartext', since: time }]);
    expect(second.happenings).toMatchObject([{ before: 'presented', after: 'cleartext' }, { text: 'eth0 went' }]);
  });

  it('goes on where a page was that comes back, and begins anew after another run', () => {
    const page = new LivePage('run', '1');
    tell(page, numbered(1));
    const before = new Reader(page).readAll();
    const id = page.idOf(before.cursor);
    tell(page, numbered(2));
    expect([...new Reader(page, id).readAll().hops.keys()]).toEqual([numbered(2).id]);
    for (const foreign of ['other.0.1.0', 'run.0.99.0', 'run', 'run.x.y.z', '']) {
      expect([...new Reader(page, foreign).readAll().hops.keys()]).toEqual([numbered(1).id, numbered(2).id]);
    }
  });

  it('leaves out states in between for a page that is slow', () => {
    const page = new LivePage('run', '1');
    const cursor = page.cursorAt(undefined);
    for (const mtls of ['unknown', 'optional', 'enforced'] as const) tell(page, numbered(1, { mtls }));
    expect(read(page, cursor).hops).toMatchObject([{ mtls: 'enforced' }]);
  });

  it('tells many hops in several messages, the end only in the last', () => {
    const page = new LivePage('run', '1');
    for (let number = 0; number < 5000; number++) tell(page, numbered(number));
    const reader = new Reader(page).readAll();
    expect([reader.hops.size, reader.messages]).toEqual([5000, 3]);
    const cursor = page.cursorAt(undefined);
    expect(read(page, cursor, true)).toMatchObject({ more: true, ended: false });
    read(page, cursor, true);
    expect(read(page, cursor, true)).toMatchObject({ more: false, ended: true });
  });

  it('takes names and proxies from reports, and states from events alone', () => {
    const page = new LivePage('run', '1');
    // Told of a connection that is open; the report of those that ended doesn't know better.
    tell(page, numbered(1, { mtls: 'server-only' }));
    tell(page, numbered(2));
    const reader = new Reader(page).readAll();
    const named = { client: { ip: '10.0.0.2', name: 'web.example' } };
    const report = [numbered(1, { mtls: 'unknown' }), numbered(2, named)];
    page.refresh((sink) => {
      for (const one of report) sink.hop?.(one);
      return { ...summaryOf([], 2), sentence: 'All is well.', grade: 'A', score: 100 };
    }, 0);
    const news = read(page, reader.cursor);
    expect(news.hops).toMatchObject([{ id: numbered(2).id, client: { name: 'web.example' }, since: time }]);
    expect(news.state).toMatchObject({ sentence: 'All is well.', grade: 'A', score: 100 });
    expect(reader.hops.get(numbered(1).id)?.mtls).toBe('server-only');
  });

  it('drops hops that reports have forgotten, for every page', () => {
    const page = new LivePage('run', '1');
    for (const number of [1, 2, 3]) tell(page, numbered(number));
    const reader = new Reader(page).readAll();
    const report = (...numbers: number[]): void =>
      page.refresh((sink) => {
        for (const number of numbers) sink.hop?.(numbered(number));
        return summaryOf([]);
      }, 0);
    // The third is open, and in no report yet.
    report(1, 2);
    report(2);
    expect([...reader.readAll().hops.keys()]).toEqual([numbered(2).id, numbered(3).id]);
  });

  it('holds so many hops, findings and events at most', () => {
    const page = new LivePage('run', '1');
    for (let number = 0; number < maxLiveHops + 100; number++) tell(page, numbered(number), null, number / 1000);
    for (let number = 0; number < maxLiveFindings + 7; number++) {
      page.event({ event: 'finding', time, why: 'new', finding: finding({ title: String(number) }) }, 0);
    }
    for (let number = 0; number < maxLiveEvents + 7; number++) {
      page.event({ event: 'notice', time, text: String(number) }, 0);
    }
    const reader = new Reader(page).readAll();
    // The oldest tenth made room for those that came after.
    expect(reader.hops.size).toBe(maxLiveHops - maxLiveHops / 10 + 100);
    expect(reader.hops.has(numbered(0).id)).toBe(false);
    expect(reader.told).toHaveLength(maxLiveFindings + maxLiveEvents);
    const news = read(page, page.cursorAt(undefined));
    expect(news.findings.at(-1)?.title).toBe(String(maxLiveFindings + 6));
  });

  it('makes room once a minute only, whoever floods it, and counts what is left out', () => {
    const page = new LivePage('run', '1');
    const flood = maxLiveHops + maxLiveHops / 10 + 500;
    for (let number = 0; number < flood; number++) tell(page, numbered(number), null, 1000);
    const reader = new Reader(page).readAll();
    expect(reader.hops.size).toBe(maxLiveHops);
    page.refresh((sink) => {
      for (let number = 0; number < flood; number++) sink.hop?.(numbered(number));
      return summaryOf([]);
    }, 2000);
    expect(read(page, reader.cursor).state?.hopsLeftOut).toBe(maxLiveHops / 10 + 500);
    tell(page, numbered(flood), null, 61_001);
    expect([...reader.readAll().hops.keys()].at(-1)).toBe(numbered(flood).id);
  });

  it('tells hostile text harmlessly, cut to a length', () => {
    const page = new LivePage('run', '1');
    for (const name of hostileNames) {
      tell(page, hop({ id: name, client: { ip: name, name }, why: name, protocols: [name], identities: [name] }));
      page.event({ event: 'notice', time, text: name }, 0);
      const told = finding({ kind: name, title: name, detail: name, remediation: name, hop: name });
      page.event({ event: 'finding', time, why: 'new', finding: told }, 0);
    }
    const { json } = page.read(page.cursorAt(undefined), status, false);
    const texts: string[] = [];
    JSON.parse(json, (_key, value) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    expect(texts.length).toBeGreaterThan(100);
    for (const text of texts) expect([...text].some((letter) => isHarmful(letter.codePointAt(0)!))).toBe(false);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(4_001);
    // One line: a line's end would end the event.
    expect(json.includes('\n')).toBe(false);
  });
});
