import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What opens beside the lists: takes the focus, and gives it back when it is closed. */
export function Panel({ title, kind, children }: { title: string; kind: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current ??= document.activeElement;
    const own = heading.current?.closest('aside');
    if (own !== null && own !== undefined) own.scrollTop = 0;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  const close = (): void => {
    history.pushState(null, '', location.pathname + location.search);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    if (before.current instanceof HTMLElement || before.current instanceof SVGElement) before.current.focus();
  };
  return (
    <aside
      class={`panel ${kind}`}
      aria-labelledby="panel-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header>
        <h2 id="panel-title" tabIndex={-1} ref={heading}>
          {title}
        </h2>
        <button type="button" class="close" onClick={close} aria-label="Close details">
          ×
        </button>
      </header>
      {children}
    </aside>
  );
}
