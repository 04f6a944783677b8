import * as barewire from '../index.js';
import { UsageError } from './exit-codes.js';
import { exportCertificates } from './export-certificates.js';
import { chooseFormat } from './formats.js';
import { type CommonOptions, run } from './run.js';
import type { World } from './world.js';

/** Options of `analyze certs`. */
export interface CertsOptions extends CommonOptions {
  export?: string;
}

/** What every command gets besides its arguments. */
export interface CommandContext {
  world: World;
  toolVersion: string;
}

/** `analyze FILE…` */
export function analyzeCommand(inputs: string[], options: CommonOptions, context: CommandContext): Promise<number> {
  const print = chooseFormat(barewire.reportFormats, options.format);
  if (options.format === 'html' && options.output === undefined && context.world.stdout.isTerminal)
    throw new UsageError('--format html is a page for a browser, not for a terminal: add --output report.html');
  return run(context.world, { inputs, options, toolVersion: context.toolVersion, print });
}

/** `analyze flows FILE…` */
export function flowsCommand(inputs: string[], options: CommonOptions, context: CommandContext): Promise<number> {
  const print = chooseFormat(barewire.flowsFormats, options.format);
  return run(context.world, { inputs, options, toolVersion: context.toolVersion, print });
}

/** `analyze hops FILE…` */
export function hopsCommand(inputs: string[], options: CommonOptions, context: CommandContext): Promise<number> {
  const print = chooseFormat(barewire.hopsFormats, options.format);
  return run(context.world, { inputs, options, toolVersion: context.toolVersion, print });
}

/** `analyze certs FILE…` */
export function certsCommand(inputs: string[], options: CertsOptions, context: CommandContext): Promise<number> {
  const print = chooseFormat(barewire.certsFormats, options.format);
  const directory = options.export;
  if (directory === undefined) return run(context.world, { inputs, options, toolVersion: context.toolVersion, print });
  const hashes: string[] = [];
  return run(context.world, {
    inputs,
    options,
    toolVersion: context.toolVersion,
    print(out, reportOptions) {
      const sink = print(out, reportOptions);
      return {
        flow: (record) => sink.flow?.(record),
        capture: (info) => sink.capture?.(info),
        certificate(record) {
          hashes.push(record.sha256);
          sink.certificate?.(record);
        },
        end: (summary) => sink.end(summary),
      };
    },
    afterwards(result, messages) {
      const told = exportCertificates(directory, hashes, result.certificateDer);
      if (options.quiet !== true) messages.line(told);
    },
  });
}

/** `analyze explain FILE FLOW` */
export function explainCommand(
  input: string,
  flow: string,
  options: CommonOptions,
  context: CommandContext,
): Promise<number> {
  chooseFormat({ text: null }, options.format);
  if (!/^[1-9]\d{0,14}$/.test(flow))
    throw new UsageError(`FLOW is the number of a flow, as in the list of \`analyze flows ${input}\`: not ${flow}`);
  const id = Number(flow);
  let missing: string | null = null;
  return run(context.world, {
    inputs: [input],
    options,
    toolVersion: context.toolVersion,
    print: (out, { palette }) =>
      barewire.explainSink(out, palette, id, (total) => {
        missing = `there is no flow ${flow}: ${input} has ${total === 0 ? 'none' : `flows 1 to ${total}`}`;
      }),
    afterwards() {
      if (missing !== null) throw new UsageError(missing);
    },
  });
}
