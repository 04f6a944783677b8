import { UsageError } from './exit-codes.js';

/** The format by that name; throws a UsageError that names those there are. */
export function chooseFormat<T>(formats: Readonly<Record<string, T>>, name = 'text'): T {
  if (Object.hasOwn(formats, name)) return formats[name]!;
  const names = Object.keys(formats);
  if (names.length === 1) throw new UsageError(`--format ${name}: there is only ${names[0]} here`);
  throw new UsageError(`--format ${name} is not one of ${names.join(', ')}`);
}
