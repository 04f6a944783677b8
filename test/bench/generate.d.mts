export interface Capture {
  path: string;
  name: string;
  scale: number;
  packets: number;
  octets: number;
  fileOctets: number;
  flows: number;
  tls: number;
}

export const captureNames: readonly string[];

export function ensureCapture(name: string, scale: number, folder?: string): Capture;
