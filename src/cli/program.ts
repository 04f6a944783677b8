import { existsSync } from 'node:fs';
import { Command, type CommanderError, Option } from 'commander';
import { keepToOwnOptions } from './command-options.js';
import type { CertsOptions, CommandContext } from './commands.js';
import type { EvidenceCommandOptions } from './evidence-command.js';
import { UsageError } from './exit-codes.js';
import {
  afterHelp,
  diffHelp,
  evidenceHelp,
  flowsHelp,
  liveHelp,
  mcpHelp,
  policyHelp,
  strictHelp,
  timelineHelp,
} from './help-text.js';
import type { LiveCommandOptions } from './live-options.js';
import type { McpCommandOptions } from './mcp-command.js';
import { nearest } from './nearest.js';
import type { CommonOptions } from './run.js';

// Written out here, so that --help need not load them; a test holds them to the list.
const profileNames = 'bcp195, nist-800-52r2, bsi-tr-02102-2, mozilla-modern, mozilla-intermediate, pci-dss-4';

/** How the outcome of the command that ran gets out of commander. */
export interface Outcome {
  status: number;
  /** The command whose arguments were wrong; null = the program's own. */
  command: string | null;
}

/**
 * The command line's grammar. Options are the program's and mean the same in every command; what runs is imported when it
 * runs, so that `--help` and a mistyped option answer at once.
 */
