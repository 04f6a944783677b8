// A report as it is printed, byte for byte.
import { type AnalyzeOptions, type AnalyzeResult, analyze } from '../../src/engine/analyze.js';
import { plainPalette } from '../../src/report/palette.js';
import type { ReportFormat } from '../../src/report/report-format.js';

/** Analyses, and prints the report in a format. */
export async function printed(
  format: ReportFormat,
  inputs: readonly string[],
  more: Partial<AnalyzeOptions> = {},
): Promise<{ text: string; warnings: string[]; result: AnalyzeResult }> {
  const decoder = new TextDecoder();
  let text = '';
  const warnings: string[] = [];
  const sink = format(
    {
      write(chunk) {
        text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      },
    },
    { toolVersion: '0.0.0', verbose: true, palette: plainPalette },
  );
  const result = await analyze({ inputs, sink, onWarning: (warning) => warnings.push(warning), ...more });
  return { text, warnings, result };
}
