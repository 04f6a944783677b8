import { describe, expect, it } from 'vitest';
import { isOverwritten } from '../../src/protocols/upgrade-story.js';

describe('a name written over in place', () => {
  it.each([
    ['XXXXXXXA', 'STARTTLS'],
    ['XXXXXXXX', 'STARTTLS'],
    ['xxxxxxxx', 'starttls'],
    ['********', 'STARTTLS'],
    ['STARTXXX', 'STARTTLS'],
    ['STARTTLX', 'STARTTLS'],
    ['XXXX', 'STLS'],
    ['STLX', 'STLS'],
    ['XXXXXXXX', 'AUTH TLS'],
    ['XXXX XXX', 'AUTH TLS'],
    ['AUTH XXX', 'AUTH TLS'],
  ])('%s may be %s', (word, keyword) => expect(isOverwritten(word, keyword)).toBe(true));

  it.each([
    ['STARTTLS', 'STARTTLS'],
    ['starttls', 'STARTTLS'],
    ['XXXXXXX', 'STARTTLS'],
    ['CHUNKING', 'STARTTLS'],
    ['8BITMIME', 'STARTTLS'],
    ['SMTPUTF8', 'STARTTLS'],
    ['CHILDREN', 'STARTTLS'],
    ['UNSELECT', 'STARTTLS'],
    ['UIDL', 'STLS'],
    ['SASL', 'STLS'],
    ['USER', 'STLS'],
    ['STAT', 'STLS'],
    ['MLST Typ', 'AUTH TLS'],
    ['X', 'Y'],
    ['', ''],
  ])('%s is not %s', (word, keyword) => expect(isOverwritten(word, keyword)).toBe(false));
});
