import { options } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * Whether the page is being printed. The browser prints what is drawn when its event returns: the lists are redrawn within it.
 */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const atOnce = (now: boolean) => (): void => {
      const usual = options.debounceRendering;
      options.debounceRendering = (draw) => draw();
      setPrinting(now);
      if (usual === undefined) delete options.debounceRendering;
      else options.debounceRendering = usual;
    };
    const before = atOnce(true);
    const after = atOnce(false);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return printing;
}
