import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ChunkSource, type Progress } from './chunk-source.js';
import { identifyCompression, magicLength, unpack } from './compression.js';
import { FileSource } from './file-source.js';
import { type Chunks, chunkLength, type Source } from './source.js';
import { SourceError, sourceErrorOf } from './source-error.js';

/** The path that means standard input. */
export const standardInput = '-';

let standardInputTaken = false;

/**
 * Opens a file, a named pipe or, as '-', standard input, once. Throws a `SourceError` where there is nothing to read;
 * whether the bytes are a capture is for the reader of captures to say.
 */
export async function openSource(path: string): Promise<Source> {
  if (path === standardInput) {
    if (standardInputTaken) throw new SourceError('already-read', path, 'standard input can be read only once');
    standardInputTaken = true;
    return openStream(path, process.stdin);
  }
  try {
    // Asked before opening: opening a named pipe that nobody writes to would block.
    const status = statSync(path);
    if (status.isDirectory()) throw new SourceError('no-captures', path, 'a directory without captures');
    if (!status.isFile()) return await openStream(path, createReadStream(path, { highWaterMark: chunkLength }));
    if (status.size === 0) throw new SourceError('is-empty', path, 'the file is empty');
    return openFile(path);
  } catch (thrown) {
    const error = sourceErrorOf(path, thrown);
    // A pattern that fits files stands for them by now.
    if (error.code !== 'not-found' || !looksLikePattern(path)) throw error;
    throw new SourceError('not-found', path, 'no file fits this pattern', thrown);
  }
}

function looksLikePattern(path: string): boolean {
  return /[*?]|\[.+\]|\{.+,.+\}/.test(path);
}

/** The bytes of a stream (a pipe, a child process) as a source, unpacked where they are packed. */
export async function openStream(path: string, stream: Readable): Promise<Source> {
  const progress: Progress = { position: 0 };
  const chunks = streamChunks(stream, progress);
  let head: Uint8Array = new Uint8Array(0);
  try {
    while (head.length < magicLength) {
      const step = await chunks.next();
      if (step.done === true) break;
      head = head.length === 0 ? step.value : Buffer.concat([head, step.value]);
    }
  } catch (thrown) {
    throw sourceErrorOf(path, thrown);
  }
  if (head.length === 0) throw new SourceError('is-empty', path, 'nothing came');
  const all = joined(head, chunks);
  const compression = identifyCompression(head);
  const unpacked = compression === null ? all : unpack(compression, all);
  return new ChunkSource(path, compression, null, unpacked, progress, () => stream.destroy());
}

function openFile(path: string): Source {
  const descriptor = openSync(path, 'r');
  try {
    const size = fstatSync(descriptor).size;
    const head = new Uint8Array(magicLength);
    const compression = identifyCompression(head.subarray(0, readSync(descriptor, head, 0, magicLength, 0)));
    if (compression === null) return new FileSource(path, size, descriptor);
    const progress: Progress = { position: 0 };
    const unpacked = unpack(compression, fileChunks(descriptor, progress));
    return new ChunkSource(path, compression, size, unpacked, progress, () => closeSync(descriptor));
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

async function* fileChunks(descriptor: number, progress: Progress): Chunks {
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkLength);
    const taken = readSync(descriptor, chunk, 0, chunkLength, null);
    if (taken === 0) return;
    progress.position += taken;
    yield chunk.subarray(0, taken);
  }
}

async function* streamChunks(stream: Readable, progress: Progress): Chunks {
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    progress.position += chunk.length;
    yield chunk;
  }
}

async function* joined(head: Uint8Array, rest: Chunks): Chunks {
  yield head;
  yield* rest;
}
