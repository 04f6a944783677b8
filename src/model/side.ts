/** Client is who opened the connection. */
export type Side = 'client' | 'server';

/** A value for each side. */
export interface Sides<T> {
  client: T;
  server: T;
}

/** An address (IPv4 dotted, IPv6 in RFC 5952 form) and a port. */
export interface Endpoint {
  ip: string;
  port: number;
}
