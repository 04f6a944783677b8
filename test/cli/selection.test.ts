import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { type AnalyzeOptions, analyze, type ConnectionRecord, type Summary } from '../../src/index.js';
import { FakeWorld } from './fake-world.js';

const sample = fileURLToPath(new URL('../../captures/nginx-cleartext-backend.pcapng', import.meta.url));

/** What an analysis with these options looks at; the capture begins at 20:02:08.1 and takes two thirds of a second. */
async function selected(...options: string[]): Promise<{ flows: ConnectionRecord[]; summary: Summary }> {
  const world = new FakeWorld();
  await main([sample, ...options], world);
  expect(world.err).toBe('');
  const flows: ConnectionRecord[] = [];
  const asked = world.asked as AnalyzeOptions;
  const { summary } = await analyze({ ...asked, sink: { flow: (flow) => flows.push(flow), end: () => {} } });
  return { flows, summary };
}

async function refused(argv: readonly string[]): Promise<string> {
  const world = new FakeWorld();
  expect(await main([...argv], world)).toBe(2);
  expect(world.out).toBe('');
  return world.err;
}

describe('--filter, --from and --to', () => {
  it('leave out what does not fit, count it, and keep the numbers of frames', async () => {
    const all = await selected();
    const { flows, summary } = await selected('--filter', 'port 8080');
    const expected = all.flows.filter(({ server }) => server.port === 8080);
    expect(flows.map(({ firstFrame, lastFrame }) => [firstFrame, lastFrame])).toEqual(
      expected.map(({ firstFrame, lastFrame }) => [firstFrame, lastFrame]),
    );
    expect(flows).not.toEqual([]);
    expect(all.summary.selection).toBeUndefined();
    expect(summary.selection?.asked).toBe("--filter 'port 8080'");
    const packets = flows.reduce((sum, flow) => sum + flow.packets.client + flow.packets.server, 0);
    expect(summary.selection!.leftOutPackets).toBeGreaterThan(100);
    expect(summary.selection!.byTime).toBe(false);
    expect(packets + summary.selection!.leftOutPackets).toBeLessThanOrEqual(181);
    expect(summary.preflight[0]).toMatchObject({ count: summary.selection!.leftOutPackets, of: 181 });
  });

  it('cut a capture in two at any moment, however it is written', async () => {
    const leftOut = async (...options: string[]): Promise<number> =>
      (await selected(...options)).summary.selection!.leftOutPackets;
    const { flows } = await selected();
    const moment = flows.at(-1)!.startTime;
    const time = moment.slice(11, -1);
    const after = await leftOut('--to', moment);
    const before = await leftOut('--from', moment);
    expect(after).toBeGreaterThan(0);
    expect(before).toBeGreaterThan(0);
    expect(before + after).toBe(await leftOut('--to', '2000-01-01'));
    const elsewhere = `${moment.slice(0, 11)}${String(Number(time.slice(0, 2)) + 2).padStart(2, '0')}${time.slice(2)}+02:00`;
    for (const same of [time, moment.replace('T', ' '), elsewhere]) {
      expect(await leftOut('--to', same), same).toBe(after);
      expect(await leftOut('--from', same), same).toBe(before);
    }
  });

  it('take a time of day past midnight as the next day’s', async () => {
    expect((await selected('--from', '20:00', '--to', '01:00')).summary.selection!.leftOutPackets).toBe(0);
  });

  it.each<[string[], RegExp]>([
    [['--filter', 'prot 80', 'a.pcap'], /--filter: 'prot' is not understood/],
    [['--filter', 'host example.com', 'a.pcap'], /'example.com' is not an address, and names are not looked up/],
    [['--filter', 'host', 'a.pcap'], /it ends where more is expected, as in 'host /],
    [['--from', 'yesterday', 'a.pcap'], /--from yesterday: not a time like/],
    [['--from', '25:00', 'a.pcap'], /not a time/],
    [['--from', '2026-13-01', 'a.pcap'], /not a time/],
    [['--from', '2026-11-22', '--to', '2026-11-21', 'a.pcap'], /not later/],
    [['--filter', 'tcp', '--checkpoint', 'x', 'a.pcap'], /--checkpoint keeps whole captures: leave out --filter tcp/],
    [['live', '-i', 'lo', '--from', '01:00'], /--from and --to are for captures/],
  ])('refuse %j', async (argv, why) => {
    expect(await refused(argv)).toMatch(why);
  });
});
