/** Below the options of `analyze --help`: what a person needs to read the answer. */
export const afterHelp = `
Examples:
  analyze capture.pcap                    the answer on one screen
  analyze -v capture.pcap                 and everything behind it
  analyze /var/captures '2026-11-*.pcap'  directories, globs, rotated files
  tcpdump -w - | analyze -                standard input
  analyze flows capture.pcap              every flow, with its number
  analyze hops capture.pcap               every hop, and the ways over proxies
  analyze explain capture.pcap 12         why flow 12 is what it is
  analyze --keylog keys.log capture.pcap  with keys: what TLS 1.3 hides is read
  analyze --ca roots.pem capture.pcap     certificates judged by what you trust
  analyze certs --export pem capture.pcap the certificates, as files
  analyze -f json -o report.json capture.pcap

Reads pcap and pcapng, also in gzip, zstd or lz4, by content and not by name.

A hop is one client host and one service. Its state, worst first:
  cleartext     not encrypted
  server-only   TLS, and the server never asks for a client certificate
  optional      it asks, and serves clients without one or with a bad one
  unknown       the packets don't tell (TLS 1.3 without keys, a broken capture)
  resumed       only resumed sessions; the handshake they rest on isn't there
  rejected      this client was refused
  presented     a certificate on every full handshake
  enforced      and the service was seen refusing who has none or a bad one

Exit status:
  0  analysed
  1  and found what --fail-on or --fail-under names
  2  bad usage, a key log that can't be read, or an output that can't be written
  3  an input could not be read at all (the others are still reported)
  70  a bug in this program
  130  interrupted (what was learnt until then is reported)
`;

/** Below the options of `analyze flows --help`. */
export const flowsHelp = `
The last column says what is known of the client's certificate:
  mutual          presented; '(likely)' where that is inferred
  refused         the server ended it over the certificate, or for want of one
  one-way         not asked for; 'one-way, asked': asked for, none sent
  resumed         a resumed session, which inherits from its full handshake
  can't be told   see \`analyze explain FILE FLOW\`
`;
