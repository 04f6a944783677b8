import { describe, expect, test } from 'vitest';
import { canonicalLinkType, linkTypeName, linkTypeNames, linkTypes } from '../../src/registry/link-types.js';

describe('link types', () => {
  test('each number has one name and each name one number', () => {
    const names = Object.values(linkTypeNames);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(210);
    for (const name of names) expect(name).toMatch(/^[A-Z0-9_]+$/);
    for (const number of Object.keys(linkTypeNames)) expect(Number(number)).toBeLessThanOrEqual(0xffff);
  });

  test('those spoken of by name are in the registry', () => {
    for (const number of Object.values(linkTypes)) expect(linkTypeNames[number]).toBeDefined();
    expect([linkTypes.ethernet, linkTypes.raw, linkTypes.linuxSll, linkTypes.linuxSll2].map(linkTypeName)).toEqual([
      'ETHERNET',
      'RAW',
      'LINUX_SLL',
      'LINUX_SLL2',
    ]);
  });

  test('stray DLT_ values are translated, unknown ones stay numbers', () => {
    expect([12, 14, 11, 19].map(canonicalLinkType).map(linkTypeName)).toEqual([
      'RAW',
      'RAW',
      'ATM_RFC1483',
      'ATM_CLIP',
    ]);
    expect(canonicalLinkType(40_000)).toBe(40_000);
    expect(linkTypeName(40_000)).toBe('40000');
  });
});
