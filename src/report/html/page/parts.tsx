// Small parts that several sections share.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** A section of the page under its heading. */
export function Section(props: { id: string; title: string; note?: string; children: ComponentChildren }) {
  return (
    <section id={props.id} aria-labelledby={`${props.id}-title`}>
      <div class="section-head">
        <h2 id={`${props.id}-title`}>{props.title}</h2>
        {props.note !== undefined && <p class="note">{props.note}</p>}
      </div>
      {props.children}
    </section>
  );
}

/** Text to copy, with the button that does it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <div class="copyable">
      <code>{text}</code>
      <button type="button" onClick={copy} aria-label={`Copy ${label}`}>
        <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}

// A page that was opened from a disk may not use the clipboard everywhere; the older way works there.
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** A filter that can be on or off. */
export function Chip(props: { on: boolean; onToggle(): void; tone?: string; children: ComponentChildren }) {
  return (
    <button type="button" class={`chip ${props.tone ?? ''}`} aria-pressed={props.on} onClick={props.onToggle}>
      {props.children}
    </button>
  );
}

/** A list of terms and what they mean. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