export function makeProgram(context: CommandContext, print: (text: string) => void, outcome: Outcome): Command {
  const program = new Command('analyze');
  const common = (): CommonOptions => {
    const { output, ...options } = program.opts<CommonOptions>();
    // As everywhere, '-' is the standard stream and no file.
    return output === undefined || output === '-' ? options : { ...options, output };
  };
  program
    .description('Proves or disproves mutual TLS from packets: reads captures and says what every connection shows.')
    .usage(
      '[options] FILE…\n       analyze flows|hops|certs [options] FILE…\n       analyze timeline|ready-for-strict [options] FILE…\n       analyze evidence [options] FILE… -o DIR\n       analyze explain [options] FILE FLOW\n       analyze live [options] -i INTERFACE\n       analyze interfaces\n       analyze diff [options] A B\n       analyze policy check FILE | init FILE…\n       analyze mcp [--root DIR]\n       analyze rules [KIND]\n       analyze selftest',
    )
    .version(context.toolVersion, '--version', 'print the version')
    .argument('[files...]', "captures, or records of --format ndjson: files, directories, globs, '-'")
    .option(
      '-f, --format <name>',
      'text, json, ndjson, html, sarif, junit, markdown, csv or ecs; of a table (flows, hops, …) text, json or csv (default: text)',
    )
    .option('-o, --output <file>', 'write the result there instead of standard output')
    .option(
      '--keylog <file>',
      'TLS keys that open what is encrypted, as SSLKEYLOGFILE writes them (repeatable)',
      collected,
    )
    .option('--ca <file>', 'certificates to trust, PEM or DER; without, trust is seldom judged (repeatable)', collected)
    .option('--crl <file>', 'certificate revocation lists, PEM or DER (repeatable)', collected)
    .option('--expect-mtls <where>', 'mutual TLS must hold there: a range, HOST:PORT, or all (repeatable)', collected)
    .option(
      '--filter <expression>',
      'only these packets: host, net, port, portrange, src, dst, tcp, udp, and, or, not, as in pcap-filter(7); live: all of it',
    )
    .option('--from <time>', 'only from then on: 2026-11-22T02:10:00Z, or 02:10 (UTC) on the day the capture begins')
    .option('--to <time>', 'and only before that')
    .option('--policy <file>', 'what must hold where: every line of it is answered by PASS, FAIL or UNSEEN')
    .option('--profile <name>', `a guideline to judge by: ${profileNames} (repeatable)`, collected)
    .option(
      '--hosts <file>',
      'names of addresses: a hosts file, CSV, or kubectl get pods,services -A -o json (repeatable)',
      collected,
    )
    .option(
      '--fail-on <what>',
      'exit with 1 at this severity or above (lines of the policy that FAIL included), if undecided, or at any FAIL (policy) or UNSEEN (unseen) of the policy (repeatable)',
      collected,
    )
    .option('--fail-under <score>', 'exit with 1 if the score is lower (0 to 100)')
    .option('--baseline <report>', 'only what is new or worse than in this JSON report, also for --fail-on')
    .option('--checkpoint <file>', 'keep what is finished there: a run that is broken off goes on where it was')
    .option(
      '--max-memory <size>',
      'end silent connections before it takes more (live: forget what ended first; default: 1G)',
    )
    .option(
      '--workers <number>',
      'processes that read several captures side by side, or auto: as many as pay (default)',
    )
    .option('-v, --verbose', 'everything: every hop with its reason, every flow, every certificate')
    .option('-q, --quiet', 'no warnings and no progress bar')
    .option('--no-color', 'no colour (also: NO_COLOR; FORCE_COLOR for colour without a terminal)')
    .option('--no-progress', 'no progress bar')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', afterHelp)
    .configureHelp({ showGlobalOptions: true, helpWidth: 80 })
    .configureOutput({ writeOut: print, writeErr: () => {} })
    .exitOverride()
    .action(async (files: string[]) => {
      requireFiles(files);
      refuseMistypedCommand(files[0]!, program);
      const { analyzeCommand } = await import('./commands.js');
      outcome.status = await analyzeCommand(files, common(), context);
    });
  program
    .command('flows')
    .description('list the flows')
    .argument('[files...]', 'captures')
    .addHelpText('after', flowsHelp)
    .action(async (files: string[]) => {
      requireFiles(files);
      const { flowsCommand } = await import('./commands.js');
      outcome.status = await flowsCommand(files, common(), context);
    });
  program
    .command('hops')
    .description('list the hops (one client host, one service), worst first, with the way that requests take')
    .argument('[files...]', 'captures')
    .action(async (files: string[]) => {
      requireFiles(files);
      const { hopsCommand } = await import('./commands.js');
      outcome.status = await hopsCommand(files, common(), context);
    });
  program
    .command('explain')
    .description("tell one connection's handshake in words, message by message")
    .argument('<file>', 'capture')
    .argument('<flow>', 'number of the flow, as `analyze flows` lists it')
    .action(async (file: string, flow: string) => {
      const { explainCommand } = await import('./commands.js');
      outcome.status = await explainCommand(file, flow, common(), context);
    });
  program
    .command('certs')
    .description('list the certificates')
    .argument('[files...]', 'captures')
    .option('--export <dir>', 'write each as a PEM file named by its SHA-256')
    .action(async (files: string[], options: CertsOptions) => {
      requireFiles(files);
      const { certsCommand } = await import('./commands.js');
      outcome.status = await certsCommand(files, { ...common(), ...options }, context);
    });
  program
    .command('timeline')
    .description('tell the state of each hop over time: when mutual TLS stopped, and which client was the last')
    .argument('[files...]', 'captures')
    .addHelpText('after', timelineHelp)
    .action(async (files: string[]) => {
      requireFiles(files);
      const { timelineCommand } = await import('./timeline-command.js');
      outcome.status = await timelineCommand(files, common(), context);
    });
  program
    .command('ready-for-strict')
    .description('tell for each service which clients would break if client certificates were required today')
    .argument('[files...]', 'captures')
    .addHelpText('after', strictHelp)
    .action(async (files: string[]) => {
      requireFiles(files);
      const { strictCommand } = await import('./strict-command.js');
      outcome.status = await strictCommand(files, common(), context);
    });
  program
    .command('evidence')
    .description('write a small annotated capture for each finding, and a manifest, into the folder of -o')
    .argument('[files...]', 'captures: files that can be read twice')
    .option('--strip-payload', 'of the payload keep nothing but TLS handshakes and record headers')
    .option('--with-payload', 'keep the whole payload, and every secret that is in it')
    .option('--anonymize <key>', 'replace addresses and names, the same way for the same key (@FILE: its first line)')
    .addHelpText('after', evidenceHelp)
    .action(async (files: string[], options: EvidenceCommandOptions) => {
      requireFiles(files);
      const { evidenceCommand } = await import('./evidence-command.js');
      outcome.status = await evidenceCommand(files, { ...common(), ...options }, context);
    });
  program
    .command('live')
    .description('sniff interfaces: findings as they happen, and the report at the end')
    .argument('[stream]', "'-': a capture stream on standard input, as `ssh HOST tcpdump -U -w - |` makes it")
    .option('-i, --interface <name>', 'interface to sniff (repeatable; `analyze interfaces` lists them)', collected)
    .option('--backend <name>', 'auto, tcpdump, dumpcap or cap (default: auto)')
    .option('--snaplen <octets>', 'keep so much of each packet (default: all of it)')
    .option('--buffer <size>', "the kernel's buffer (default: 64M)")
    .addOption(new Option('--promiscuous', 'packets for other machines too').default(true, 'yes'))
    .option('--no-promiscuous', 'only packets for this machine')
    .option('--duration <time>', 'end after so long: 90s, 10m, 24h')
    .option('--packets <number>', 'end after so many packets')
    .option('--until-decided', 'end as soon as every line of --policy is PASS or FAIL')
    .option('--write <file>', 'keep the packets, as pcapng')
    .option('--ring-size <size>', 'begin another file at this size')
    .option('--ring-files <number>', 'keep so many files (default: 2 with --ring-size)')
    .option('--repeat <time>', 'tell a finding that goes on again after so long (default: once)')
    .option('--remember <time>', 'what reports cover of the past, half of it at least (default: 24h)')
    .option('--max-flows <number>', 'connections followed at a time (default: 2097152)')
    .option('--max-memory <size>', 'forget, and end silent connections, before it takes more (default: 1G)')
    .option('--user <name>', 'give up root for this user once sniffing has begun')
    .option('--metrics <host:port>', 'serve metrics for Prometheus there, and /healthz')
    .option('--web <host:port>', 'serve a page that shows hops and findings as they come (a port alone: only here)')
    .addHelpText('after', liveHelp)
    .action(async (stream: string | undefined, options: LiveCommandOptions) => {
      const { liveCommand } = await import('./live-command.js');
      outcome.status = await liveCommand(stream, { ...common(), ...options }, context);
    });
  program
    .command('interfaces')
    .description('list the interfaces that can be sniffed here, and what keeps us from it')
    .action(async () => {
      const { interfacesCommand } = await import('./interfaces-command.js');
      outcome.status = interfacesCommand(common(), context);
    });
  program
    .command('diff')
    .description('what is new, worse, better or gone in the second of two captures or JSON reports')
    .argument('<before>', 'capture, or report of --format json')
    .argument('<after>', 'likewise')
    .addHelpText('after', diffHelp)
    .action(async (before: string, after: string) => {
      const { diffCommand } = await import('./diff-command.js');
      outcome.status = await diffCommand(before, after, common(), context);
    });
  program
    .command('mcp')
    .description('serve captures to a model over the Model Context Protocol, on standard input and output; read-only')
    .option('--root <dir>', 'captures below this directory alone may be read (default: the working directory)')
    .addHelpText('after', mcpHelp)
    .action(async (options: McpCommandOptions) => {
      const { mcpCommand } = await import('./mcp-command.js');
      outcome.status = await mcpCommand({ ...common(), ...options }, context);
    });
  const policy = program
    .command('policy')
    .description('check a policy file, or draft one from captures')
    .usage('check FILE | init FILE…')
    .helpCommand(false)
    .allowExcessArguments()
    .addHelpText('after', policyHelp)
    .action(() => {
      throw new UsageError('say `analyze policy check FILE` or `analyze policy init CAPTURE…`');
    });
  policy
    .command('check')
    .description('say everything that is wrong with a policy file')
    .argument('<file>', 'policy file')
    .action(async (file: string) => {
      const { policyCheckCommand } = await import('./policy-command.js');
      outcome.status = await policyCheckCommand(file, common(), context);
    });
  policy
    .command('init')
    .description('draft a policy from what captures show')
    .argument('[files...]', 'captures')
    .action(async (files: string[]) => {
      requireFiles(files);
      const { policyInitCommand } = await import('./policy-command.js');
      outcome.status = await policyInitCommand(files, common(), context);
    });
  program
    .command('rules')
    .description('list the kinds of findings, or tell all about one: what it means, and how to mend it')
    .argument('[kind]', 'kind of finding')
    .action(async (kind: string | undefined) => {
      const { rulesCommand } = await import('./rules-command.js');
      outcome.status = rulesCommand(kind, common(), context);
    });
  program
    .command('selftest')
    .description('make handshakes with the TLS stacks of this machine, and check our verdicts on them')
    .action(async () => {
      const { selftestCommand } = await import('./selftest-command.js');
      outcome.status = await selftestCommand(common(), context);
    });
  keepToOwnOptions(program);
  for (const command of program.commands) {
    for (const one of [command, ...command.commands]) {
      one.exitOverride((error) => {
        outcome.command = command.name();
        throw error;
      });
    }
  }
  return program;
}

/** What commander has against the arguments, in one line; null when it ended for another reason (help, version). */
export function complaint(error: CommanderError): string | null {
  if (error.exitCode === 0) return null;
  // `analyze help NAME` of a name that is none.
  if (error.code === 'commander.help') return 'there is no such command';
  return error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
}

/** The values of an option that may be given more than once. */
function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Whoever mistypes a command would hear that there is no such file, below a report of the others. */
function refuseMistypedCommand(word: string, program: Command): void {
  if (!/^[a-z-]+$/.test(word) || existsSync(word)) return;
  const names = program.commands.map((command) => command.name());
  const meant = nearest(word, names);
  if (meant !== null)
    throw new UsageError(`there is no command and no file ${word}; did you mean \`analyze ${meant}\`?`);
}

function requireFiles(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError('no capture given; try `analyze capture.pcap`, or `analyze --help`');
}
