// Why a child could not sniff, in one line with the command that mends it.
import { type CaptureCommand, permissionRemedy } from './backends.js';
import { LiveError } from './capture-request.js';
import { interfaceNames } from './interfaces.js';

/** Characters of a program's own words that are passed on. */
const longestWords = 300;

/** What is wrong when no backend is installed. */
export function noBackend(wanted: string): LiveError {
  const install = wanted === 'dumpcap' ? 'wireshark-common' : 'tcpdump';
  const what =
    wanted === 'cap'
      ? "the package cap is not installed; install it with: npm install cap (needs Debian's libpcap-dev and build-essential)"
      : `${wanted === 'auto' ? 'no program that captures packets' : wanted} is ${wanted === 'auto' ? 'installed' : 'not installed'}; install one with: sudo apt-get install ${install}`;
  return new LiveError('no-backend', what);
}

/** Makes one line of a failed child's last words. */
export function complaintOf(name: string, command: CaptureCommand, words: string): LiveError {
  const { backend } = command;
  if (/not up|network is down/i.test(words)) {
    return new LiveError('not-started', `${name} is down; bring it up with: sudo ip link set ${name} up`);
  }
  if (/no such device|doesn't exist|SIOCGIFHWADDR|there is no device|No such device/i.test(words)) {
    return noInterface(name);
  }
  if (/permi(tted|ssion)|privilege|capabilit|EPERM|EACCES/i.test(words)) return notPermitted(name, command);
  if (
    /syntax error|can't parse filter|parse error|expression rejected|unknown host|illegal token|invalid capture filter/i.test(
      words,
    )
  ) {
    return new LiveError('bad-filter', `the filter is refused: ${firstWords(words)}; see pcap-filter(7)`);
  }
  const why = words === '' ? 'it gave no reason' : firstWords(words);
  return new LiveError('not-started', `${backend} cannot capture on ${name}: ${why}`);
}

/** There is no interface of that name. */
export function noInterface(name: string): LiveError {
  const there = interfaceNames().join(', ');
  return new LiveError(
    'no-interface',
    `there is no interface ${name} here; there are: ${there} (see: analyze interfaces)`,
  );
}

function notPermitted(name: string, command: CaptureCommand): LiveError {
  return new LiveError(
    'not-permitted',
    `${command.backend} is not permitted to capture on ${name}; let it: ${permissionRemedy(command)}`,
  );
}

/** Long explanations of how to use the program are cut. */
function firstWords(words: string): string {
  return words.length <= longestWords ? words : `${words.slice(0, longestWords)}…`;
}
