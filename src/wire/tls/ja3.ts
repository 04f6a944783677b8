// JA3 and JA3S (Salesforce, 2017; BSD-3-Clause): MD5 over decimal numbers in the order of the hello, GREASE left out.

import { md5Hex } from '../../base/hash.js';
import { isGrease } from '../../registry/grease.js';

/** JA3 of a ClientHello, as hexadecimal. */
export function ja3(
  legacyVersion: number,
  cipherSuites: readonly number[],
  extensions: readonly number[],
  groups: readonly number[],
  ecPointFormats: readonly number[],
): string {
  return md5Hex(
    `${legacyVersion},${dashed(cipherSuites)},${dashed(extensions)},${dashed(groups)},${ecPointFormats.join('-')}`,
  );
}

/** JA3S of a ServerHello, as hexadecimal. */
export function ja3s(legacyVersion: number, cipherSuite: number, extensions: readonly number[]): string {
  return md5Hex(`${legacyVersion},${cipherSuite},${dashed(extensions)}`);
}

function dashed(codes: readonly number[]): string {
  let text = '';
  for (const code of codes) if (!isGrease(code)) text += text === '' ? code : `-${code}`;
  return text;
}
