import { Command, type CommanderError } from 'commander';
import type { CertsOptions, CommandContext } from './commands.js';
import { UsageError } from './exit-codes.js';
import { afterHelp, flowsHelp } from './help-text.js';
import type { CommonOptions } from './run.js';

/** How the outcome of the command that ran gets out of commander. */
export interface Outcome {
  status: number;
}

/**
 * The command line's grammar. Options are the program's and mean the same in every command; what runs is imported when it
 * runs, so that `--help` and a mistyped option answer at once.
 */
export function makeProgram(context: CommandContext, print: (text: string) => void, outcome: Outcome): Command {
  const program = new Command('analyze');
  const common = (): CommonOptions => program.opts<CommonOptions>();
  program
    .description('Proves or disproves mutual TLS from packets: reads captures and says what every connection shows.')
    .usage('[options] FILE…\n       analyze flows|certs [options] FILE…\n       analyze explain [options] FILE FLOW')
    .version(context.toolVersion, '--version', 'print the version')
    .argument('[files...]', "captures: files, directories, globs, '-' for standard input")
    .option('-f, --format <name>', 'text, json or ndjson; flows and certs: text, json or csv (default: text)')
    .option('-o, --output <file>', 'write the result there instead of standard output')
    .option('-v, --verbose', 'everything: every hop with its reason, every flow, every certificate')
    .option('-q, --quiet', 'no warnings and no progress bar')
    .option('--no-color', 'no colour (also: NO_COLOR; FORCE_COLOR for colour without a terminal)')
    .option('--no-progress', 'no progress bar')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', afterHelp)
    .configureHelp({ showGlobalOptions: true, helpWidth: 80 })
    .configureOutput({ writeOut: print, writeErr: () => {} })
    .exitOverride()
    .action(async (files: string[]) => {
      requireFiles(files);
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
  return program;
}

/** What commander has against the arguments, in one line; null when it ended for another reason (help, version). */
export function complaint(error: CommanderError): string | null {
  if (error.exitCode === 0) return null;
  return error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
}

function requireFiles(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError('no capture given; try `analyze capture.pcap`, or `analyze --help`');
}
