// Names and intent: DNS answers off the wire, and policy files, which people write.
import { strict as assert } from 'node:assert';
import { mutateBytes } from './mutate.mjs';

/** @typedef {import('../bench/random.mjs').Random} Random */
/** @typedef {(path: string) => Promise<any>} Load */

const guards = [0x00, 0xff];

/** Input: a DNS message. @param {Load} load */
export async function dns(load) {
  const { readDnsAnswers } = await load('protocols/dns-answers');
  const question = '016107657861 6d706c65000001'.replace(' ', '');
  const head = (/** @type {number} */ answers) => `1234818000010${answers.toString(16).padStart(3, '0')}00000000`;
  const asked = `${question}0001`;
  const seeds = [
    `${head(1)}${asked}c00c00010001000000300004c0000201`,
    `${head(2)}${asked}c00c000500010000003000020162c00ec02300010001000000300004c0000202`,
    `${head(1)}${asked}c00c001c000100000030001020010db8000000000000000000000001`,
  ].map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));
  return {
    seeds,
    run(/** @type {Uint8Array} */ message) {
      const [first, second] = guards.map((guard) => {
        const lent = new Uint8Array(message.length + 64).fill(guard);
        lent.set(message, 32);
        /** @type {unknown[]} */
        const told = [];
        readDnsAnswers(lent, 32, 32 + message.length, (/** @type {unknown[]} */ ...all) => {
          told.push(all.map((one) => (one instanceof Uint8Array ? Buffer.from(one).toString('hex').length : one)));
        });
        return told;
      });
      assert.deepEqual(second, first, 'the answer depends on octets outside the range');
      assert.ok(first.length <= 64, 'more addresses than records are read');
    },
  };
}

const policies = [
  'version: 1\nsegments:\n  - name: backend\n    servers: [10.0.0.0/8, "[2001:db8::1]"]\n    ports: [443, 8000-9000]\n    require: mutual\n    min-version: TLSv1.2\n    pins: ["sha256:00"]\n',
  'version: 1\nsegments:\n  - name: web\n    server-names: ["*.example"]\n    require: tls\n    severities: { weak-cert-key: low }\nexceptions:\n  - kinds: [cleartext-http]\n    owner: a\n    reason: b\n    expires: 2027-01-01\n',
  'a: &a [*a, {b: *a}]\n? [complex]\n: !!binary AAAA\n',
];

/** Input: a policy file. @param {Load} load */
export async function policy(load) {
  const { readPolicy } = await load('policy/read-policy');
  return {
    seeds: policies.map((text) => new Uint8Array(Buffer.from(text))),
    mutate: (/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) =>
      mutateBytes(random, bytes, other).subarray(0, 8192),
    run(/** @type {Uint8Array} */ bytes) {
      const { policy: read, errors } = readPolicy(Buffer.from(bytes).toString('utf8'), 'policy.yaml', [
        'cleartext-http',
      ]);
      assert.ok((read === null) !== (errors === null), 'neither a policy nor an error');
      for (const { line, column, message } of errors ?? []) {
        assert.ok(line >= 1 && column >= 1 && message !== '', 'an error without a place');
        assert.ok(!/[\n\r]/.test(message), 'an error of several lines');
      }
    },
  };
}
