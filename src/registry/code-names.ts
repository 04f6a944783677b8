/** Makes a lookup from code to name out of a registry's name → code table. Unknown codes give null. */
export function namesOf(registry: Readonly<Record<string, number>>): (code: number) => string | null {
  const names = new Map<number, string>();
  for (const [name, code] of Object.entries(registry)) names.set(code, name);
  return (code) => names.get(code) ?? null;
}
