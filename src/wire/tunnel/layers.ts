import { type LayerName, layerNames } from '../../model/packet.js';

/** Position of each encapsulation layer in the model's `layerNames`: what `pushLayer` takes. */
export const layer: { readonly [Name in LayerName]: number } = {
  vlan: 0,
  mpls: 1,
  pppoe: 2,
  gre: 3,
  erspan: 4,
  ipip: 5,
  '6in4': 6,
  vxlan: 7,
  geneve: 8,
  'gtp-u': 9,
  teredo: 10,
  l2tp: 11,
  ayiya: 12,
  capwap: 13,
  ah: 14,
  ip4in6: 15,
  ip6in6: 16,
  wlan: 17,
  nvgre: 18,
  pbb: 19,
  vntag: 20,
  fabricpath: 21,
  etherip: 22,
  nsh: 23,
  macsec: 24,
  minenc: 25,
};

/** Layers whose header carries no identifier, so that none is printed. */
const unnumbered: ReadonlySet<number> = new Set([
  layer.ipip,
  layer['6in4'],
  layer.ip4in6,
  layer.ip6in6,
  layer.teredo,
  layer.ayiya,
  layer.capwap,
  layer.wlan,
  layer.fabricpath,
  layer.etherip,
  layer.minenc,
]);

/**
 * A layer in the report's words: 'vlan:12', 'vxlan:42', 'teredo'. Identifiers are printed unsigned. GRE without a key
 * is plain 'gre'; an L2TP identifier is tunnel and session: 'l2tp:7/9'.
 */
export function layerText(kind: number, id: number): string {
  const name = layerNames[kind] ?? `layer-${kind}`;
  if (unnumbered.has(kind) || (kind === layer.gre && id === 0)) return name;
  if (kind === layer.l2tp) return `${name}:${id >>> 16}/${id & 0xffff}`;
  return `${name}:${id >>> 0}`;
}
