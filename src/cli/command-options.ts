// Which of the program's options a command has: its help lists them, and all others are refused instead of being ignored.
import { type Command, Help, type Option } from 'commander';
import { UsageError } from './exit-codes.js';

/** An option by the name of its value. */
type Name = string;

const printing: readonly Name[] = ['format', 'output', 'color'];
const reading: readonly Name[] = ['keylog', 'ca', 'crl', 'expectMtls', 'filter'];
const times: readonly Name[] = ['from', 'to'];
const meant: readonly Name[] = ['policy', 'profile', 'hosts', 'failOn', 'failUnder'];
const said: readonly Name[] = ['quiet', 'progress'];
const analysis: readonly Name[] = [
  ...printing,
  ...reading,
  ...times,
  ...meant,
  'baseline',
  'checkpoint',
  'workers',
  'maxMemory',
  ...said,
];

/** How much is said changes no answer: whoever has it in an alias need not be stopped. */
const always: ReadonlySet<Name> = new Set(['verbose', ...said, 'color']);

interface CommandOptions {
  options: readonly Name[];
  /** What `--format` takes; null where it is no option. */
  formats: string | null;
}

const table = 'text, json or csv (default: text)';
const either = 'text or json (default: text)';

/** By the command's name with that of its parent. */
const commands: Readonly<Record<string, CommandOptions>> = {
  flows: { options: analysis, formats: table },
  hops: { options: [...analysis, 'verbose'], formats: table },
  explain: { options: analysis, formats: 'text' },
  certs: { options: analysis, formats: table },
  timeline: { options: [...analysis, 'verbose'], formats: table },
  'ready-for-strict': { options: [...analysis, 'verbose'], formats: table },
  evidence: { options: analysis, formats: either },
  live: { options: [...printing, ...reading, ...meant, 'maxMemory', 'verbose', ...said], formats: null },
  interfaces: { options: printing, formats: either },
  diff: { options: [...printing, ...reading, ...times, 'failOn', 'workers', 'maxMemory', ...said], formats: either },
  mcp: { options: [], formats: null },
  policy: { options: [], formats: null },
  'policy check': { options: ['output'], formats: null },
  'policy init': {
    options: ['output', ...reading, ...times, 'hosts', 'checkpoint', 'workers', 'maxMemory', ...said, 'color'],
    formats: null,
  },
  rules: { options: printing, formats: either },
  selftest: { options: printing, formats: either },
};

/** Why a command lacks an option that people look for. */
const reasons: Readonly<Record<string, string>> = {
  'diff failUnder': '--fail-under has no meaning for diff: it compares',
  'diff baseline': '--baseline has no meaning for diff: it is the first of the two',
  'live from': '--from and --to are for captures: live sniffing begins now, and --duration ends it',
  'live to': '--from and --to are for captures: live sniffing begins now, and --duration ends it',
  'live checkpoint': "--checkpoint is for captures: what was sniffed can't be read again",
  'live workers': '--workers is for captures: what is sniffed comes as one stream',
  'live baseline': '--baseline is for captures: what live sniffing tells is new',
};

/** Has the help of each command list what it has, and refuses before it runs what it has not. */
export function keepToOwnOptions(program: Command): void {
  for (const command of program.commands) {
    for (const one of [command, ...command.commands]) listOwn(one);
  }
  program.hook('preAction', (_program, command) => {
    const name = nameOf(command);
    const own = commands[name];
    if (own === undefined) return;
    for (const option of program.options) {
      const key = option.attributeName();
      if (program.getOptionValueSource(key) !== 'cli' || own.options.includes(key) || always.has(key)) continue;
      throw new UsageError(reasons[`${name} ${key}`] ?? `${option.long} has no meaning for ${name}`);
    }
  });
}

function listOwn(command: Command): void {
  const own = commands[nameOf(command)];
  if (own === undefined) return;
  command.configureHelp({
    ...command.configureHelp(),
    visibleGlobalOptions(this: Help, asked: Command): Option[] {
      const all = Help.prototype.visibleGlobalOptions.call(this, asked);
      return all.filter((option) => own.options.includes(option.attributeName()));
    },
    optionDescription(this: Help, option: Option): string {
      if (option.long === '--format' && own.formats !== null) return own.formats;
      return Help.prototype.optionDescription.call(this, option);
    },
  });
}

/** 'flows', 'policy init'; empty of the program. */
function nameOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent != null; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}
