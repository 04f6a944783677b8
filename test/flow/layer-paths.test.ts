import { describe, expect, it } from 'vitest';
import { LayerPaths } from '../../src/flow/layer-paths.js';
import { PacketView } from '../../src/model/packet.js';

const vlan = 0;
const vxlan = 7;

function packetIn(...layers: readonly (readonly [number, number])[]): PacketView {
  const packet = new PacketView();
  for (const [kind, id] of layers) packet.pushLayer(kind, id);
  return packet;
}

describe('LayerPaths', () => {
  it('gives the same number for the same encapsulation, and 0 for none', () => {
    const paths = new LayerPaths();
    expect(paths.numberOf(packetIn())).toBe(0);
    expect(paths.path(0)).toEqual([]);
    const number = paths.numberOf(packetIn([vlan, 1], [vxlan, 2]));
    expect(paths.numberOf(packetIn([vlan, 1], [vxlan, 2]))).toBe(number);
    expect(paths.path(number)).toEqual(['vlan:1', 'vxlan:2']);
  });

  it('tells kinds, identifiers, order and depth apart', () => {
    const paths = new LayerPaths();
    const numbers = [
      packetIn([vlan, 1]),
      packetIn([vlan, 2]),
      packetIn([vxlan, 1]),
      packetIn([vlan, 1], [vlan, 2]),
      packetIn([vlan, 2], [vlan, 1]),
      packetIn([vlan, 1], [vlan, 1]),
    ].map((packet) => paths.numberOf(packet));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('stays bounded when every packet has another encapsulation, and keeps what it knew', () => {
    const paths = new LayerPaths();
    const first = paths.numberOf(packetIn([vxlan, 0]));
    const last = Array.from({ length: 70_000 }, (_, id) => paths.numberOf(packetIn([vxlan, id]))).at(-1)!;
    expect(paths.path(last)).toEqual(['too many encapsulations']);
    expect(paths.numberOf(packetIn([vxlan, 0xffffff]))).toBe(last);
    expect(paths.numberOf(packetIn([vxlan, 0]))).toBe(first);
    expect(last).toBeLessThan(65_600);
  });
});
