// One incident, captured at the client, in the middle and at the backend by clocks that differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shifted } from '../build/shift.js';
import { told } from '../engine/captures.js';
import { whyNotHere } from './segment.js';
import { type Place, places, Way } from './way.js';

const tls = 8443;
const clear = 8080;
const front = 443;

/** Answers in clear and with TLS; lengths differ by path. */
const backendProgram = `
  const fs = require('fs');
  const answer = (request, response) => {
    request.resume();
    request.on('end', () => response.end('x'.repeat(200 + (request.url.length * 997) % 5000)));
  };
  require('http').createServer(answer).listen(${clear}, '${places.backend}');
  require('https').createServer({ key: fs.readFileSync('server.key'), cert: fs.readFileSync('server.pem') }, answer)
    .listen(${tls}, '${places.backend}');`;

/** The middle's clock is ahead of the client's, the backend's behind it. */
const skew: Record<Place, number> = { client: 0, middle: 0.213, backend: -3600.5 };

const everywhere: [Place, string][] = [
  ['client', 'c0'],
  ['middle', 'm1'],
  ['backend', 'b0'],
];

function onTheWay(name: string, programs: readonly string[], body: (way: () => Way) => void): void {
  const reason = whyNotHere('curl', 'sysctl', ...programs);
  if (reason !== null) console.warn(`SKIPPED: ${name} was not recorded (${reason})`);
  describe.skipIf(reason !== null)(name, () => {
    let way: Way;
    beforeEach(async () => {
      way = new Way();
      await way.serve('backend', 'node', [way.file('backend.cjs', backendProgram)], tls);
    }, 60_000);
    afterEach(() => way.close(), 30_000);
    body(() => way);
  });
}

/** Records at every place, and sets each place's clock. */
async function recorded(way: Way, clients: () => void | Promise<void>): Promise<string[]> {
  const files = await way.record(everywhere, clients);
  everywhere.forEach(([place], at) => {
    writeFileSync(files[at]!, shifted(readFileSync(files[at]!), skew[place]));
  });
  return files;
}

