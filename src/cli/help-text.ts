/** Below the options of `analyze --help`: what a person needs to read the answer. */
export const afterHelp = `
Examples:
  analyze capture.pcap                    the answer on one screen
  analyze -v capture.pcap                 and everything behind it
  analyze /var/captures '2026-11-*.pcap'  directories, globs, rotated files
  tcpdump -w - | analyze -                standard input
  analyze a.ndjson b.ndjson               what sensors found (--format ndjson)
  analyze --checkpoint FILE /var/captures broken off, it goes on where it was
  analyze flows capture.pcap              every flow, with its number
  analyze hops capture.pcap               every hop, and the ways over proxies
  analyze explain capture.pcap 12         why flow 12 is what it is
  analyze --keylog keys.log capture.pcap  with keys: what TLS 1.3 hides is read
  analyze --ca roots.pem capture.pcap     certificates judged by what you trust
  analyze certs --export pem capture.pcap the certificates, as files
  analyze diff before.json after.pcap     what changed between two of them
  analyze timeline capture.pcap           when mutual TLS stopped, and for whom
  analyze ready-for-strict capture.pcap   who would break if it were required
  analyze evidence capture.pcap -o DIR    an annotated capture for each finding
  analyze -f json -o report.json capture.pcap

Reads pcap and pcapng, and reports of --format ndjson in their place, also in
gzip, zstd or lz4, by content and not by name.

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
  2  bad usage, a policy, hosts or key log file that can't be used, or an output
     that can't be written
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

/** Below the options of `analyze evidence --help`. */
export const evidenceHelp = `
Each finding gets a pcapng file with the frames that show it, a comment on every
frame, and the names that are known; manifest.json says what was read (SHA-256)
and how. The folder must be empty. The same version, options and captures give
the same octets.

No secret of cleartext is in the files: its payload is masked but for words of
the protocol (GET, AUTH PLAIN, names of headers), and cut where it is no text;
only headers of the PROXY protocol stay.
TLS handshakes are whole; of what TLS protects only record headers are kept (in
TLS 1.3 the encrypted handshake too). Findings that rest on cleartext content
may need --with-payload to be found again in their evidence.

With --anonymize hosts keep the structure of their networks, ports and times
stay, and payload is cut behind the headers of TLS records and messages: names
and certificates in them can not be replaced without breaking signatures. The
key is written nowhere; who has it can tell which host stands for which.
`;

/** Below the options of `analyze live --help`. */
export const liveHelp = `
Examples:
  analyze live -i eth0 --filter 'tcp port 8443'
  analyze live -i eth0 -i eth1 --write ring.pcapng --ring-size 200M
  analyze live -i eth0 -f ndjson -o events.ndjson --metrics 127.0.0.1:9464
  ssh gateway tcpdump -U -i eth0 -w - | analyze live -
  analyze live -i eth0 --web 9465

A child process does the capturing: tcpdump, dumpcap or the package cap. Only
that needs a capability:
  sudo setcap cap_net_raw,cap_net_admin+eip $(which tcpdump)

--web serves one page: the hop map coloured by state, findings as they come, and
rates. It has no password. On an address that others reach, everyone there may
look; from elsewhere rather use a tunnel: ssh -L 9465:127.0.0.1:9465 SENSOR. It
answers to its address, to localhost, and to the name that it was told to listen
on.

Signals:
  SIGUSR1          the report so far, as text on standard error
  SIGHUP           reopen the output, begin another file of the ring, and read
                   the policy again: connections that end from then on are
                   judged by it, and its lines begin anew; findings stay, in the
                   segments of their names. One that can't be used is told, and
                   the old stays
  SIGINT, SIGTERM  end with the report; a second SIGINT ends at once
`;

/** Below the options of `analyze diff --help`. */
export const diffHelp = `
Hops are matched by client, server and port; findings by kind and what they are
about (hop, server, client or certificate). Frames and flows do not matter.

Exit status 1: a hop lost mutual TLS, or a finding is new or more severe; with
--fail-on high only what weighs as much. A hop that loses mutual TLS weighs
high, one that is new without it medium, one that can't be told any more low.

Formats: text, json.
`;

/** Below the options of `analyze mcp --help`. */
export const mcpHelp = `
For a client that starts servers by a command, such as
  {"command": "analyze", "args": ["mcp", "--root", "/var/captures"]}

Paths outside of --root are refused, also through symbolic links. What comes
from the captures is marked as such in every answer: it is data, not
instructions.
`;

/** Below the options of `analyze policy --help`. */
export const policyHelp = `
A policy says which connections a segment is about, and what must hold there:

  version: 1
  segments:
    - name: payments          # a connection is the first segment's that fits
      servers: 10.0.2.0/24    # also: ports, clients, server-names (* in one
      ports: [8443]           # label, ** in all), workloads, client-workloads
      require: mutual         # mutual, tls or cleartext-ok
      min-version: TLSv1.2
      suites: [TLS_AES_*, TLS_ECDHE_*_GCM_*]
      server-ca: ca/servers.pem     # beside the policy file: who may issue
      client-ca: ca/clients.pem
      pins: [sha256/AAAA…=]         # public keys, as SHA-256
      client-identities: ["spiffe://corp.example/ns/payments/**"]
      max-ticket-lifetime: 12h
      severity: high                # of a line that FAILs (the default)
      severities: {weak-cert-key: critical}
      tags: [pci]                   # has --profile pci-dss-4 judge it
  exceptions:
    - kinds: [cleartext-http]       # findings it silences
      requirements: [mutual]        # lines it excuses
      segments: [payments]          # or servers, clients
      owner: team-pay@corp.example
      reason: the old terminals go in June
      expires: 2027-06-30           # its last day, by the clock of the packets

PASS: every hop with traffic showed it. FAIL: a connection broke it. UNSEEN: no
traffic, or a hop where nothing can be told. A workload's name is taken from
--hosts or the capture's name block, never from DNS, which anybody can answer.
A finding that a segment allows in so many words is silenced, and counted.
`;

/** Below the options of `analyze timeline --help`. */
export const timelineHelp = `
An interval is connections of a hop, one after the other, in one state (see
\`analyze --help\`; enforced is told of hops only). A resumed session counts as
the full handshake that it rests on, where the capture has it. Mutual TLS
stopped where a client that had presented a certificate, or any client where all
had, is later served without one, and nobody presents one again. '(likely)' is
inferred.

Formats: text, json, csv.
`;

/** Below the options of `analyze ready-for-strict --help`. */
export const strictHelp = `
What each client does now decides:
  in cleartext, asked and shows none, bad certificate, refused already
                          it would break
  never asked, resumed sessions only, can't be told
                          nobody can say: whether it has a certificate is not
                          to be seen ('shows elsewhere' = on another service)
  presents a certificate  it is ready
Once a client presents a certificate, only what it does afterwards counts
against it. #N is the frame of the last connection that shows it, and then its
time.

Formats: text, json, csv. The exit status is that of \`analyze\`.
`;
