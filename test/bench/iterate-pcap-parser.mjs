// Goes through a capture with the package pcap-parser and does nothing else: what reading alone costs there.
import { argv } from 'node:process';
import { parse } from 'pcap-parser';

let packets = 0;
const parser = parse(argv[2]);
parser.on('packet', () => packets++);
parser.on('error', (/** @type {Error} */ error) => {
  throw error;
});
parser.on('end', () => console.log(packets));
