import { UsageError } from './exit-codes.js';

/** The format by that name; throws a UsageError that names those there are. */
export function chooseFormat<T>(formats: Readonly<Record<string, T>>, name = 'text'): T {
  if (Object.hasOwn(formats, name)) return formats[name]!;
  throw new UsageError(`--format ${name} is not one of ${Object.keys(formats).join(', ')}`);
}
