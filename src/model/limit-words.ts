// Bounds of ours that were reached, for a person: the names that JSON has say nothing to who doesn't know this program.

/** What each bound left out, in the plural, by its name in `Summary.limits`. */
const words: Readonly<Record<string, string>> = {
  evictedFlows: 'connections ended early because too many were open at a time',
  heldOctets: 'packets given up as lost because too much had come after them',
  unlistedGaps: 'gaps counted but not listed',
  fragmentedDatagrams: 'fragmented datagrams dropped because too many were incomplete at a time',
  fragmentOctets: 'fragmented datagrams dropped because their fragments took too much memory',
  fragmentPieces: 'fragments dropped because their datagram came in too many pieces',
  unfinishedMessages: 'handshake messages dropped because too much of them was incomplete at a time',
  hops: 'connections left out of hops because there are too many hops',
  listedConnections: 'connections counted but not listed with their hop',
  exchanges: 'questions and answers not used to join the legs of proxies',
  claims: 'marks of proxies not used to join their legs',
  certificates: 'certificates left out because there are too many',
  certificateOctets: 'certificates kept without their octets',
  addressNames: 'names of addresses left out because there are too many',
  findings: 'findings left out because there are too many',
  signatures: 'signatures not verified because there are too many',
  forgottenConnections: 'connections forgotten: what is told is about those after them',
  forgottenEvents: 'hops and findings forgotten as told: they are told anew where they come again',
  unwrittenPackets: 'packets not written to the file of --write, and analysed all the same',
  sightings: 'connections not compared between the captures because there are too many',
};

/** What the bound left out, behind a count: 'fragments dropped because …'; by its name where that is all we have. */
export function limitWords(name: string): string {
  return Object.hasOwn(words, name) ? words[name]! : `times the limit '${name}' was reached`;
}
