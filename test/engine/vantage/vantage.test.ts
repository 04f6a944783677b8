import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import type { PcapPacket } from '../../build/pcap.js';
import { capture, httpPackets, type Told, told, written } from '../captures.js';
import { ask, talk } from './talk.js';

/** Analyses captures in this order: 'a.pcap', 'b.pcap', … */
async function seenFrom(...places: readonly PcapPacket[][]): Promise<Told> {
  const files = Object.fromEntries(
    places.map((packets, at) => [`${String.fromCharCode(97 + at)}.pcap`, capture(packets)]),
  );
  return await told(await written(files));
}

const ends = ({ client, server }: ConnectionRecord): string =>
  `${client.ip}:${client.port} ${server.ip}:${server.port}`;

describe('a connection that two captures show', () => {
  it('is told once, names the other capture, and is counted once', async () => {
    const { flows, captures, summaries, hops } = await seenFrom(talk(), talk({ delay: 0.005, ahead: 2.5 }));
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ id: 1, capture: 0 });
    expect(flows[0]!.alsoSeen).toEqual([{ capture: 1, id: 2, firstFrame: 1, offsetSeconds: 2.5 }]);
    expect(hops.map((hop) => hop.flows)).toEqual([[1]]);
    expect(summaries[0]!.flows.total).toBe(1);
    expect(summaries[0]!.vantage).toMatchObject({ captures: 2, connections: 1, repeated: 1, translated: 0 });
    expect(captures[0]!.clock).toBeNull();
    // The way between both places is the same there and back, so that nothing of it is in the offset.
    expect(captures[1]!.clock).toMatchObject({ against: 0, offsetSeconds: 2.5, connections: 1 });
    expect(captures[1]!.clock!.uncertaintySeconds).toBeCloseTo(0.005, 5);
  });

  it('is told by the capture that shows more of it, whichever is read first', async () => {
    const cut = talk({ ahead: -7 });
    for (const lacking of [cut.slice(3), cut.filter((_, at) => at !== 4), cut.slice(0, 5)]) {
      for (const [places, best] of [
        [[talk(), lacking], 0],
        [[lacking, talk()], 1],
      ] as const) {
        const { flows, summaries } = await seenFrom(...places);
        expect(flows).toHaveLength(1);
        expect(flows[0]).toMatchObject({ capture: best, sawSyn: true, closed: 'fin', gaps: [] });
        expect(flows[0]!.alsoSeen).toMatchObject([{ capture: 1 - best }]);
        // What only one of them lacks is not missing.
        expect(summaries[0]!.preflight).toEqual([]);
      }
    }
  });

  it('is told once of five captures too', async () => {
    const places = [0, 1, 2, 3, 4].map((at) => talk({ delay: at * 0.004, ahead: at * 10 }));
    const { flows, captures, summaries } = await seenFrom(...places);
    expect(flows).toHaveLength(1);
    expect(flows[0]!.alsoSeen).toHaveLength(4);
    expect(captures.map(({ clock }) => clock?.offsetSeconds)).toEqual([undefined, 10, 20, 30, 40]);
    expect(summaries[0]!.vantage).toMatchObject({ captures: 5, connections: 1, repeated: 4 });
  });

  it('is told of a question and its answer in datagrams; of one alone nobody can say', async () => {
    const question = 'a question with a number of its own: 4711';
    const both = await seenFrom(ask(question, 'an answer to it'), ask(question, 'an answer to it', { ahead: 3 }));
    expect(both.flows).toHaveLength(1);
    const other = await seenFrom(ask(question, 'an answer to it'), ask(question, 'another answer'));
    expect(other.flows).toHaveLength(2);
    const alone = await seenFrom(ask(question, null), ask(question, null));
    expect(alone.flows).toHaveLength(2);
  });

  it('is told of a datagram without an answer by its moment, once other connections tell the clocks', async () => {
    const log = '<34>1 host app: something happened';
    const place = (ahead: number, at: number): PcapPacket[] => [...talk({ ahead }), ...ask(log, null, { ahead, at })];
    const same = await seenFrom(place(0, 1), place(99, 1));
    expect(same.flows.map(({ transport, alsoSeen }) => [transport, alsoSeen?.length])).toEqual([
      ['tcp', 1],
      ['udp', 1],
    ]);
    const other = await seenFrom(place(0, 1), place(99, 1.4));
    expect(other.flows).toHaveLength(3);
    const unknown = await seenFrom(ask(log, null), [...ask(log, null), ...talk()]);
    expect(unknown.flows).toHaveLength(3);
  });

  it('keeps the first of several on the same ports with the first', async () => {
    const again = { clientNumber: 0x77aa5511, serverNumber: 0x12ffee31, request: 'GET /again HTTP/1.1\r\n\r\n', at: 5 };
    const { flows } = await seenFrom([...talk(), ...talk(again)], [...talk(), ...talk(again)]);
    expect(flows.map(({ id, alsoSeen }) => [id, alsoSeen?.map((other) => other.id)])).toEqual([
      [1, [3]],
      [2, [4]],
    ]);
  });
});

