import { useEffect, useRef } from 'preact/hooks';
import { ThemeSwitch } from './theme-switch.js';

interface Props {
  /** Address and name of each section. */
  sections: readonly (readonly [string, string])[];
  /** What the search looks through, in words. */
  searched: string;
  query: string;
  setQuery(query: string): void;
  /** Something is filtered: it can be cleared. */
  filtered: boolean;
  clear(): void;
}

/** The bar of a page: its sections, the search (also by '/'), and its colours. */
export function Bar({ sections, searched, query, setQuery, filtered, clear }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const target = event.target as Element;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || target.closest('input, textarea') !== null) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  return (
    <>
      <a class="skip" href="#answer">
        Skip to the answer
      </a>
      <header class="bar">
        <a class="brand" href="#answer">
          Barewire
        </a>
        <nav aria-label="Sections">
          {sections.map(([id, name]) => (
            <a key={id} href={`#${id}`}>
              {name}
            </a>
          ))}
        </nav>
        <search>
          <input
            ref={field}
            type="search"
            aria-label={`Search ${searched}`}
            placeholder="Search everything (/)"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          {filtered && (
            <button type="button" onClick={clear}>
              Clear filters
            </button>
          )}
        </search>
        <ThemeSwitch />
      </header>
    </>
  );
}
