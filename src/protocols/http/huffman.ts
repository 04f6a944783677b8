// RFC 7541 Appendix B: the Huffman code of HPACK. It is canonical, so the lengths of the codes say it all.

/** Symbols by the length of their code in bits, in rising order; 256 ends a string. */
const symbolsByLength: readonly (readonly [bits: number, symbols: readonly number[]])[] = [
  [5, ascii('012aceiost')],
  [6, ascii(' %-./3456789=A_bdfghlmnpru')],
  [7, ascii(':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz')],
  [8, ascii('&*,;XZ')],
  [10, ascii('!"()?')],
  [11, ascii("'+|")],
  [12, ascii('#>')],
  [13, [0, ...ascii('$@[]~')]],
  [14, ascii('^}')],
  [15, ascii('<`{')],
  [19, [92, 195, 208]],
  [20, [128, 130, 131, 162, 184, 194, 224, 226]],
  [21, [153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230]],
  [
    22,
    [
      129, 132, 133, 134, 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187, 189, 190, 196, 198,
      228, 232, 233,
    ],
  ],
  [
    23,
    [
      1, 135, 137, 138, 139, 140, 141, 143, 147, 149, 150, 151, 152, 155, 157, 158, 165, 166, 168, 174, 175, 180, 182,
      183, 188, 191, 197, 231, 239,
    ],
  ],
  [24, [9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237]],
  [25, [199, 207, 234, 235]],
  [26, [192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255]],
  [27, [203, 204, 211, 212, 214, 221, 222, 223, 241, 244, 245, 246, 247, 248, 250, 251, 252, 253, 254]],
  [
    28,
    [2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127, 220, 249],
  ],
  [30, [10, 13, 22, 256]],
];

const endOfString = 256;
const longestCode = 30;

/**
 * A node has two places, for a next bit of 0 and of 1: a node's number, or the complement of a symbol. Made when it is first asked
 * for: few captures have HTTP/2 that can be read.
 */
let tree: Int16Array | null = null;

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function buildTree(): Int16Array {
  const nodes = new Int16Array(2 * 257);
  let used = 1;
  let code = 0;
  let length = 0;
  for (const [bits, symbols] of symbolsByLength) {
    code *= 2 ** (bits - length);
    length = bits;
    for (const symbol of symbols) {
      let node = 0;
      for (let bit = bits - 1; bit > 0; bit--) {
        const place = node * 2 + (Math.floor(code / 2 ** bit) & 1);
        if (nodes[place] === 0) nodes[place] = used++;
        node = nodes[place]!;
      }
      nodes[node * 2 + (code & 1)] = ~symbol;
      code++;
    }
  }
  return nodes;
}

/**
 * Decodes `bytes[start, end)` into `out` from `at` on, as far as it reaches; returns the offset after the last octet, or -1 where
 * the code is broken: the end of string in it, or padding that is none (RFC 7541 §5.2).
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  tree ??= buildTree();
  let node = 0;
  let depth = 0;
  let ones = true;
  for (let offset = start; offset < end; offset++) {
    const octet = bytes[offset]!;
    for (let bit = 7; bit >= 0; bit--) {
      const next = (octet >> bit) & 1;
      const value = tree[node * 2 + next]!;
      if (value >= 0) {
        node = value;
        ones &&= next === 1;
        if (++depth > longestCode) return -1;
        continue;
      }
      const symbol = ~value;
      if (symbol === endOfString || at >= out.length) return -1;
      out[at++] = symbol;
      node = 0;
      depth = 0;
      ones = true;
    }
  }
  return depth < 8 && ones ? at : -1;
}
