// Block types of pcapng (draft-ietf-opsawg-pcapng §10.1, registry of block types) and the options that are read.

/** Block type numbers. */
export const blockTypes = {
  interfaceDescription: 0x00000001,
  obsoletePacket: 0x00000002,
  simplePacket: 0x00000003,
  nameResolution: 0x00000004,
  interfaceStatistics: 0x00000005,
  enhancedPacket: 0x00000006,
  systemdJournal: 0x00000009,
  decryptionSecrets: 0x0000000a,
  sysdigEvent: 0x00000204,
  sysdigEventV2: 0x00000216,
  sysdigEventV2Large: 0x00000221,
  custom: 0x00000bad,
  customNotCopied: 0x40000bad,
  /** The same in both byte orders. */
  sectionHeader: 0x0a0d0d0a,
} as const;

/** Option codes that are read; each means something only in its block. */
export const optionCodes = {
  interfaceTimestampResolution: 9,
  interfaceTimestampOffset: 14,
  statisticsInterfaceDrops: 5,
  statisticsSystemDrops: 7,
  packetDropCount: 4,
} as const;

/** Record types of a name resolution block. */
export const nameRecordTypes = { end: 0, ipv4: 1, ipv6: 2 } as const;

/** Whether a block of this type is one that writers write: what a search after damage lets itself be told by. */
export function isKnownBlock(type: number): boolean {
  return (type >= 0x01 && type <= 0x06) || type === 0x09 || type === 0x0a || (type & 0xbfffffff) === blockTypes.custom;
}

/** Whether Wireshark gives a block of this type a frame number although it holds no packet. */
export function isNumberedBlock(type: number): boolean {
  return (
    type === blockTypes.custom ||
    type === blockTypes.customNotCopied ||
    type === blockTypes.systemdJournal ||
    type === blockTypes.sysdigEvent ||
    type === blockTypes.sysdigEventV2 ||
    type === blockTypes.sysdigEventV2Large
  );
}