async function requests(way: Way, urls: readonly string[]): Promise<void> {
  for (const [at, url] of urls.entries()) {
    way.run('client', 'curl', ['-sS', '-k', '-o', '/dev/null', `${url}/a${'b'.repeat(at * 5)}`]);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

const bothKinds = [1, 2, 3].flatMap(() => [`https://${places.backend}:${tls}`, `http://${places.backend}:${clear}`]);

onTheWay('a router', [], (way) => {
  it('shows every connection three times, and it is told once, with the offset of each clock', async () => {
    const files = await recorded(way(), () => requests(way(), bothKinds));
    const { flows, captures, hops, summaries } = await told(files);
    expect(flows).toHaveLength(6);
    for (const flow of flows) expect(flow.alsoSeen).toHaveLength(2);
    expect(summaries[0]).toMatchObject({
      flows: { total: 6, tls: 3, cleartext: 3 },
      vantage: { captures: 3, connections: 6, repeated: 12 },
    });
    expect(hops).toHaveLength(2);
    expect(captures[0]!.clock).toBeNull();
    expect(captures[1]!.clock).toMatchObject({ against: 0, connections: 6 });
    expect(captures[1]!.clock!.offsetSeconds).toBeCloseTo(0.213, 3);
    expect(captures[2]!.clock!.offsetSeconds).toBeCloseTo(-3600.5, 3);
    expect(captures[2]!.clock!.uncertaintySeconds).toBeLessThan(0.001);
  }, 60_000);
});

onTheWay('a router that translates addresses', ['nft'], (way) => {
  beforeEach(() => {
    way().run('middle', 'nft', ['add', 'table', 'ip', 'nat']);
    way().run('middle', 'nft', ['add', 'chain', 'ip', 'nat', 'post', '{ type nat hook postrouting priority 100 ; }']);
    way().run('middle', 'nft', ['add', 'rule', 'ip', 'nat', 'post', 'oifname', 'm1', 'masquerade']);
  });

  it('is seen through, in TLS and in clear, whichever capture is read first', async () => {
    const files = await recorded(way(), () => requests(way(), bothKinds));
    for (const order of [files, [...files].reverse()]) {
      const { flows, captures, hops, summaries } = await told(order);
      expect(summaries[0]!.vantage).toMatchObject({ connections: 6, repeated: 6, translated: 6 });
      const outside = flows.filter(({ client }) => client.ip === places.client);
      const inside = flows.filter(({ client }) => client.ip === places.inside);
      expect(outside).toHaveLength(6);
      expect(inside).toHaveLength(6);
      for (const flow of outside) expect(flow).not.toHaveProperty('translatedFrom');
      const named = inside.map((flow) => flow.translatedFrom!.flow).sort((a, b) => a - b);
      expect(named).toEqual(outside.map(({ id }) => id));
      for (const port of [tls, clear]) {
        const joined = hops.map(({ id, forwardedFrom }) => [id, ...forwardedFrom.map(({ hop }) => hop)]);
        const service = `${places.backend}:${port}`;
        expect(joined).toContainEqual([`${places.inside}->${service}`, `${places.client}->${service}`]);
        expect(joined).toContainEqual([`${places.client}->${service}`]);
      }
      // The client's capture shares no addresses with the others, and its clock is told all the same.
      const clocks = captures.map(({ clock }) => clock?.offsetSeconds ?? 0);
      const offset = order === files ? [0, 0.213, -3600.5] : [0, 3600.713, 3600.5];
      clocks.forEach((clock, at) => {
        expect(clock).toBeCloseTo(offset[at]!, 3);
      });
    }
  }, 60_000);
});

onTheWay('a proxy', ['haproxy'], (way) => {
  const proxied = async (): Promise<void> => {
    way().file(
      'both.pem',
      readFileSync(way().path('server.pem'), 'utf8') + readFileSync(way().path('server.key'), 'utf8'),
    );
    const configuration = way().file(
      'haproxy.cfg',
      `defaults
         mode http
         timeout connect 5s
         timeout client 5s
         timeout server 5s
       frontend front
         bind ${places.outside}:${front} ssl crt ${way().path('both.pem')}
         default_backend back
       backend back
         http-reuse never
         server one ${places.backend}:${clear} source ${places.outside}
`,
    );
    await way().serve('middle', 'haproxy', ['-f', configuration], front);
  };
  const six = Array.from({ length: 6 }, () => `https://${places.outside}:${front}`);
  const backHop = `${places.outside}->${places.backend}:${clear}`;
  const frontHop = `${places.client}->${places.outside}:${front}`;

  it('has its legs joined by time over captures whose clocks the proxy ties together', async () => {
    await proxied();
    const [outside, ...others] = await way().record(
      [
        ['client', 'c0'],
        ['middle', 'any'],
        ['backend', 'b0'],
      ],
      () => requests(way(), six),
    );
    writeFileSync(others[1]!, shifted(readFileSync(others[1]!), 77.25));
    writeFileSync(outside!, shifted(readFileSync(outside!), -1234.5));
    const { hops, captures, summaries } = await told([outside!, others[1]!, others[0]!]);
    expect(captures[2]!.clock!.offsetSeconds).toBeCloseTo(1234.5, 3);
    expect(captures[1]!.clock!.offsetSeconds).toBeCloseTo(1234.5 + 77.25, 3);
    expect(summaries[0]!.vantage).toMatchObject({ captures: 3, connections: 12 });
    const back = hops.find(({ id }) => id === backHop);
    expect(back?.forwardedFrom).toMatchObject([{ hop: frontHop, certainty: 'inferred' }]);
    // Without the capture between them nothing ties their clocks, and time is not asked.
    const apart = await told([outside!, others[1]!]);
    expect(apart.captures.map(({ clock }) => clock)).toEqual([null, null]);
    expect(apart.hops.find(({ id }) => id === backHop)?.forwardedFrom).toEqual([]);
  }, 60_000);
});
