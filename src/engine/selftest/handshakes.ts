// One handshake with the TLS stacks of this machine, recorded: the truth is known because we made it.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { RecordingRelay } from './recording-relay.js';
import type { ThrowawayCertificates } from './throwaway-certificates.js';

/** What a handshake is made with. */
export interface HandshakePlan {
  /** Who serves and who calls. One of them is Node, which tells the keys. */
  peers: 'Node to Node' | 'Node to OpenSSL' | 'OpenSSL to Node';
  version: 'TLSv1.2' | 'TLSv1.3';
  policy: 'none' | 'optional' | 'required';
  presents: boolean;
}

/** A recorded handshake: a capture, and its keys as a key log. */
export interface RecordedHandshake {
  capture: Buffer;
  keyLog: Buffer;
}

/** The server's name. */
export const selftestName = 'selftest.barewire.example';

const patience = 5_000;
const question = 'a question of some length\n';

/** Makes the handshake and records it; `folder` holds the certificates as files for programs. Throws where a peer fails to start. */
export async function makeHandshake(
  plan: HandshakePlan,
  certificates: ThrowawayCertificates,
  folder: string,
): Promise<RecordedHandshake> {
  const keys: Buffer[] = [];
  const onKeys = (line: Buffer): void => {
    keys.push(line);
  };
  const server =
    plan.peers === 'Node to OpenSSL' ? await serveOpenssl(plan, folder) : await serveNode(plan, certificates, onKeys);
  const relay = new RecordingRelay(server.port);
  try {
    const port = await relay.listen();
    const calling = plan.peers === 'OpenSSL to Node' ? callOpenssl : callNode;
    await within(Promise.all([calling(plan, certificates, folder, port, onKeys), relay.done]));
  } finally {
    relay.close();
    server.close();
  }
  return { capture: relay.capture(), keyLog: Buffer.concat(keys) };
}

/** Writes the files that OpenSSL's programs read. */
export async function writeCertificates(certificates: ThrowawayCertificates, folder: string): Promise<void> {
  await writeFile(join(folder, 'authority.pem'), certificates.authority);
  for (const side of ['server', 'client'] as const) {
    await writeFile(join(folder, `${side}.pem`), certificates[side].certificate);
    await writeFile(join(folder, `${side}.key`), certificates[side].key, { mode: 0o600 });
  }
}

interface Serving {
  port: number;
  close(): void;
}

async function serveNode(
  plan: HandshakePlan,
  { authority, server: own }: ThrowawayCertificates,
  onKeys: (line: Buffer) => void,
): Promise<Serving> {
  const server = createTlsServer(
    {
      ...{ key: own.key, cert: own.certificate, ca: authority, ...exactly(plan.version) },
      requestCert: plan.policy !== 'none',
      rejectUnauthorized: plan.policy === 'required',
    },
    (socket) => {
      socket.on('error', () => {});
      socket.on('data', (octets: Buffer) => socket.end(octets));
    },
  );
  if (plan.peers === 'OpenSSL to Node') server.on('keylog', onKeys);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

async function serveOpenssl(plan: HandshakePlan, folder: string): Promise<Serving> {
  const port = await freePort();
  const verify = { none: [], optional: ['-verify', '2'], required: ['-Verify', '2', '-verify_return_error'] };
  const child = spawn(
    'openssl',
    [
      ...['s_server', '-accept', `127.0.0.1:${port}`, '-rev', version(plan)],
      ...['-cert', 'server.pem', '-key', 'server.key', '-CAfile', 'authority.pem', ...verify[plan.policy]],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await within(
    new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => reject(new Error('openssl s_server ended at once')));
      child.stdout.on('data', (text: Buffer) => {
        if (text.includes('ACCEPT')) resolve();
      });
    }),
  );
  return { port, close: () => void child.kill() };
}

async function callNode(
  plan: HandshakePlan,
  { authority, client }: ThrowawayCertificates,
  _folder: string,
  port: number,
  onKeys: (line: Buffer) => void,
): Promise<void> {
  const own = plan.presents ? { key: client.key, cert: client.certificate } : {};
  const socket = connectTls({
    ...{ port, host: '127.0.0.1', servername: selftestName, ca: authority, ...own, ...exactly(plan.version) },
  });
  socket.on('keylog', onKeys);
  socket.on('secureConnect', () => socket.write(question));
  socket.on('data', () => socket.end());
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}

async function callOpenssl(
  plan: HandshakePlan,
  _certificates: ThrowawayCertificates,
  folder: string,
  port: number,
): Promise<void> {
  const own = plan.presents ? ['-cert', 'client.pem', '-key', 'client.key'] : [];
  const child = spawn(
    'openssl',
    [
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', selftestName, '-CAfile', 'authority.pem'],
      ...['-quiet', version(plan), ...own],
    ],
    { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  child.stdin.on('error', () => {});
  child.stdin.write(question);
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
}

function exactly(only: SecureVersion): { minVersion: SecureVersion; maxVersion: SecureVersion } {
  return { minVersion: only, maxVersion: only };
}

function version(plan: HandshakePlan): string {
  return plan.version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3';
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing happened for ${patience / 1000} seconds`)), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