describe('connections that only look alike', () => {
  const apart = async (...places: PcapPacket[][]): Promise<void> => {
    const { flows, captures, summaries } = await seenFrom(...places);
    expect(flows).toHaveLength(2);
    for (const flow of flows) {
      expect(flow).not.toHaveProperty('alsoSeen');
      expect(flow).not.toHaveProperty('translatedFrom');
    }
    expect(captures.map(({ clock }) => clock)).toEqual([null, null]);
    expect(summaries[0]!.vantage).toMatchObject({ connections: 0, repeated: 0 });
  };

  it('stay apart: the same ports used again', () => apart(talk(), talk({ clientNumber: 0x77aa5511 })));
  it('stay apart: two sites with the same addresses, by their content', () =>
    apart(talk(), talk({ request: 'GET /another/site HTTP/1.1\r\n\r\n' })));
  it('stay apart: two sites with the same addresses and lengths, by their answers', () =>
    apart(talk(), talk({ answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno' })));
  it('stay apart where numbers are chosen, not drawn: they prove nothing', () =>
    apart(talk({ clientNumber: 1000, serverNumber: 100_000 }), talk({ clientNumber: 1000, serverNumber: 100_000 })));
  it('stay apart: an end elsewhere in the sequence', () =>
    apart(talk().slice(3), talk({ clientNumber: 5, serverNumber: 9 })));
});

describe('a connection whose addresses are translated between two captures', () => {
  const outside = { client: '192.168.1.5', clientPort: 51_000 };
  const inside = { client: '203.0.113.9', clientPort: 62_001, delay: 0.003, ahead: 40 };

  it('is two legs, of which the inner names the outer, in either order of reading', async () => {
    for (const order of [0, 1]) {
      const places = [talk(outside), talk(inside)];
      const { flows, hops, captures, summaries } = await seenFrom(...(order === 0 ? places : places.reverse()));
      expect(flows).toHaveLength(2);
      const outer = flows.find(({ client }) => client.ip === outside.client)!;
      const inner = flows.find(({ client }) => client.ip === inside.client)!;
      expect(outer).not.toHaveProperty('translatedFrom');
      expect(inner.translatedFrom).toMatchObject({ flow: outer.id });
      const hop = hops.find(({ client }) => client.ip === inside.client);
      expect(hop?.forwardedFrom).toMatchObject([{ hop: '192.168.1.5->10.0.0.2:80', certainty: 'observed' }]);
      expect(summaries[0]!.vantage).toMatchObject({ connections: 0, translated: 1 });
      expect(captures[1]!.clock?.offsetSeconds).toBe(order === 0 ? 40 : -40);
    }
  });

  it('is not guessed where the numbers are no random ones, or a capture shows them on several connections', async () => {
    const chosen = { clientNumber: 1000, serverNumber: 2000 };
    const { flows } = await seenFrom(talk({ ...outside, ...chosen }), talk({ ...inside, ...chosen }));
    expect(flows.map((flow) => flow.translatedFrom)).toEqual([undefined, undefined]);
    const repeated = [...talk(outside), ...talk({ client: '192.168.1.6', at: 30 })];
    const again = await seenFrom(repeated, [...talk(inside), ...talk({ client: '203.0.113.10', at: 30 })]);
    expect(
      again.flows.map((flow) => [ends(flow), flow.translatedFrom]).filter(([, from]) => from !== undefined),
    ).toEqual([]);
  });
});

describe('captures that are alone, or have nothing in common', () => {
  it('say nothing of others', async () => {
    const { flows, captures, summaries } = await seenFrom(talk());
    expect(flows[0]).not.toHaveProperty('alsoSeen');
    expect(captures[0]).not.toHaveProperty('clock');
    expect(summaries[0]).not.toHaveProperty('vantage');
  });

  it('are told in the order of reading', async () => {
    const { flows } = await seenFrom(talk(), talk({ client: '10.0.0.77', clientNumber: 0x11223344 }));
    expect(flows.map(({ id, capture: index }) => [id, index])).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });
});

describe('captures that show one direction each, as a tap writes them', () => {
  const packets = [...httpPackets(), ...httpPackets({ clientPort: 40_001, seconds: 1003 })];
  const asking = (packet: PcapPacket): boolean => packet.bytes[29] === 1;
  const both: [PcapPacket[], PcapPacket[]] = [packets.filter(asking), packets.filter((one) => !asking(one))];

  it('name each other, and how to make one of them', async () => {
    const { captures, summaries, flows } = await seenFrom(...both);
    expect(flows).toHaveLength(4);
    expect(captures.map(({ otherDirection }) => otherDirection)).toEqual([
      { capture: 1, connections: 2 },
      { capture: 0, connections: 2 },
    ]);
    expect(summaries[0]!.preflight[0]!.advice).toContain(
      `mergecap -w both.pcapng ${captures[0]!.path} ${captures[1]!.path}`,
    );
  });

  it.each([
    ['show both directions', [packets, packets]],
    ['show the same direction', [both[0], both[0]]],
    ['are hours apart', [both[0], both[1].map((one) => ({ ...one, seconds: (one.seconds ?? 0) + 7200 }))]],
    ['show other connections', [both[0].slice(0, 5), both[1].slice(3)]],
  ])('are no such captures where they %s', async (_what, places) => {
    const { captures } = await seenFrom(...places);
    expect(captures.map(({ otherDirection }) => otherDirection)).toEqual([undefined, undefined]);
  });
});
