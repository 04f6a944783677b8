import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { reportFormats } from '../../src/report/index.js';
import { connection } from '../build/records.js';
import { FakeWorld, type Script } from './fake-world.js';

const reportNames = Object.keys(reportFormats).join(', ');

const missing: Script = {
  nothingRead: true,
  unreadable: [{ path: 'a.pcap', code: 'not-found', message: 'a.pcap: no such file' }],
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(argv: string, script: Script = {}): Promise<{ status: number; world: FakeWorld }> {
  const world = new FakeWorld(script);
  const status = await main(argv === '' ? [] : argv.split(' '), world);
  return { status, world };
}

describe('analyze FILE…', () => {
  it('prints the text report and exits 0', async () => {
    const { status, world } = await run('a.pcap b.pcap');
    expect(status).toBe(0);
    expect(world.out).toMatch(/^Mutual TLS on 1 of 2 connections; 1 cleartext\.\n/);
    expect(world.err).toBe('');
    expect(world.asked?.inputs).toEqual(['a.pcap', 'b.pcap']);
  });

  it('takes options before and after the files, for every command', async () => {
    for (const argv of ['--format json a.pcap', 'a.pcap --format json', '-f json -- a.pcap']) {
      expect(JSON.parse((await run(argv)).world.out).format, argv).toBe('barewire-report');
    }
    for (const argv of ['--format json flows a.pcap', 'flows --format json a.pcap', 'flows a.pcap --format json']) {
      expect(JSON.parse((await run(argv)).world.out), argv).toHaveLength(2);
    }
  });

  it('prints NDJSON', async () => {
    const { world } = await run('-f ndjson a.pcap');
    expect(
      world.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['flow', 'flow', 'capture', 'certificate', 'certificate', 'hop', 'stats']);
  });

  it('writes everything through an output that takes a few octets at a time', async () => {
    const whole = (await run('-f json a.pcap')).world.out;
    expect((await run('-f json a.pcap', { stdoutTakes: 1000 })).world.out).toBe(whole);
  });

  it('prints more with --verbose', async () => {
    expect((await run('-v a.pcap')).world.out).toContain('client-7');
    expect((await run('a.pcap')).world.out).not.toContain('client-7');
  });

  it('warns on standard error, and not with --quiet', async () => {
    const script = { warnings: ['a.pcap: ends early\u001b[2J'] };
    expect((await run('a.pcap', script)).world.err).toBe('analyze: warning: a.pcap: ends early\\x1b[2J\n');
    expect((await run('-q a.pcap', script)).world.err).toBe('');
  });

  it('reports what it could read, names what it could not, and exits 3', async () => {
    const unreadable = [{ path: 'b.pcap', code: 'not-found' as const, message: 'b.pcap: no such file' }];
    const { status, world } = await run('-q a.pcap b.pcap', { unreadable });
    expect(status).toBe(3);
    expect(world.out).toContain('Mutual TLS on 1 of 2');
    expect(world.err).toBe('analyze: cannot read b.pcap: no such file\n');
  });

  it.each(['', 'flows ', 'certs ', '-f json ', '-f ndjson ', 'flows -f csv '])(
    '%sexits 3 with one line and no report when nothing could be read',
    async (command) => {
      const { status, world } = await run(`${command}a.pcap`, { ...missing, stdoutIsTerminal: true });
      expect([status, world.out, world.err]).toEqual([3, '', 'analyze: cannot read a.pcap: no such file\n']);
    },
  );

  it('lets a bug be seen as one', async () => {
    const during = (): void => {
      throw new TypeError('undefined is not a function');
    };
    const { status, world } = await run('a.pcap', { during });
    expect(status).toBe(70);
    expect(world.err).toMatch(
      /^analyze: this is a bug in barewire.*\nanalyze: TypeError: undefined is not a function\nanalyze: +at /,
    );
  });

  it('reports what was learnt until SIGINT and exits 130', async () => {
    const world: FakeWorld = new FakeWorld({
      during(options) {
        world.interrupt();
        expect(options.signal?.aborted).toBe(true);
      },
    });
    expect(await main(['-f', 'json', 'a.pcap'], world)).toBe(130);
    expect(JSON.parse(world.out).flows).toHaveLength(1);
    expect(world.err).toContain('analyze: interrupted: ');
  });

  it('stops quietly when the reader of a pipe has gone', async () => {
    let aborted: boolean | undefined;
    const { status, world } = await run('flows -f csv a.pcap', {
      stdoutError: Object.assign(new Error('EPIPE: broken pipe, write'), { code: 'EPIPE' }),
      during(options) {
        for (let id = 0; id < 2000; id++) options.sink.flow?.(connection({ id }));
        aborted = options.signal?.aborted;
      },
    });
    expect([status, world.err, aborted]).toEqual([0, '', true]);
  });

  it('says what is wrong with the output and exits 2', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { status, world } = await run('a.pcap', { stdoutError: full });
    expect([status, world.err]).toEqual([2, 'analyze: cannot write to standard output: no space left on device\n']);
  });

  it('waits when a pipe is full', async () => {
    const world = new FakeWorld();
    let refused = 0;
    const write = world.stdout.write;
    world.stdout.write = (octets) => {
      if (refused++ < 3)
        throw Object.assign(new Error('EAGAIN: resource temporarily unavailable, write'), { code: 'EAGAIN' });
      return write(octets);
    };
    expect(await main(['a.pcap'], world)).toBe(0);
    expect(world.out).toContain('Mutual TLS on 1 of 2');
  });
});

