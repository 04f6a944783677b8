#!/usr/bin/env bash
# Records the captures that show rules which no whole topology shows, with OpenSSL on the loopback interface: certificates that
# end at a given time, sessions that outlive them, revocation, one key on several hosts, refusals in a row, a bad signature.
# Usage: scripts/record-rule-captures.sh FOLDER (needs root for tcpdump, and Wireshark's editcap). Writes FOLDER/*.pcap and the PEM files beside them.
set -euo pipefail
out=$(realpath "$1")
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

# certificate NAME PURPOSE START END [KEY]: a leaf of the CA, dates as YYYYMMDDHHMMSSZ.
mkdir issued; : > index.txt; echo 1000 > serial; echo 1000 > crlnumber
cat > ca.cnf <<'C'
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = issued
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_crl_days = 3650
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:service.rules.example
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
[issuer]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
C
ec() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
at() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
ec ca.key
openssl req -new -x509 -key ca.key -subj '/CN=Rules CA' -days 7300 -config ca.cnf -extensions issuer -out ca.pem
certificate() {
  local name=$1 purpose=$2 start=$3 end=$4 key=${5:-$1.key}
  [ -f "$key" ] || ec "$key"
  openssl req -new -key "$key" -subj "/CN=$name" -config ca.cnf -out "$name.csr"
  openssl ca -batch -notext -config ca.cnf -extensions "$purpose" -startdate "$start" -enddate "$end" -in "$name.csr" -out "$name.pem" 2>/dev/null
}
certificate service server "$(at '-10 days')" "$(at '+10 years')"
certificate client client "$(at '-10 days')" "$(at '+10 years')"
certificate ending server "$(at '-200 days')" "$(at '+9 days')"
certificate brief client "$(at '-10 days')" "$(at '+8 seconds')"
brief_made=$(date +%s)
certificate lost client "$(at '-10 days')" "$(at '+10 years')"
certificate misused client "$(at '-10 days')" "$(at '+10 years')"
certificate second server "$(at '-10 days')" "$(at '+10 years')" service.key
openssl ca -config ca.cnf -revoke lost.pem 2>/dev/null
openssl ca -config ca.cnf -gencrl -crlhours 87600 -out rules.crl 2>/dev/null || openssl ca -config ca.cnf -gencrl -out rules.crl

port=24000
# record NAME FILTER: begins a capture; stop ends it.
record() {
  tcpdump -i lo -s 0 -U -w "$1.pcap" "tcp portrange 24000-24999" 2>/dev/null &
  sniffer=$!
  sleep 1
}
stop() { sleep 1; kill -INT "$sniffer"; wait "$sniffer" 2>/dev/null || true; }
# serve ADDRESS CERTIFICATE KEY OPTIONS…: a server on the next port.
serve() {
  local address=$1 certificate=$2 key=$3
  shift 3
  port=$((port + 1))
  openssl s_server -accept "$address:$port" -cert "$certificate" -key "$key" -CAfile ca.pem -www -quiet "$@" >/dev/null 2>&1 &
  sleep 0.4
}
# ask ADDRESS OPTIONS…: a request to the last server.
ask() {
  local address=$1
  shift
  { printf 'GET / HTTP/1.0\r\n\r\n'; sleep 0.3; } |
    openssl s_client -connect "$address:$port" -servername service.rules.example -CAfile ca.pem -quiet "$@" >/dev/null 2>&1 || true
}

record session-outlives-certificate
serve 127.0.0.11 service.pem service.key -tls1_2 -Verify 1
ask 127.0.0.11 -cert brief.pem -key brief.key -sess_out session.pem
ask 127.0.0.11 -cert brief.pem -key brief.key -sess_in session.pem
while [ "$(date +%s)" -lt $((brief_made + 10)) ]; do sleep 0.5; done
ask 127.0.0.11 -cert brief.pem -key brief.key -sess_in session.pem
stop

record refused-again-and-again
serve 127.0.0.11 service.pem service.key -tls1_2 -Verify 1 -verify_return_error
for _ in $(seq 12); do ask 127.0.0.11; done
ask 127.0.0.11 -cert client.pem -key client.key
stop

record revoked-client
serve 127.0.0.11 service.pem service.key -tls1_2 -Verify 1
ask 127.0.0.11 -cert lost.pem -key lost.key
ask 127.0.0.11 -cert client.pem -key client.key -bind 127.0.0.5:0
stop

record one-key-two-hosts
serve 127.0.0.11 service.pem service.key -tls1_2
ask 127.0.0.11
serve 127.0.0.12 second.pem service.key -tls1_2
ask 127.0.0.12
stop

record certificate-ends-soon
serve 127.0.0.11 ending.pem ending.key -tls1_2
ask 127.0.0.11
stop

record purpose-of-a-client
serve 127.0.0.11 misused.pem misused.key -tls1_2
ask 127.0.0.11
stop

# No library goes on after a bad signature, so one is made bad in a good capture: the last octet of the ServerKeyExchange.
node - certificate-ends-soon.pcap signature-altered.pcap <<'N'
const { readFileSync, writeFileSync } = require('node:fs');
const [, , from, to] = process.argv;
const bytes = readFileSync(from);
for (let at = 0; at + 9 < bytes.length; at++) {
  const length = bytes.readUInt16BE(at + 3);
  const isServerKeyExchange = bytes[at] === 0x16 && bytes[at + 1] === 3 && bytes[at + 2] === 3 && bytes[at + 5] === 0x0c;
  if (!isServerKeyExchange || bytes.readUIntBE(at + 6, 3) + 4 !== length) continue;
  bytes[at + 5 + length - 1] ^= 0x01;
  writeFileSync(to, bytes);
  process.exit(0);
}
throw new Error('no ServerKeyExchange');
N

# The same with a piece missing, so that nobody can be sure.
editcap -F pcap signature-altered.pcap signature-altered-gap.pcap 10

mkdir -p "$out"
cp signature-altered-gap.pcap "$out/"
cp purpose-of-a-client.pcap signature-altered.pcap "$out/"
cp session-outlives-certificate.pcap refused-again-and-again.pcap revoked-client.pcap one-key-two-hosts.pcap certificate-ends-soon.pcap "$out/"
cp rules.crl "$out/revoked-client.crl"
cp ca.pem "$out/revoked-client-ca.pem"
