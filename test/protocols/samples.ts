// Opening octets of both sides of every protocol: from the examples of the specifications where they give some, else as
// common implementations send them.

/** A conversation's first octets, and what they have to be recognised as. */
export interface Sample {
  name: string;
  transport: 'tcp' | 'udp';
  /** A port where thin evidence is enough; 0 where content has to decide alone. */
  port: number;
  client: Uint8Array;
  server: Uint8Array;
  /** Which side alone is certain, without the other. */
  alone: 'client' | 'server' | 'both' | 'neither';
}

/** Octets from hexadecimal (spaces ignored) and, between quotes, text. */
export function octets(notation: string): Uint8Array {
  const out: number[] = [];
  for (const [, quoted, digits] of notation.matchAll(/'([^']*)'|([0-9a-f]{2})/g)) {
    if (quoted !== undefined) for (const character of quoted) out.push(character.charCodeAt(0));
    else out.push(Number.parseInt(digits!, 16));
  }
  return Uint8Array.from(out);
}

/** Octets of text with CRLF line ends. */
export function text(...lines: string[]): Uint8Array {
  return Uint8Array.from(lines.map((line) => `${line}\r\n`).join(''), (character) => character.charCodeAt(0));
}

const none = new Uint8Array(0);

function tcp(name: string, alone: Sample['alone'], client: Uint8Array, server: Uint8Array, port = 0): Sample {
  return { name, transport: 'tcp', port, client, server, alone };
}

function udp(name: string, alone: Sample['alone'], client: Uint8Array, server: Uint8Array, port = 0): Sample {
  return { name, transport: 'udp', port, client, server, alone };
}

const zeros = (count: number): string => '00'.repeat(count);