describe('with the real engine', () => {
  const real = async (argv: string): Promise<{ status: number; world: FakeWorld }> => {
    const world = Object.assign(new FakeWorld(), { analyze: null });
    return { status: await main(argv.split(' '), world), world };
  };

  it('reports a capture that ships', async () => {
    const { status, world } = await real('captures/mtls-end-to-end-tls12.pcapng');
    expect([status, world.err]).toEqual([0, '']);
    expect(world.out).toMatch(/^Mutual TLS on all 4 connections\.\n/);
  });

  it('reports the readable input and refuses what is no capture in one line', async () => {
    const { status, world } = await real('captures/historic.pcap captures/README.md');
    expect(status).toBe(3);
    expect(world.out).toMatch(/^Mutual TLS on the one connection\.\n/);
    expect(world.err).toMatch(/^analyze: cannot read captures\/README\.md: .+\n$/);
  });

  it('says of a pattern that no file fits it', async () => {
    const { status, world } = await real('captures/*.nope');
    expect([status, world.err]).toEqual([3, 'analyze: cannot read captures/*.nope: no file fits this pattern\n']);
    expect((await real('captures/[a].nope captures/{a,b}.nope')).world.err).toMatch(
      /(?:no file fits this pattern\s.*){2}/s,
    );
    expect((await real('captures/x{1}.nope')).world.err).toMatch(/no such file/);
  });

  it('takes a text for a key log only where it begins as one', async () => {
    const notes = join(folder, 'notes.md');
    writeFileSync(notes, '# Notes\nnothing here\n');
    expect((await real(notes)).world.err).toMatch(/: it looks like text: TLS keys are given with --keylog\n$/);
    writeFileSync(notes, '# SSL/TLS secrets log file, generated by NSS\n');
    expect((await real(notes)).world.err).toMatch(/: it looks like a TLS key log: give it with --keylog\n$/);
  });

  it('exports certificates that OpenSSL-style readers take', async () => {
    const target = join(folder, 'real-pem');
    expect((await real(`certs --export ${target} captures/historic.pcap`)).status).toBe(0);
    const names = readdirSync(target);
    expect(names).toHaveLength(3);
    for (const name of names) {
      const { fingerprint256 } = new X509Certificate(readFileSync(join(target, name)));
      expect(fingerprint256.replaceAll(':', '').toLowerCase().startsWith(name.slice(0, 16))).toBe(true);
    }
  });

  it('says the same of certificates whether they are exported or not', async () => {
    const path = 'captures/client-auth-matrix-go-tls12.pcap';
    const { world } = await real(`certs --export ${join(folder, 'matrix-pem')} ${path}`);
    expect(world.out).toContain('self-signed');
    expect(world.out).toBe((await real(`certs ${path}`)).world.out);
  });

  it('writes nothing but one line for a flow or a file that is not there', async () => {
    expect((await real('explain captures/historic.pcap 2')).world.err).toBe(
      'analyze: there is no flow 2: captures/historic.pcap has flows 1 to 1\n',
    );
    const { status, world } = await real(`certs --export ${join(folder, 'none')} nowhere.pcap`);
    expect([status, world.out, world.err]).toEqual([3, '', 'analyze: cannot read nowhere.pcap: no such file\n']);
    expect(readdirSync(folder)).not.toContain('none');
  });
});

