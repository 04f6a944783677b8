// RFC 7468: base64 between lines that say what it is. Text around the blocks is explanation, and passed over.

/** The octets of each block of the file whose label is one of `labels`, in order; blocks that are no base64 are left out. */
export function readPem(file: Uint8Array, labels: readonly string[]): Uint8Array[] {
  const text = Buffer.from(file.buffer, file.byteOffset, file.length).toString('latin1');
  const blocks: Uint8Array[] = [];
  for (const [, label = '', body = ''] of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g)) {
    if (!labels.includes(label)) continue;
    const base64 = body.replace(/\s+/g, '');
    if (/^[A-Za-z0-9+/]+=*$/.test(base64)) blocks.push(new Uint8Array(Buffer.from(base64, 'base64')));
  }
  return blocks;
}
