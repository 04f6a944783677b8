import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Something that reads a capture. `per` says what its cost is compared by: the whole file, or each packet where it reads a
 * smaller file because it is too slow for the whole.
 * @typedef {{ name: string, command: (path: string) => string[], isThere: () => boolean, get: string, per: 'file' | 'packet' }} Contender
 */

const tlsFields = [
  'frame.number',
  'tcp.stream',
  'tls.record.content_type',
  'tls.handshake.type',
  'tls.handshake.version',
  'tls.handshake.ciphersuite',
  'tls.handshake.extensions_server_name',
  'tls.handshake.ja3',
  'tls.handshake.certificate_length',
  'tls.alert_message.desc',
];

/** The product itself, as a user starts it. @type {Contender} */
export const product = {
  name: 'barewire',
  command: (path) => [execPath, join(here, '..', '..', 'bin', 'analyze.js'), path, '--format', 'json'],
  isThere: () => true,
  get: '',
  per: 'file',
};

/** @type {readonly Contender[]} */
export const contenders = [
  {
    name: 'dd',
    command: (path) => ['dd', `if=${path}`, 'of=/dev/null', 'bs=1M', 'status=none'],
    isThere: () => isInstalled('dd'),
    get: 'coreutils',
    per: 'file',
  },
  {
    name: 'tcpdump -w',
    command: (path) => ['tcpdump', '-r', path, '-w', '/dev/null'],
    isThere: () => isInstalled('tcpdump'),
    get: 'tcpdump',
    per: 'file',
  },
  {
    name: 'ndpiReader',
    command: (path) => ['ndpiReader', '-i', path, '-q'],
    isThere: () => isInstalled('ndpiReader'),
    get: 'libndpi-bin',
    per: 'file',
  },
  {
    name: 'argus',
    command: (path) => ['argus', '-X', '-r', path, '-w', '/dev/null'],
    isThere: () => isInstalled('argus'),
    get: 'argus-server',
    per: 'file',
  },
  {
    name: 'tcpflow',
    // To its standard output, which is thrown away: writing a file a connection would measure the disk.
    command: (path) => ['tcpflow', '-q', '-Z', '-c', '-X', '/dev/null', '-r', path],
    isThere: () => isInstalled('tcpflow'),
    get: 'tcpflow',
    per: 'file',
  },
  {
    name: 'pcap-parser',
    command: (path) => [execPath, join(here, 'iterate-pcap-parser.mjs'), path],
    isThere: hasPcapParser,
    get: 'npm ci',
    per: 'file',
  },
  {
    name: 'tshark',
    command: (path) => [
      'tshark',
      '-r',
      path,
      '-Y',
      'tls',
      '-T',
      'fields',
      ...tlsFields.flatMap((field) => ['-e', field]),
    ],
    isThere: () => isInstalled('tshark'),
    get: 'tshark',
    per: 'packet',
  },
];

function hasPcapParser() {
  try {
    createRequire(import.meta.url).resolve('pcap-parser');
    return true;
  } catch {
    return false;
  }
}
