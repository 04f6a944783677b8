import { formatAddress } from '../../src/base/address.js';
import { PacketDecoder } from '../../src/flow/decoder.js';
import { type Decoded, PacketView } from '../../src/model/packet.js';
import { layerText } from '../../src/wire/tunnel/layers.js';

/** Octets around each frame in its buffer: reading them would show as nonsense. */
const margin = 64;
const marginOctet = 0x66;

/** A view of `frame` between margins of noise. `originalLength` may be more than the frame has: a snap length cut it. */
export function viewOf(frame: Uint8Array, linkType = 1, originalLength: number = frame.length): PacketView {
  const view = new PacketView();
  present(view, frame, linkType, originalLength);
  return view;
}

/** Sets the view's frame part. */
export function present(
  view: PacketView,
  frame: Uint8Array,
  linkType = 1,
  originalLength: number = frame.length,
): void {
  view.bytes = new Uint8Array(frame.length + 2 * margin).fill(marginOctet);
  view.bytes.set(frame, margin);
  view.start = margin;
  view.end = margin + frame.length;
  view.originalLength = originalLength;
  view.linkType = linkType;
  view.frame++;
}

/** What a decoder made of a frame, in comparable form. */
export interface DecodedPacket {
  code: Decoded;
  family: number;
  source: string;
  destination: string;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  payload: number[];
  payloadLength: number;
  layers: string[];
}

/** Decodes one frame and describes the view. */
export function decodeFrame(
  frame: Uint8Array,
  linkType = 1,
  decoder: PacketDecoder = new PacketDecoder(),
  originalLength: number = frame.length,
): DecodedPacket {
  const view = viewOf(frame, linkType, originalLength);
  return describeView(view, decoder.decode(view));
}

/** Describes what `decode` left in the view. */
export function describeView(view: PacketView, code: Decoded): DecodedPacket {
  const hasAddresses = view.family !== 0;
  const hasTransport = code <= 1;
  return {
    code,
    family: view.family,
    source: hasAddresses ? formatAddress(view.family, view.source0, view.source1, view.source2, view.source3) : '',
    destination: hasAddresses
      ? formatAddress(view.family, view.destination0, view.destination1, view.destination2, view.destination3)
      : '',
    protocol: view.protocol,
    sourcePort: hasTransport ? view.sourcePort : 0,
    destinationPort: hasTransport ? view.destinationPort : 0,
    payload: hasTransport ? [...view.bytes.subarray(view.payloadStart, view.payloadEnd)] : [],
    payloadLength: hasTransport ? view.payloadLength : 0,
    layers: layersOf(view),
  };
}

/** The view's encapsulation in the report's words. */
export function layersOf(view: PacketView): string[] {
  return Array.from({ length: view.layerCount }, (_, at) => layerText(view.layerKinds[at]!, view.layerIds[at]!));
}

/**
 * The view's octets behind a guard: reading one outside `[start, end)` throws. Slow, and good for header reads only (a
 * fragment's copy would need the real array).
 */
export function guard(view: PacketView): void {
  const { bytes, start, end } = view;
  // Numbers of several octets are read through a view of the buffer: where that ends with the frame, a read beyond throws, too.
  const whole = bytes.slice(0, end);
  view.bytes = new Proxy(bytes, {
    get(target, property) {
      if (property === 'buffer' || property === 'byteOffset' || property === 'byteLength') return whole[property];
      const index = typeof property === 'string' ? Number(property) : Number.NaN;
      if (!(index >= start && index < end))
        throw new RangeError(`read of ${String(property)} outside [${start}, ${end})`);
      return target[index];
    },
  });
}
