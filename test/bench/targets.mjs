// What the design promises, as ratios of CPU time on one core in one run, and as peak memory.

/**
 * Medians by capture and contender; `connections` by capture; `perPacket` where a contender read a cut.
 * @typedef {{ cpu: (capture: string, contender: string) => number, peak: (capture: string) => number,
 *   cpuRatio: (capture: string, contender: string) => number, flows: (capture: string) => number }} Figures
 */

/** @typedef {{ needs: string[], says: string, limit: number, unit: string, figure: (figures: Figures) => number }} Target */

/** @param {string} capture @param {string} contender @param {number} limit @returns {Target} */
const ratio = (capture, contender, limit) => ({
  needs: [capture],
  says: `${capture}: CPU ≤ ${limit} × ${contender}`,
  limit,
  unit: '×',
  figure: (figures) => figures.cpuRatio(capture, contender),
});

/** @param {string} capture @param {number} limit @returns {Target} */
const memory = (capture, limit) => ({
  needs: [capture],
  says: `${capture}: peak memory ≤ ${limit} MB`,
  limit,
  unit: 'MB',
  figure: (figures) => figures.peak(capture),
});

/** @type {readonly Target[]} */
export const targets = [
  ratio('bulk', 'tcpdump -w', 1),
  ratio('bulk', 'ndpiReader', 0.9),
  ratio('mixed', 'ndpiReader', 0.8),
  ratio('storm', 'ndpiReader', 0.3),
  { ...ratio('storm', 'tshark', 0.05), says: 'storm: at least 20 times faster than tshark (CPU per packet ≤ 0.05 ×)' },
  memory('storm', 150),
  memory('flows-1000k', 450),
  {
    needs: ['certificates', 'storm'],
    says: 'certificates: CPU per connection ≤ 3 × storm’s',
    limit: 3,
    unit: '×',
    figure: ({ cpu, flows }) =>
      cpu('certificates', 'barewire') / flows('certificates') / (cpu('storm', 'barewire') / flows('storm')),
  },
  {
    needs: ['closed-1000k', 'flows-1000k'],
    says: 'memory follows open connections: a million closed ones ≤ 0.5 × a million open ones',
    limit: 0.5,
    unit: '×',
    figure: ({ peak }) => peak('closed-1000k') / peak('flows-1000k'),
  },
  {
    needs: ['closed-1000k', 'closed-10k'],
    says: 'memory does not follow the file: a million closed connections ≤ 2 × ten thousand',
    limit: 2,
    unit: '×',
    figure: ({ peak }) => peak('closed-1000k') / peak('closed-10k'),
  },
];
