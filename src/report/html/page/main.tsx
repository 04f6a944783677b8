import { render } from 'preact';
import { App } from './app.js';
import { loadReport } from './load.js';
import type { Report } from './view.js';
import './page.css';

const root = document.getElementById('page')!;

function start(): void {
  let report: Report;
  try {
    report = loadReport(document);
  } catch (error) {
    root.textContent = `This report can’t be shown: ${(error as Error).message}`;
    return;
  }
  const { grade } = report.summary;
  const name = report.captures[0]?.path.split(/[\\/]/).at(-1);
  document.title = ['Barewire', grade === null ? null : `grade ${grade}`, name].filter(Boolean).join(' · ');
  root.replaceChildren();
  render(<App report={report} />, root);
}

start();