describe('keys', () => {
  it('that open nothing are told: what is hidden looks the same without any', async () => {
    const { status, world } = await run('--keylog other.log a.pcap');
    expect(world.err).toBe(
      'analyze: warning: other.log: no key of it opens the one TLS connection: are they keys of another run?\n',
    );
    expect(status).toBe(0);
    expect((await run('-q --keylog other.log a.pcap')).world.err).toBe('');
  });
});

describe('bad usage', () => {
  it.each([
    ['', 'no capture given; try `analyze capture.pcap`, or `analyze --help`'],
    ['flows', 'no capture given; try `analyze capture.pcap`, or `analyze --help`'],
    ['--frobnicate a.pcap', "unknown option '--frobnicate'; try `analyze --help`"],
    ['--formt json a.pcap', "unknown option '--formt' (Did you mean --format?); try `analyze --help`"],
    ['--format', "option '-f, --format <name>' argument missing; try `analyze --help`"],
    ['--format yaml a.pcap', `--format yaml is not one of ${reportNames}`],
    ['--expect-mtls foo a.pcap', '--expect-mtls: foo is no address range (10.0.0.0/8), no HOST:PORT, and not `all`'],
    ['explain --format json a.pcap 1', '--format json: there is only text here'],
    ['--baseline test a.pcap', '--baseline: test: it is a directory'],
    ['--policy test a.pcap', 'cannot read policy test: it is a directory'],
    ['-o test a.pcap', 'cannot write to test: it is a directory'],
    ['flows --format ndjson a.pcap', '--format ndjson is not one of text, json, csv'],
    ['--format constructor a.pcap', `--format constructor is not one of ${reportNames}`],
    ['explain a.pcap', "missing required argument 'flow'; try `analyze explain --help`"],
    ['policy check', "missing required argument 'file'; try `analyze policy --help`"],
    ['policy draft a.pcap', 'say `analyze policy check FILE` or `analyze policy init CAPTURE…`'],
    ['rules a b', "too many arguments for 'rules'. Expected 1 argument but got 2; try `analyze rules --help`"],
    ['rules cleartext-htpp', 'there is no kind of finding cleartext-htpp; did you mean cleartext-http?'],
    ['flwos a.pcap', 'there is no command and no file flwos; did you mean `analyze flows`?'],
    ['help nothing', 'there is no such command; try `analyze --help`'],
    ['diff --policy p.yaml a.pcap b.pcap', '--policy has no meaning for diff'],
    ['--baseline r.json diff a.pcap b.pcap', '--baseline has no meaning for diff: it is the first of the two'],
    ['rules --ca roots.pem', '--ca has no meaning for rules'],
    ['interfaces --filter tcp', '--filter has no meaning for interfaces'],
    ['policy check --format json p.yaml', '--format has no meaning for policy check'],
    ['policy init --policy p.yaml a.pcap', '--policy has no meaning for policy init'],
    ['mcp --keylog keys.log', '--keylog has no meaning for mcp'],
    ['--workers 0 a.pcap', '--workers 0: not a whole number from 1 on'],
    ['diff --workers many a.pcap b.pcap', '--workers many: not a whole number from 1 on'],
    ['live -i eth0 --workers 2', '--workers is for captures: what is sniffed comes as one stream'],
    ['--max-memory 512M a.pcap', '--max-memory 512M: give it 1024M at least'],
    ['--max-memory lots a.pcap', '--max-memory lots: not a size like 64M or 2G'],
    ['rules --max-memory 2G', '--max-memory has no meaning for rules'],
    ['live -i eth0 --ring-files 3', '--ring-files needs --write FILE: without it no packets are kept'],
    ['evidence a.pcap', 'evidence needs a folder to write to: -o DIR'],
    ['explain a.pcap x', 'FLOW is the number of a flow, as in the list of `analyze flows a.pcap`: not x'],
    ['explain a.pcap 3', 'there is no flow 3: a.pcap has flows 1 to 2'],
    ['--output /nowhere/at/all a.pcap', 'cannot write to /nowhere/at/all: no such file or directory'],
  ])('%s → one clear line, exit 2', async (argv, line) => {
    const { status, world } = await run(argv);
    expect(world.err).toBe(`analyze: ${line}\n`);
    expect([status, world.out]).toEqual([2, '']);
  });
});