/** Every protocol at least once. */
export const samples: readonly Sample[] = [
  tcp(
    'http',
    'both',
    text('GET /hello.txt HTTP/1.1', 'User-Agent: curl/7.64.1', 'Host: www.example.com', ''),
    text('HTTP/1.1 200 OK', 'Date: Mon, 27 Jul 2009 12:28:53 GMT', ''),
  ),
  tcp(
    'http',
    'both',
    text('PROPFIND /container/ HTTP/1.1', 'Host: www.example', 'Depth: 1', ''),
    text('HTTP/1.1 207 Multi-Status', ''),
  ),
  tcp(
    'http',
    'both',
    text('CONNECT server.example.com:443 HTTP/1.1', 'Host: server.example.com', ''),
    text('HTTP/1.0 200 Connection established', ''),
  ),
  tcp('http', 'both', text('', 'OPTIONS * HTTP/1.1', 'Host: www.example.com', ''), text('HTTP/1.1 204 No Content', '')),
  tcp(
    'http2',
    'both',
    octets(`'PRI * HTTP/2.0' 0d0a0d0a 'SM' 0d0a0d0a 000012040000000000 000300000064 000400100000 000200000000`),
    octets('000006040000000000 000300000080 000000040100000000'),
  ),
  tcp(
    'http2',
    'both',
    octets(`'PRI * HTTP/2.0' 0d0a0d0a 'SM' 0d0a0d0a 000000040000000000`),
    octets('000000040000000000 000000040100000000'),
  ),
  tcp(
    'dns',
    'both',
    octets(`001d 1234 0100 0001 0000 0000 0000 07'example'03'com'00 0001 0001`),
    octets(`002d 1234 8180 0001 0001 0000 0000 07'example'03'com'00 0001 0001 c00c 0001 0001 00000e10 0004 5db8d822`),
  ),
  tcp(
    'postgresql',
    'both',
    octets(
      `00000054 00030000 'user' 00 'app' 00 'database' 00 'shop' 00 'application_name' 00 'psql' 00 'client_encoding' 00 'UTF8' 00 00 00000000000000`,
    ),
    octets(`52 00000017 0000000a 'SCRAM-SHA-256' 00 00`),
  ),
  tcp('postgresql', 'client', octets(`00000008 04d2162f`), octets(`'N'`)),
  tcp('postgresql', 'client', octets(`00000008 04d21630`), octets(`'N'`)),
  tcp('postgresql', 'client', octets(`00000010 04d2162e 00001a2b 1c2d3e4f`), none),
  tcp(
    'postgresql',
    'both',
    octets(`51 0000000e 'SELECT 1;' 00`),
    octets(
      `54 00000021 0001 '?column?' 00 00000000 0000 00000017 0004 ffffffff 0000 44 0000000b 0001 00000001 '1' 43 0000000d 'SELECT 1' 00 5a 00000005 49`,
    ),
  ),
  tcp(
    'postgresql',
    'both',
    octets(`00000029 00030000 'user' 00 'nobody' 00 'database' 00 'shop' 00 00 000000`),
    octets(`45 00000040 'SFATAL' 00 'VFATAL' 00 'C28000' 00`),
  ),
  tcp(
    'mysql',
    'both',
    octets(
      `54000001 8da60f00 00000001 08 ${zeros(23)} 'pam' 00 14 ab09eef6bcb1321130e8a3f4c1f1d8b0 'test' 00 'mysql_native_password' 00`,
    ),
    octets(
      `36000000 0a '5.5.2-m2' 00 0b000000 6476484049 2d434a 00 fff7 08 0200 0f80 15 ${zeros(10)} 2a3464 7c635a776b34 5e5d3a 00`,
    ),
  ),
  tcp(
    'mysql',
    'server',
    none,
    octets(`46000000 ff 6904 'Host ' 27 '10.0.0.5' 27 ' is blocked because of many connection errors'`),
  ),
  tcp(
    'mysql',
    'both',
    octets(`d9000001 85a6ff81 000000 01 2d ${zeros(19)} 1d000000 'root' 00`),
    octets(
      `6c000000 0a '5.5.5-10.11.6-MariaDB-0+deb12u1' 00 1f000000 '8kVf' 22 'Z?t' 00 feff 2d 0200 ff81 15 ${zeros(6)} 1d000000 'R9Kd/J*Ua1sZ' 00 'mysql_native_password' 00`,
    ),
  ),
  tcp(
    'redis',
    'both',
    text('*2', '$4', 'LLEN', '$6', 'mylist'),
    text('-WRONGTYPE Operation against a key holding the wrong kind of value'),
  ),
  tcp('redis', 'neither', text('AUTH hunter2'), text('+OK')),
  tcp(
    'redis',
    'both',
    text('*2', '$5', 'HELLO', '$1', '3'),
    text('%7', '$6', 'server', '$5', 'redis', '$7', 'version', '$5', '7.2.4'),
  ),
  tcp('redis', 'server', text('PING'), text('+PONG')),
  tcp('ssh', 'both', text('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3'), text('SSH-2.0-OpenSSH_9.6')),
  tcp(
    'ssh',
    'both',
    octets(
      `00000174 06 14 0102030405060708090a0b0c0d0e0f10 00000042 'curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256' 0000000b 'ssh-ed25519'`,
    ),
    octets(
      `00000174 06 14 1102030405060708090a0b0c0d0e0f10 00000042 'curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256'`,
    ),
  ),
  tcp('lmtp', 'both', text('LHLO foo.edu', 'MAIL FROM:<chris@bar.com>'), text('220 foo.edu LMTP server ready')),
  tcp(
    'smtp',
    'both',
    text('EHLO bar.com'),
    text('220 foo.com Simple Mail Transfer Service Ready (ESMTP)', '250-foo.com greets bar.com'),
  ),
  tcp('smtp', 'client', text('EHLO bar.com'), text('220 foo.com Simple Mail Transfer Service Ready')),
  tcp('smtp', 'client', text('MAIL FROM:<Smith@bar.com>'), text('250 OK')),
  tcp(
    'ftp',
    'server',
    text('USER anonymous', 'PASS guest@'),
    text('220 (vsFTPd 3.0.5)', '331 Please specify the password.'),
  ),
  tcp(
    'ftp',
    'neither',
    text('USER tim', 'PASS secret'),
    text('220 Service ready for new user.', '331 User name okay, need password.'),
  ),
  tcp('ftp', 'client', text('AUTH TLS'), text('220 Welcome')),
  tcp(
    'imap',
    'both',
    text('a001 LOGIN mrc secret'),
    text('* OK [CAPABILITY STARTTLS AUTH=GSSAPI IMAP4rev2] Service Ready'),
  ),
  tcp('imap', 'server', text('a1 STARTTLS'), text('* OK IMAP4rev1 Service Ready')),
  tcp(
    'pop3',
    'both',
    text('APOP mrose c4c9334bac560ecc979e58001b3e22fb'),
    text('+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>'),
  ),
  tcp('pop3', 'neither', text('USER mrose', 'PASS secret'), text('+OK Dovecot ready.', '+OK', '+OK Logged in.')),
  tcp('nntp', 'both', text('MODE READER'), text('200 news.example InterNetNews NNRP server ready (posting ok)')),
  tcp('nntp', 'client', text('AUTHINFO USER mrose'), text('381 Password required')),
  tcp(
    'sieve',
    'both',
    text('AUTHENTICATE "PLAIN" "AHRlc3QAdGVzdA=="'),
    text('"IMPLEMENTATION" "Dovecot Pigeonhole"', '"SASL" "PLAIN"', '"STARTTLS"', 'OK "ready."'),
  ),
  tcp(
    'ldap',
    'both',
    octets(`30 22 02 01 01 60 1d 02 01 03 04 10 'cn=admin,dc=test' 80 06 'secret'`),
    octets('300c 020101 6107 0a0100 0400 0400'),
  ),
  tcp(
    'ldap',
    'both',
    octets(`30 1d 02 01 01 77 18 80 16 '1.3.6.1.4.1.1466.20037'`),
    octets('300c 020101 7807 0a0100 0400 0400'),
  ),
  tcp(
    'ldap',
    'both',
    octets(`3084 00000028 020102 6384 0000001f 0400 0a0100 0a0100 020100 020178 010100 870b 'objectclass' 3000`),
    octets(`3084 00000012 020102 6484 00000009 0407 'dc=test'`),
  ),
  tcp(
    'smb',
    'both',
    octets(`0000002f ff534d42 72 00000000 18 01c8 ${zeros(12)} ffff fffe 0000 0000 00 0c00 02 'NT LM 0.12' 00`),
    octets(`00000051 ff534d42 72 00000000 98 01c8 ${zeros(12)} ffff fffe 0000 0000 11 0500`),
  ),
  tcp(
    'smb',
    'both',
    octets(`00000068 fe534d42 4000 0000 00000000 0000 0100 00000000 ${zeros(40)}`),
    octets(`000000c0 fe534d42 4000 0100 00000000 0000 0100 01000000 ${zeros(40)}`),
  ),
  tcp(
    'smb',
    'client',
    octets(`81000044 20 'CKFDENECFDEFFCFGEFFCCACACACACACA' 00 20 'EMEJEOFFFICACACACACACACACACACAAA' 00`),
    octets('82000000'),
  ),
  tcp(
    'kerberos',
    'both',
    octets('00000097 6a8194 308191 a103020105 a20302010a a3153013'),
    octets('00000065 7e63 3061 a003020105 a10302011e a411180f'),
  ),
  tcp(
    'dcerpc',
    'both',
    octets(`05 00 0b 03 10000000 4800 0000 01000000 d016 d016 00000000 01000000`),
    octets('05 00 0c 03 10000000 3c00 0000 01000000 d016 d016 12340000'),
  ),
  tcp('mqtt', 'client', octets(`10 10 0004 'MQTT' 04 02 003c 0004 'DIGI'`), octets('20 02 00 00')),
  tcp('mqtt', 'client', octets(`10 12 0006 'MQIsdp' 03 02 003c 0004 'DIGI'`), octets('20 02 00 00')),
  tcp('mqtt', 'neither', octets('c0 00'), octets('d0 00')),
  tcp(
    'bgp',
    'both',
    octets(`${'ff'.repeat(16)} 001d 01 04 fe09 00b4 c0a8000f 00`),
    octets(`${'ff'.repeat(16)} 001d 01 04 fe0a 00b4 c0a80010 00`),
  ),
  tcp('dnp3', 'both', octets('0564 05 c0 0100 0004 e921'), octets('0564 0a 44 0200 0100 10f0 c0c181 0000')),
  tcp(
    'mongodb',
    'both',
    octets(
      `3b000000 01000000 00000000 dd070000 00000000 00 26000000 10 'hello' 00 01000000 02 '$db' 00 06000000 'admin' 00 00`,
    ),
    octets('40000000 07000000 01000000 dd070000 00000000 00 2b000000'),
  ),
  tcp(
    'mongodb',
    'both',
    octets(`3f000000 01000000 00000000 d4070000 04000000 'admin.$cmd' 00 00000000 ffffffff 18000000 10 'ismaster' 00`),
    octets('40000000 07000000 01000000 01000000 08000000 0000000000000000 00000000 01000000'),
  ),
  tcp(
    'rdp',
    'both',
    octets(`0300 002b 26 e0 0000 0000 00 'Cookie: mstshash=eltons' 0d0a 01 00 0800 00000000`),
    octets('0300 0013 0e d0 0000 1234 00 02 00 0800 00000000'),
  ),
  tcp('rdp', 'client', octets('0300 0013 0e e0 0000 0000 00 01 00 0800 03000000'), none),
  tcp(
    's7comm',
    'both',
    octets('0300 0019 02f080 32 01 0000 0000 0008 0000 f0 00 0001 0001 01e0'),
    octets('0300 001b 02f080 32 03 0000 0000 0008 0000 0000 f0'),
  ),
  tcp(
    'iso-tsap',
    'both',
    octets('0300 0016 11 e0 0000 0001 00 c0010a c1020100 c2020102'),
    octets('0300 0016 11 d0 0001 0002 00 c0010a c1020100 c2020102'),
  ),
  tcp('h323', 'both', octets('0300 0100 08 02 0001 05 04 03 8893 7e 00'), octets('0300 0050 08 02 8001 02 7e 0043 05')),
  tcp(
    'xmpp',
    'both',
    octets(`'<?xml version=' 27 '1.0' 27 '?><stream:stream from=' 27 'juliet@im.example.com' 27`),
    octets(`'<stream:stream xmlns=' 27 'jabber:client' 27`),
  ),
  tcp('irc', 'both', text('NICK Wiz', 'USER guest 0 * :Ronnie Reagan'), text(':irc.example.net 001 Wiz :Welcome')),
  tcp('vnc', 'both', octets(`'RFB 003.008' 0a`), octets(`'RFB 003.008' 0a`)),
  tcp('amqp', 'both', octets(`'AMQP' 00 00 09 01`), octets(`01 0000 00000200 000a 000a 00 09 00000000`)),
  tcp('amqp', 'both', octets(`'AMQP' 03 01 00 00`), octets(`'AMQP' 03 01 00 00`)),
  tcp('telnet', 'both', octets('fffb1f fffb20 fffb18'), octets('fffd18 fffd20 fffd23')),
  tcp(
    'sip',
    'both',
    text('INVITE sip:bob@biloxi.example.com SIP/2.0', 'Via: SIP/2.0/TCP client.atlanta.example.com:5060'),
    text('SIP/2.0 100 Trying'),
  ),
  tcp('sip', 'both', text('OPTIONS sip:carol@chicago.com SIP/2.0'), text('SIP/2.0 200 OK')),
  tcp('rtsp', 'both', text('OPTIONS * RTSP/1.0', 'CSeq: 1'), text('RTSP/1.0 200 OK', 'CSeq: 1')),
  tcp('rtsp', 'both', text('DESCRIBE rtsp://example.com/fizzle/foo RTSP/2.0'), text('RTSP/2.0 200 OK')),
  tcp(
    'mssql',
    'both',
    octets(
      '12 01 002f 0000 01 00 00001a0006 010020 0001 02 0021 0001 030022 0004 040026 0001 ff 09000000 0000 01 00 b80d0000 01',
    ),
    octets('04 01 002b 0000 01 00 00001a0006 010020 0001 02 0021 0001 030022 0000 040022 0001 ff'),
  ),
  tcp(
    'oracle',
    'both',
    octets(`00e9 0000 01 00 0000 013c 012c 0c41 2000 ffff 7f08 0000 0100 00a3 0046`),
    octets('0020 0000 02 00 0000 013c 0c41 2000 ffff 0100 0000 0020 4141'),
  ),
  tcp(
    'cassandra',
    'both',
    octets(`04 00 0000 01 00000016 0001 000b 'CQL_VERSION' 0005 '3.0.0'`),
    octets('84 00 0000 02 00000000'),
  ),
  tcp(
    'cassandra',
    'both',
    octets('05 00 0000 05 00000000'),
    octets(`85 00 0000 06 00000040 0002 000b 'COMPRESSION' 0001 0003 'lz4'`),
  ),
  tcp(
    'nats',
    'both',
    octets(`'CONNECT {"verbose":false,"pedantic":false}' 0d0a`),
    octets(`'INFO {"server_id":"NDXC","version":"2.10.4"}' 0d0a`),
  ),
  tcp('memcached', 'client', text('set xyzkey 0 0 6', 'abcdef'), text('STORED')),
  tcp('memcached', 'neither', text('get xyzkey'), text('VALUE xyzkey 0 6', 'abcdef', 'END')),
  tcp(
    'memcached',
    'both',
    octets(`80 00 0005 00 00 0000 00000005 00000000 0000000000000000 'Hello'`),
    octets('81 00 0000 04 00 0000 00000009 00000000 0000000000000001 deadbeef'),
  ),
  tcp(
    'thrift',
    'both',
    octets(`00000025 80010001 0000000c 'set_keyspace' 00000000`),
    octets(`0000001d 80010002 0000000c 'set_keyspace' 00000000`),
  ),
  tcp('thrift', 'both', octets(`80010001 00000004 'ping' 00000000 00`), octets(`80010002 00000004 'ping' 00000000 00`)),
  tcp(
    'diameter',
    'both',
    octets(`01 0000c8 80 000101 00000000 53cafe6a 7dc0a11b 00000108 4000001f 'dia'`),
    octets('01 0000c0 00 000101 00000000 53cafe6a 7dc0a11b 0000010c 4000000c 000007d1'),
  ),
  tcp(
    'git',
    'client',
    octets(`'0033git-upload-pack /project.git' 00 'host=myserver.com' 00`),
    octets(`'00887217a7c7e582c46cec22a130adf4b9d7d950fba0 HEAD' 00`),
  ),
  tcp(
    'syslog',
    'client',
    octets(`'<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 - x' 0a`),
    none,
  ),
  tcp('syslog', 'client', octets(`'71 <34>Oct 11 22:14:15 mymachine su: root failed for lonvick on /dev/pts/8'`), none),
  tcp('rsync', 'both', octets(`'@RSYNCD: 31.0' 0a`), octets(`'@RSYNCD: 31.0 sha512 sha256' 0a`)),
  tcp(
    'ajp',
    'both',
    octets(`1234 0050 02 02 0008 'HTTP/1.1' 00 0001 '/' 00`),
    octets(`4142 0020 04 00c8 0002 'OK' 00 0000`),
  ),
  tcp('ajp', 'both', octets('1234 0001 0a'), octets('4142 0001 09')),
  tcp(
    'fastcgi',
    'client',
    octets(`01 01 0001 0008 00 00 0001 01 0000000000 01 04 0001 0012 00 00 0e 02 'REQUEST_METHOD' 'GE'`),
    octets(`01 06 0001 0010 00 00 'Status: 200 OK' 0d0a`),
  ),
  tcp(
    'uwsgi',
    'client',
    octets(`00 2500 00 0e00 'REQUEST_METHOD' 0300 'GET' 0b00 'REQUEST_URI' 0100 '/'`),
    octets(`'Status: 200 OK' 0d0a0d0a`),
  ),
  tcp(
    'scgi',
    'client',
    octets(`'24:CONTENT_LENGTH' 00 '0' 00 'SCGI' 00 '1' 00 ','`),
    octets(`'Status: 200 OK' 0d0a0d0a`),
  ),
  tcp(
    'zookeeper',
    'both',
    octets(`0000002d 00000000 0000000000000000 00007530 0000000000000000 00000010 ${zeros(16)} 00`),
    octets(`00000025 00000000 00007530 0100c0ffee000001 00000010 ${zeros(16)} 00`),
  ),
  tcp('zookeeper', 'neither', octets(`'ruok'`), octets(`'imok'`)),
  tcp('x11', 'client', octets(`6c 00 0b00 0000 1200 1000 0000 'MIT-MAGIC-COOKIE-1'`), octets('01 00 0b00 0000 8701')),
  tcp(
    'sun-rpc',
    'both',
    octets('80000028 89d3d427 00000000 00000002 000186a3 00000004 00000000 00000000 00000000 00000000 00000000'),
    octets('80000018 89d3d427 00000001 00000000 00000000 00000000 00000000'),
  ),
  tcp(
    'enip',
    'both',
    octets(`6500 0400 00000000 00000000 ${zeros(8)} 00000000 0100 0000`),
    octets(`6500 0400 78563412 00000000 ${zeros(8)} 00000000 0100 0000`),
  ),
  tcp(
    'opcua',
    'both',
    octets(`'HELF' 3d000000 00000000 00000100 00000100 00000000 00000000 1d000000 'opc.tcp://'`),
    octets(`'ACKF' 1c000000 00000000 00000100 00000100 00000000 00000000`),
  ),
  tcp('openwire', 'both', octets(`000000f0 01 'ActiveMQ' 0000000c 01`), octets(`0000014a 01 'ActiveMQ' 0000000c 01`)),
  tcp(
    'elasticsearch',
    'both',
    octets(`'ES' 00000034 0000000000000001 08 005cc663 00000000`),
    octets(`'ES' 00000013 0000000000000001 09 005cc663 00cbf6ae`),
  ),
  tcp(
    'pptp',
    'both',
    octets('009c 0001 1a2b3c4d 0001 0000 0100 0000'),
    octets('009c 0001 1a2b3c4d 0002 0000 0100 0100'),
  ),
  tcp(
    'bittorrent',
    'both',
    octets(`13 'BitTorrent protocol' 0000000000100005`),
    octets(`13 'BitTorrent protocol' 0000000000100000`),
  ),
  tcp(
    'stun',
    'both',
    octets('0001 0000 2112a442 b7e7a701bc34d686fa87dfae'),
    octets('0101 000c 2112a442 b7e7a701bc34d686fa87dfae 0020 0008'),
  ),
  tcp(
    'openvpn',
    'client',
    octets('000e 38 a1b2c3d4e5f60718 00 00000000'),
    octets('001a 40 18f6e5d4c3b2a190 01 00000000 a1b2c3d4e5f60718 00000000'),
  ),
  tcp(
    'kafka',
    'client',
    octets(`00000023 0012 0003 00000000 000d 'consumer-grp1' 00 12`),
    octets('0000014b 00000000 0000'),
  ),
  tcp('kafka', 'client', octets(`0000001a 0003 0000 00000001 000b 'rdkafka/1.9' 00000000`), none),
  tcp('modbus', 'neither', octets('0001 0000 0006 11 03 006b 0003'), octets('0001 0000 0009 11 03 06 ae4156524340')),
  tcp(
    'socks',
    'client',
    octets(`05 01 00 05 01 00 03 0b 'example.com' 01bb`),
    octets('05 00 05 00 00 01 00000000 0000'),
  ),
  tcp('socks', 'neither', octets(`04 01 0050 42660763 'Fred' 00`), octets('00 5a 0050 42660763')),
  udp(
    'mdns',
    'both',
    octets(`0000 0000 0001 0000 0000 0000 05 '_http' 04 '_tcp' 05 'local' 00 000c 8001`),
    octets(`0000 8400 0000 0001 0000 0000 05 '_http' 04 '_tcp' 05 'local' 00 000c 0001 00001194 0002 c00c`),
    5353,
  ),
  udp(
    'llmnr',
    'both',
    octets(`200c 0000 0001 0000 0000 0000 04 'mypc' 00 0001 0001`),
    octets(`200c 8000 0001 0001 0000 0000 04 'mypc' 00 0001 0001`),
    5355,
  ),
  udp(
    'netbios',
    'both',
    octets(`a524 0110 0001 0000 0000 0000 20 'EFFAEJEECACACACACACACACACACACABL' 00 0020 0001`),
    octets(`a524 8500 0000 0001 0000 0000 20 'EFFAEJEECACACACACACACACACACACABL' 00 0020 0001 00000000`),
  ),
  udp(
    'netbios',
    'client',
    octets(`11 1a 8035 a9fe 6509 008a 00bb 0000 20 'EIEFFCECEPEMEEDDCACACACACACACACA' 00`),
    none,
  ),
  udp(
    'dns',
    'both',
    octets(`dead 0120 0001 0000 0000 0001 07 'example' 03 'com' 00 001c 0001 00 0029 1000 00000000 0000`),
    octets(`dead 81a3 0001 0000 0001 0001 07 'example' 03 'com' 00 001c 0001`),
  ),
  udp(
    'dhcp',
    'both',
    octets(`01010600 39 03f326 0000 0000 ${zeros(224)} 63825363 350101 ff`),
    octets(`02010600 3903f326 0000 0000 ${zeros(224)} 63825363 350102 ff`),
  ),
  udp(
    'snmp',
    'both',
    octets(`30 26 02 01 00 04 06 'public' a0 19 02 01 01 02 01 00 02 01 00 30 0e`),
    octets(`30 26 02 01 00 04 06 'public' a2 19 02 01 01 02 01 00 02 01 00 30 0e`),
  ),
  udp(
    'snmp',
    'both',
    octets('303e 020103 3011 0204 4a69b5c3 0203 00ffe3 0401 04 0201 03 0410'),
    octets('303e 020103 3011 0204 4a69b5c3 0203 00ffe3 0401 00 0201 03 0410'),
  ),
  udp(
    'ntp',
    'neither',
    octets(`23 00 06 ec ${zeros(36)} e1b8 4a2b 12345678`),
    octets(`24 02 06 e8 00000a00 00000b00 c0248f97 ${zeros(32)}`),
  ),
  udp(
    'ssdp',
    'both',
    text('M-SEARCH * HTTP/1.1', 'HOST: 239.255.255.250:1900'),
    text('HTTP/1.1 200 OK', 'CACHE-CONTROL: max-age=1800'),
  ),
  udp(
    'radius',
    'both',
    octets(
      `01 00 0038 0f403f9473978057bd83d5cb98f4227a 01 06 'nemo' 02 12 0dbe708d93d413ce3196e43f782a0aee 04 06 c0a80110 05 06 00000003`,
    ),
    octets('02 00 0026 86fe220e7624ba2a1005f6bf9b55e0b2 0606 00000001 0f06 00000000 0e06 c0a80103'),
  ),
  udp(
    'kerberos',
    'both',
    octets('6a8194 308191 a103020105 a20302010a a3153013'),
    octets('7e63 3061 a003020105 a10302011e a411180f'),
  ),
  udp(
    'sun-rpc',
    'both',
    octets('38434f69 00000000 00000002 000186a0 00000002 00000003 00000000 00000000 00000000 00000000'),
    octets('38434f69 00000001 00000000 00000000 00000000 00000000 00000801'),
  ),
  udp('wireguard', 'both', octets(`01000000 ${'5a'.repeat(144)}`), octets(`02000000 ${'a5'.repeat(88)}`)),
  udp(
    'openvpn',
    'client',
    octets('38 a1b2c3d4e5f60718 00 00000000'),
    octets('40 18f6e5d4c3b2a190 01 00000000 a1b2c3d4e5f60718 00000000'),
  ),
  udp(
    'ipsec',
    'both',
    octets('aabbccdd11223344 0000000000000000 21 20 22 08 00000000 00000020 22000004'),
    octets('aabbccdd11223344 99aabbccddeeff00 21 20 22 20 00000000 00000020 22000004'),
  ),
  udp(
    'ipsec',
    'client',
    octets('00000000 aabbccdd11223344 99aabbccddeeff00 2e 20 23 08 00000001 00000020 27000004'),
    none,
  ),
  udp('tftp', 'client', octets(`0001 'rfc1350.txt' 00 'octet' 00`), none),
  udp('coap', 'neither', octets(`40 01 7d34 bb 'temperature'`), octets(`60 45 7d34 ff '22.3 C'`), 5683),
  udp(
    'stun',
    'both',
    octets('0001 0000 2112a442 b7e7a701bc34d686fa87dfae'),
    octets('0101 000c 2112a442 b7e7a701bc34d686fa87dfae 0020 0008 0001 a147 e112a643'),
  ),
  udp('sip', 'both', text('REGISTER sip:registrar.biloxi.com SIP/2.0'), text('SIP/2.0 401 Unauthorized')),
  udp('syslog', 'client', octets(`'<34>Oct 11 22:14:15 mymachine su: root failed'`), none),
];
