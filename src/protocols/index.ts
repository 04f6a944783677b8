import type { Protocol } from '../model/protocol.js';
import { ajp } from './ajp.js';
import { amqp } from './amqp.js';
import { bgp } from './bgp.js';
import { bittorrent } from './bittorrent.js';
import { cassandra } from './cassandra.js';
import { coap } from './coap.js';
import { dcerpc } from './dcerpc.js';
import { dhcp } from './dhcp.js';
import { diameter } from './diameter.js';
import { dnp3 } from './dnp3.js';
import { dnsOverTcp, dnsOverUdp, llmnr, mdns } from './dns.js';
import { elasticsearch } from './elasticsearch.js';
import { enip } from './enip.js';
import { fastcgi } from './fastcgi.js';
import { ftp } from './ftp.js';
import { git } from './git.js';
import { http } from './http.js';
import { http2 } from './http2.js';
import { imap } from './imap.js';
import { ipsec } from './ipsec.js';
import { irc } from './irc.js';
import { kafka } from './kafka.js';
import { kerberosOverTcp, kerberosOverUdp } from './kerberos.js';
import { ldap } from './ldap.js';
import { lmtp } from './lmtp.js';
import { memcached } from './memcached.js';
import { modbus } from './modbus.js';
import { mongodb } from './mongodb.js';
import { mqtt } from './mqtt.js';
import { mssql } from './mssql.js';
import { mysql } from './mysql.js';
import { nats } from './nats.js';
import { netbiosDatagram, netbiosName } from './netbios.js';
import { nntp } from './nntp.js';
import { ntp } from './ntp.js';
import { opcua } from './opcua.js';
import { openvpnOverTcp, openvpnOverUdp } from './openvpn.js';
import { openwire } from './openwire.js';
import { oracle } from './oracle.js';
import { pop3 } from './pop3.js';
import { postgresql } from './postgresql.js';
import { pptp } from './pptp.js';
import { radius } from './radius.js';
import { redis } from './redis.js';
import { rsync } from './rsync.js';
import { rtsp } from './rtsp.js';
import { scgi } from './scgi.js';
import { sieve } from './sieve.js';
import { sip } from './sip.js';
import { smb } from './smb.js';
import { smtp } from './smtp.js';
import { snmp } from './snmp.js';
import { socks } from './socks.js';
import { ssdp } from './ssdp.js';
import { ssh } from './ssh.js';
import { stun } from './stun.js';
import { sunRpcOverTcp, sunRpcOverUdp } from './sun-rpc.js';
import { syslog } from './syslog.js';
import { telnet } from './telnet.js';
import { tftp } from './tftp.js';
import { thrift } from './thrift.js';
import { h323, isoTsap, rdp, s7comm } from './tpkt.js';
import { uwsgi } from './uwsgi.js';
import { vnc } from './vnc.js';
import { wireguard } from './wireguard.js';
import { x11 } from './x11.js';
import { xmpp } from './xmpp.js';
import { zookeeper } from './zookeeper.js';

/**
 * Every protocol that is told by its first bytes, in the order of asking: frequent ones first, and those with the thinner
 * evidence last. Ports only move a protocol forward.
 */
export const protocols: readonly Protocol[] = [
  // TCP, or both
  http,
  http2,
  dnsOverTcp,
  postgresql,
  mysql,
  redis,
  ssh,
  lmtp,
  smtp,
  ftp,
  imap,
  pop3,
  nntp,
  sieve,
  ldap,
  smb,
  kerberosOverTcp,
  dcerpc,
  mqtt,
  bgp,
  dnp3,
  mongodb,
  rdp,
  s7comm,
  isoTsap,
  h323,
  xmpp,
  irc,
  vnc,
  amqp,
  telnet,
  sip,
  rtsp,
  mssql,
  oracle,
  cassandra,
  nats,
  memcached,
  thrift,
  diameter,
  git,
  syslog,
  rsync,
  ajp,
  fastcgi,
  uwsgi,
  scgi,
  zookeeper,
  x11,
  sunRpcOverTcp,
  enip,
  opcua,
  openwire,
  elasticsearch,
  pptp,
  bittorrent,
  stun,
  openvpnOverTcp,
  kafka,
  modbus,
  socks,
  // UDP
  mdns,
  llmnr,
  netbiosName,
  netbiosDatagram,
  dnsOverUdp,
  dhcp,
  snmp,
  ntp,
  ssdp,
  radius,
  kerberosOverUdp,
  sunRpcOverUdp,
  wireguard,
  openvpnOverUdp,
  ipsec,
  tftp,
  coap,
];
