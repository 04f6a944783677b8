/**
 * Whether an address is of a private network or of the host itself: RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291
 * (link-local), RFC 4193 (unique local), loopback. `ip` as the report writes it.
 */
export function isPrivateAddress(ip: string): boolean {
  if (ip.includes(':')) return ip.startsWith('::ffff:') && ip.includes('.') ? isPrivate4(ip.slice(7)) : isPrivate6(ip);
  return isPrivate4(ip);
}

function isPrivate4(ip: string): boolean {
  const first = Number.parseInt(ip, 10);
  const second = Number.parseInt(ip.slice(ip.indexOf('.') + 1), 10);
  return (
    first === 10 ||
    first === 127 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254)
  );
}

function isPrivate6(ip: string): boolean {
  return ip === '::1' || /^f[cd]/.test(ip) || /^fe[89ab]/.test(ip);
}

/** The network that an address is taken to be a part of where nothing tells: its /24 or /64, as text for comparison. */
export function segmentOf(ip: string): string {
  if (!ip.includes(':')) return ip.slice(0, ip.lastIndexOf('.'));
  const [head = '', tail = ''] = ip.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const missing = ip.includes('::') ? 8 - groups.length - (tail === '' ? 0 : tail.split(':').length) : 0;
  const whole = [
    ...groups,
    ...new Array<string>(Math.max(0, missing)).fill('0'),
    ...(tail === '' ? [] : tail.split(':')),
  ];
  return whole.slice(0, 4).join(':');
}