describe('--help and --version', () => {
  it('explain states, exit codes and examples without starting the engine', async () => {
    const { status, world } = await run('--help');
    expect(status).toBe(0);
    for (const word of ['enforced', 'Exit status:', 'Examples:', 'flows', 'explain', 'certs'])
      expect(world.out).toContain(word);
    expect(world.asked).toBeNull();
    for (const line of world.out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('fit 80 columns for every command, and are there by `help`', async () => {
    const commands = /\nCommands:\n([\s\S]*?)\n\n/.exec((await run('--help')).world.out)?.[1] ?? '';
    const names = [...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name]) => name);
    expect(names).toContain('ready-for-strict');
    for (const name of names.filter((one) => one !== 'help')) {
      const { status, world } = await run(`help ${name}`);
      expect([status, world.err], name).toEqual([0, '']);
      for (const line of world.out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it('list what a command has, and nothing else', async () => {
    const optionsOf = async (name: string): Promise<string[]> => {
      const { world } = await run(`help ${name}`);
      return [...world.out.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, option]) => option!);
    };
    expect(await optionsOf('rules')).toEqual(['help', 'format', 'output', 'no-color']);
    expect(await optionsOf('mcp')).toEqual(['root', 'help']);
    expect(await optionsOf('diff')).not.toContain('policy');
    expect(await optionsOf('diff')).toContain('keylog');
    expect(await optionsOf('live')).not.toContain('checkpoint');
    expect(await optionsOf('hops')).toContain('verbose');
    expect(await optionsOf('flows')).not.toContain('verbose');
    const all = (await optionsOf('')).filter((option) => option !== 'version' && option !== 'verbose');
    for (const name of ['flows', 'hops', 'explain', 'certs', 'timeline', 'ready-for-strict', 'evidence'])
      expect(await optionsOf(name)).toEqual(expect.arrayContaining(all));
    const commands = /\nCommands:\n([\s\S]*?)\n\n/.exec((await run('--help')).world.out)?.[1] ?? '';
    for (const [, name] of commands.matchAll(/^ {2}([a-z]\S*)/gm))
      if (name !== 'help') expect(await optionsOf(name!), name).not.toContain('version');
    expect((await run('help flows')).world.out).toMatch(/--format <name> +text, json or csv \(default: text\)/);
  });

  it('let quiet and colourless be said to every command', async () => {
    expect((await run('rules -q -v --no-color --no-progress')).status).toBe(0);
  });

  it('name every format', async () => {
    const option = /--format <name> +([\s\S]*?)-o, /.exec((await run('--help')).world.out)?.[1] ?? '';
    for (const name of Object.keys(reportFormats)) expect(option.split(/[\s,;]+/)).toContain(name);
  });

  it('say when nobody could read them', async () => {
    const failing = (code: string): Script => ({
      stdoutError: Object.assign(new Error(`${code}: no room, write`), { code }),
    });
    const { status, world } = await run('--help', failing('ENOSPC'));
    expect([status, world.err]).toEqual([2, 'analyze: cannot write to standard output: no room\n']);
    expect((await run('--help', failing('EPIPE'))).status).toBe(0);
  });

  it('print the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect((await run('--version')).world.out).toBe(`${version}\n`);
  });

  it('show the shared options in the help of a command', async () => {
    const { world } = await run('flows --help');
    expect(world.out).toContain('--format <name>');
    expect(world.out).toContain('one-way, asked');
  });
});

describe('colour', () => {
  const escapeSequence = '\u001b[';
  it.each([
    [{ stdoutIsTerminal: true }, 'a.pcap', true],
    [{ stdoutIsTerminal: false }, 'a.pcap', false],
    [{ stdoutIsTerminal: true }, '--no-color a.pcap', false],
    [{ stdoutIsTerminal: true, environment: { NO_COLOR: '1' } }, 'a.pcap', false],
    [{ stdoutIsTerminal: true, environment: { NO_COLOR: '' } }, 'a.pcap', true],
    [{ stdoutIsTerminal: true, environment: { TERM: 'dumb' } }, 'a.pcap', false],
    [{ environment: { FORCE_COLOR: '1' } }, 'a.pcap', true],
    [{ environment: { FORCE_COLOR: '1', NO_COLOR: '1' } }, 'a.pcap', true],
    [{ stdoutIsTerminal: true, environment: { FORCE_COLOR: '0' } }, 'a.pcap', false],
    [{ stdoutIsTerminal: true }, '-f json a.pcap', false],
  ])('%j %s → %s', async (script, argv, coloured) => {
    expect((await run(argv, script)).world.out.includes(escapeSequence)).toBe(coloured);
  });

  it('is never put into a file', async () => {
    await run(`-o ${join(folder, 'plain.txt')} a.pcap`, { stdoutIsTerminal: true });
    expect(readFileSync(join(folder, 'plain.txt'), 'utf8')).not.toContain(escapeSequence);
  });
});

describe('--output', () => {
  it('writes the file, over what was there, and nothing to standard output', async () => {
    const path = join(folder, 'report.json');
    writeFileSync(path, 'x'.repeat(100_000));
    const { status, world } = await run(`-f json -o ${path} a.pcap`);
    expect([status, world.out]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(path, 'utf8')).flows).toHaveLength(2);
  });

  it('leaves alone what was there when nothing could be read, and leaves no empty file', async () => {
    const old = join(folder, 'old.json');
    const fresh = join(folder, 'fresh.json');
    writeFileSync(old, 'keep me');
    await run(`-f json -o ${old} a.pcap`, missing);
    await run(`-f json -o ${fresh} a.pcap`, missing);
    expect(readFileSync(old, 'utf8')).toBe('keep me');
    expect(readdirSync(folder)).not.toContain('fresh.json');
  });

  it('refuses to write over an input', async () => {
    const path = join(folder, 'input.pcap');
    writeFileSync(path, 'precious');
    const { status, world } = await run(`-o ${path} ${path}`);
    expect([status, world.err]).toEqual([2, `analyze: --output ${path} is one of the inputs\n`]);
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });
});

describe('progress', () => {
  const reading =
    (world: FakeWorld) =>
    (options: NonNullable<FakeWorld['asked']>): void => {
      for (const [time, bytesRead] of [
        [500, 10e6],
        [2000, 50e6],
        [2050, 51e6],
        [2200, 60e6],
      ] as const) {
        world.time = time;
        options.onProgress?.({ bytesRead, bytesTotal: 100e6, packets: 1, path: 'a.pcap' });
      }
    };

  it('shows octets, rate and time left after a second, on a terminal, and takes it away', async () => {
    const world: FakeWorld = new FakeWorld({ stderrIsTerminal: true, during: (options) => reading(world)(options) });
    await main(['a.pcap'], world);
    const drawn = world.err.split('\r\u001b[K').filter((line) => line !== '');
    expect(drawn).toEqual([
      '[##########..........]  50 %  50.0 MB of 100 MB  25.0 MB/s  2 s left  a.pcap',
      '[############........]  60 %  60.0 MB of 100 MB  27.3 MB/s  2 s left  a.pcap',
    ]);
    expect(world.err.endsWith('\r\u001b[K')).toBe(true);
  });

  it.each(['--no-progress a.pcap', '--quiet a.pcap'])('shows none with %s', async (argv) => {
    const world: FakeWorld = new FakeWorld({ stderrIsTerminal: true, during: (options) => reading(world)(options) });
    await main(argv.split(' '), world);
    expect(world.err).toBe('');
  });

  it('shows none when standard error is no terminal', async () => {
    const world: FakeWorld = new FakeWorld({ during: (options) => reading(world)(options) });
    await main(['a.pcap'], world);
    expect(world.err).toBe('');
  });
});

describe('analyze explain', () => {
  it('explains the flow with its certificates', async () => {
    const { status, world } = await run('explain a.pcap 1');
    expect(status).toBe(0);
    expect(world.out).toMatch(/^Flow 1: /);
    expect(world.out).toContain('client-7');
  });
});

describe('analyze certs --export', () => {
  it('writes PEM files by hash, and never over another file', async () => {
    const target = join(folder, 'pem');
    const first = await run(`certs --export ${target} a.pcap`);
    expect(first.world.err).toBe(`analyze: wrote 2 of 2 certificates to ${target}\n`);
    expect(readdirSync(target).sort()).toEqual(['aaaaaaaaaaaaaaaa.pem', 'bbbbbbbbbbbbbbbb.pem']);
    expect(readFileSync(join(target, 'aaaaaaaaaaaaaaaa.pem'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);

    writeFileSync(join(target, 'bbbbbbbbbbbbbbbb.pem'), 'somebody else’s');
    const second = await run(`certs --export ${target} a.pcap`);
    expect(second.world.err).toBe(`analyze: wrote 1 of 2 certificates to ${target}; 1 already there\n`);
    expect(readFileSync(join(target, 'bbbbbbbbbbbbbbbb.pem'), 'utf8')).toBe('somebody else’s');
    expect(readdirSync(target)).toContain(`${'bb'.repeat(32)}.pem`);
  });
});
