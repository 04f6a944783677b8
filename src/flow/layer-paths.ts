import type { PacketView } from '../model/packet.js';
import { layerText } from '../wire/tunnel/layers.js';

/** Distinct encapsulations remembered; a capture of forged tunnel identifiers shares one entry past it. */
const maxPaths = 65_536;

/** Encapsulations by small number, so that a flow record holds one word for them. */
export class LayerPaths {
  readonly #paths: string[][] = [[]];
  readonly #numbers: Map<string, number> = new Map();
  #overflow = 0;

  /** The number of the packet's encapsulation; 0 = none. */
  numberOf(packet: PacketView): number {
    if (packet.layerCount === 0) return 0;
    const path: string[] = [];
    for (let at = 0; at < packet.layerCount; at++) path.push(layerText(packet.layerKinds[at]!, packet.layerIds[at]!));
    const key = path.join('/');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#paths.length > maxPaths) {
      if (this.#overflow === 0) this.#overflow = this.#paths.push(['too many encapsulations']) - 1;
      return this.#overflow;
    }
    const number = this.#paths.push(path) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** The encapsulation, outside in. */
  path(number: number): string[] {
    return this.#paths[number]!;
  }
}
