// Protocols whose cleartext is worth a finding: they carry data, commands or accounts, and have a secured form. What serves the
// network itself and is public by nature (DNS, DHCP, NTP, discovery, routing), protects itself (Kerberos, SSH, VPNs), or has no
// secured form is left out: a tool that names those on every capture is switched off.
import type { Severity } from '../../model/finding.js';

/** A protocol in cleartext. */
export interface Service {
  /** As people call it. */
  title: string;
  /** What secures it. */
  secured: string;
  severity: Severity;
}

const data = (title: string, secured: string): Service => ({ title, secured, severity: 'medium' });
/** Where the harm depends on what is asked, or the secured form is seldom there. */
const lesser = (title: string, secured: string): Service => ({ title, secured, severity: 'low' });

const services: Readonly<Record<string, Service>> = {
  // Data stores
  redis: data('Redis', 'tls-port with tls-auth-clients yes'),
  memcached: data('Memcached', 'memcached -Z (TLS) with ssl_verify_mode=2'),
  mongodb: data('MongoDB', 'net.tls.mode: requireTLS'),
  mysql: data('MySQL', 'require_secure_transport = ON, and REQUIRE X509 for accounts'),
  postgresql: data('PostgreSQL', 'hostssl … clientcert=verify-full lines only in pg_hba.conf'),
  mssql: data('SQL Server', 'forced encryption (Force Strict Encryption for TDS 8)'),
  oracle: data('Oracle Net', 'a TCPS endpoint with SSL_CLIENT_AUTHENTICATION=TRUE'),
  cassandra: data(
    'Cassandra',
    'client_encryption_options with enabled, require_client_auth: true, and optional: false',
  ),
  elasticsearch: data(
    'Elasticsearch transport',
    'xpack.security.transport.ssl.enabled: true with verification_mode: full',
  ),
  zookeeper: data('ZooKeeper', 'secureClientPort with ssl.clientAuth=need'),
  // Messages
  amqp: data('AMQP', 'amqps (RabbitMQ: listeners.ssl with fail_if_no_peer_cert = true, listeners.tcp = none)'),
  mqtt: data('MQTT', 'mqtts (Mosquitto: require_certificate true on the listener)'),
  kafka: data('Kafka', 'security.protocol=SSL with ssl.client.auth=required'),
  nats: data('NATS', 'tls { verify: true }'),
  openwire: data('OpenWire (ActiveMQ)', 'an ssl:// connector with needClientAuth=true'),
  xmpp: data('XMPP', 'STARTTLS as required'),
  irc: data('IRC', 'ircs on port 6697'),
  thrift: data('Thrift', 'TSSLSocket with required client certificates'),
  ajp: data('AJP', 'HTTPS to the application server instead (AJP has no TLS)'),
  fastcgi: data(
    'FastCGI',
    'a Unix socket on the same host, HTTPS to the application, or a TLS tunnel (FastCGI has no TLS)',
  ),
  uwsgi: data('uwsgi', 'a Unix socket, or HTTPS to the application (uWSGI: https-socket with client certificates)'),
  scgi: data('SCGI', 'a Unix socket on the same host, HTTPS to the application, or a TLS tunnel (SCGI has no TLS)'),
  'sun-rpc': lesser('ONC RPC (NFS)', 'RPC-with-TLS (xprtsec=mtls) or Kerberos (sec=krb5p)'),
  dcerpc: lesser('DCE RPC', 'packet privacy (RPC_C_AUTHN_LEVEL_PKT_PRIVACY)'),
  // Mail, files, directories
  smtp: data('SMTP', 'STARTTLS as required (Postfix: smtpd_tls_security_level = encrypt), or submission by TLS on 465'),
  lmtp: data('LMTP', 'STARTTLS as required'),
  imap: data('IMAP', 'imaps on 993, or STARTTLS as required'),
  pop3: data('POP3', 'pop3s on 995, or STLS as required'),
  ftp: data('FTP', 'FTPS with protected data (PROT P), or SFTP'),
  'ftp-data': data('FTP data', 'protected data connections (PROT P), or SFTP'),
  rsync: data('rsync', 'rsync over SSH, or a TLS tunnel'),
  git: lesser('git://', 'https:// or SSH'),
  ldap: data('LDAP', 'ldaps on 636, or StartTLS as required (OpenLDAP: olcSecurity tls=1, olcTLSVerifyClient demand)'),
  smb: lesser('SMB', 'SMB 3 encryption (Set-SmbServerConfiguration -EncryptData $true)'),
  syslog: lesser('syslog', 'syslog over TLS on 6514 (RFC 5425)'),
  // Terminals and screens
  telnet: data('Telnet', 'SSH'),
  vnc: data('VNC', 'VeNCrypt with X509 security types, or an SSH tunnel'),
  x11: data('X11', 'SSH forwarding'),
  rdp: data('RDP', 'Network Level Authentication (TLS)'),
  // Voice and video
  sip: data('SIP', 'sips: (TLS on 5061) with SRTP'),
  rtsp: data('RTSP', 'rtsps with SRTP'),
  h323: data('H.323', 'H.235 with TLS signalling'),
  diameter: data('Diameter', 'TLS or DTLS (RFC 6733 §13)'),
  radius: lesser('RADIUS', 'RadSec (RADIUS over TLS, RFC 6614)'),
  // Machines and things
  coap: data('CoAP', 'coaps (DTLS)'),
  snmp: lesser('SNMP', 'SNMPv3 with authPriv, or SNMP over (D)TLS (RFC 6353)'),
  modbus: data('Modbus', 'Modbus/TCP Security (mutual TLS on port 802)'),
  dnp3: data('DNP3', 'TLS (IEC 62351-3) or DNP3-SA'),
  enip: data('EtherNet/IP', 'CIP Security (TLS and DTLS)'),
  opcua: data('OPC UA', 'security mode SignAndEncrypt'),
  s7comm: data('S7comm', 'S7CommPlus with TLS (TIA Portal V17 or newer)'),
  'iso-tsap': lesser('ISO transport', 'TLS beneath it (IEC 62351-3)'),
  tftp: lesser('TFTP', 'HTTPS or SFTP for what is fetched (TFTP has no secured form)'),
};

/** What only web servers speak, to the application behind them. */
const gateways: ReadonlySet<string> = new Set(['ajp', 'fastcgi', 'uwsgi', 'scgi']);

/** Whether a protocol carries what a web server was asked to the application behind it, and nothing else. */
export function isGateway(protocol: string | null): boolean {
  return protocol !== null && gateways.has(protocol);
}

/** Web protocols have a kind of their own. */
const web: ReadonlySet<string> = new Set(['http', 'http/1.1', 'http2', 'h2', 'h2c', 'grpc', 'websocket', 'ws']);

/** Whether a protocol is HTTP in any of its forms. */
export function isWeb(protocol: string | null): boolean {
  return protocol !== null && web.has(protocol);
}

/** What is known of a protocol whose cleartext is worth a finding, or null. */
export function serviceOf(protocol: string | null): Service | null {
  if (protocol === null || !Object.hasOwn(services, protocol)) return null;
  return services[protocol] ?? null;
}
