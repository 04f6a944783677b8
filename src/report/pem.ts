/** A certificate's DER as a PEM file (RFC 7468). */
export function certificatePem(der: Uint8Array): string {
  let binary = '';
  for (const octet of der) binary += String.fromCharCode(octet);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
