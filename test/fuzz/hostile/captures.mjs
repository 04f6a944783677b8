// Captures made to hurt: what each attack writes, by name, from a seed, at any size.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../bench/random.mjs';
import { authorityAttacks } from './authorities.mjs';
import { certificateAttacks } from './certificates.mjs';
import { collisionAttacks } from './collisions.mjs';
import { contentAttacks } from './content.mjs';
import { datagramAttacks } from './datagrams.mjs';
import { decryptedAttacks } from './decrypted.mjs';
import { fileAttacks } from './files.mjs';
import { helloAttacks } from './hellos.mjs';
import { joinAttacks } from './joins.mjs';
import { packetAttacks } from './packets.mjs';
import { pieceAttacks } from './pieces.mjs';
import { tlsAttacks } from './tls.mjs';
import { HostileFile } from './wire.mjs';

/** @typedef {import('./captures.d.mts').Maker} Maker */
/** @typedef {import('./captures.d.mts').HostileCapture} HostileCapture */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const octetsAtFullScale = 20_000_000;
/** Ethernet, IPv4, TCP and a few octets. */
const octetsOfPacket = 80;

/** Every attack. @type {Readonly<Record<string, Maker>>} */
export const attacks = {
  ...packetAttacks,
  ...tlsAttacks,
  ...certificateAttacks,
  ...contentAttacks,
  ...fileAttacks,
  ...collisionAttacks,
  ...datagramAttacks,
  ...authorityAttacks,
  ...decryptedAttacks,
  ...helloAttacks,
  ...joinAttacks,
  ...pieceAttacks,
};

/**
 * Writes the capture of an attack; `scale` 1 is 20 MB of packets.
 * @param {string} name @param {string} folder @param {{ scale?: number, seed?: number, only?: string }} [options] @returns {HostileCapture}
 */
export function makeHostile(name, folder, { scale = 1, seed = 1, only } = {}) {
  const octets = octetsAtFullScale * scale;
  const file = new HostileFile(join(folder, `${name}.pcap`));
  const count = Math.floor(octets / octetsOfPacket);
  const made = attacks[name]({ file, octets, count, random: new Random(seed), folder, root, scale, name, only }) ?? {};
  file.close();
  return {
    inputs: made.inputs ?? [file.path],
    args: made.args ?? [],
    octets: made.octets ?? file.octets,
    also: made.also ?? 0,
    packets: made.packets ?? file.packets,
  };
}
