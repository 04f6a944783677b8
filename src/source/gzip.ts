import { createGunzip, type Gunzip } from 'node:zlib';
import { type Chunks, chunkLength } from './source.js';

/**
 * Packed octets handed to zlib at a time. What comes out is queued until it is asked for, and deflate packs up to 1032 to 1
 * (a run of zeros): so a bomb fills 16 MiB of memory at most.
 */
const portion = 16 * 1024;

/** Unpacks gzip, any number of members after each other; throws at the end of what could be unpacked. */
export async function* gunzipChunks(packed: Chunks): Chunks {
  const gunzip = createGunzip({ chunkSize: chunkLength });
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  gunzip.on('data', (piece: Uint8Array) => ready.push(piece));
  gunzip.on('error', (error) => {
    failure = error;
  });
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length && failure === null; at += portion) {
        await write(gunzip, chunk.subarray(at, at + portion));
        yield* ready.splice(0);
      }
      if (failure !== null) throw failure;
    }
    await finish(gunzip);
    yield* ready.splice(0);
    if (failure !== null) throw failure;
  } finally {
    gunzip.destroy();
  }
}

function write(gunzip: Gunzip, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    gunzip.write(piece, () => resolve());
  });
}

function finish(gunzip: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    gunzip.once('end', resolve);
    gunzip.once('close', resolve);
    gunzip.once('error', () => resolve());
    gunzip.end();
  });
}
