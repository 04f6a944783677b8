import { useEffect, useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const place = 'barewire-theme';

/** Chooses light or dark, or what the system says; remembered where the browser lets a page remember. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(remembered);
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem(place, theme);
    } catch {
      // A page from a disk may have no storage.
    }
  }, [theme]);
  return (
    <label class="theme">
      <span class="hidden-words">Colours</span>
      <select value={theme} onChange={(event) => setTheme(themeOf(event.currentTarget.value))}>
        {themes.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function remembered(): Theme {
  try {
    return themeOf(localStorage.getItem(place));
  } catch {
    return 'auto';
  }
}

function themeOf(name: string | null): Theme {
  return themes.find((theme) => theme === name) ?? 'auto';
}
