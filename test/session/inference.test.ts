import { describe, expect, test } from 'vitest';
import { inferClientAuth, inferResumedEnd } from '../../src/session/inference/inference.js';
import { overhear } from './inference-script.js';

const sha256 = 0x1301;
const sha384 = 0x1302;
const ccm8 = 0x1305;

/** Flights of servers that write one record a message, the certificate's signature ECDSA P-256. */
const plainFlight = 'S:23 S:721 S:96 S:53';
const askingFlight = 'S:23 S:116 S:721 S:96 S:53';
/** NSS writes its whole flight as one record. */
const coalescedFlight = 'S:1790';

/** Status, requested and strength of a script's connection. */
function verdict(script: string, suite = sha256): unknown[] {
  const { status, requested, strength } = inferClientAuth(overhear(script, suite));
  return [status, requested, strength];
}

function outcome(script: string, suite = sha256): unknown[] {
  const told = inferClientAuth(overhear(script, suite));
  return [told.outcome, told.established];
}

describe('a client that was not asked', () => {
  test('begins with a lone Finished of SHA-256, SHA-384, or CCM_8 with its short tag', () => {
    expect(verdict(`${plainFlight} C:53 C:71`)).toEqual(['not-requested', false, 'strong']);
    expect(verdict('S:23 S:721 S:96 S:69 C:69 C:71', sha384)).toEqual(['not-requested', false, 'strong']);
    expect(verdict('S:15 S:1409 S:87 S:45 C:45 C:63', ccm8)).toEqual(['not-requested', false, 'strong']);
  });

  test('may be JSSE, which adds 16 octets to every record', () => {
    expect(verdict('S:27 S:721 S:96 S:69 C:85 C:87', sha384)).toEqual(['not-requested', false, 'strong']);
    expect(verdict(`${plainFlight} C:69 C:87`)).toEqual(['not-requested', false, 'strong']);
  });

  test('is believed where the server coalesces its flight, and weakly where the flight contradicts', () => {
    expect(verdict(`${coalescedFlight} C:53 C:71`)).toEqual(['not-requested', false, 'strong']);
    expect(verdict(`${askingFlight} C:53 C:71`)).toEqual(['not-requested', false, 'weak']);
  });

  test('is not led astray by application data that looks like a certificate', () => {
    expect(verdict(`${plainFlight} C:53 C:657 C:96 C:69`)).toEqual(['not-requested', false, 'strong']);
    expect(verdict(`${plainFlight} C:53 C:25 C:53 C:19`)).toEqual(['not-requested', false, 'strong']);
  });

  test('has its verdict explained by the lengths that decide', () => {
    const told = inferClientAuth(overhear(`${plainFlight} C:53 C:71`));
    expect(told.basis).toBe(
      "the client's first protected record after ServerHello (frame 11) has 53 octets, the size of a lone Finished, " +
        "so no certificate was asked for; the server's flight of 4 records has none for a CertificateRequest",
    );
    expect(told.certainty).toBe('inferred');
    expect(told.clientFinishedFrame).toBe(11);
  });
});

describe('a client that was asked and sent none', () => {
  test('begins with an empty Certificate and Finished, apart or together', () => {
    expect(verdict(`${askingFlight} C:25 C:53 C:71`)).toEqual(['declined', true, 'strong']);
    expect(verdict(`${askingFlight} C:61 C:71`)).toEqual(['declined', true, 'strong']);
    expect(verdict('S:1806 C:77 C:71', sha384)).toEqual(['declined', true, 'strong']);
    expect(verdict('S:23 S:116 S:721 S:96 S:69 C:41 C:85 C:87', sha384)).toEqual(['declined', true, 'strong']);
    expect(verdict('S:15 S:112 S:1409 S:88 S:45 C:17 C:45', ccm8)).toEqual(['declined', true, 'strong']);
  });

  test('is weak while only the empty Certificate was seen and the server says nothing', () => {
    expect(verdict(`${coalescedFlight} C:25`)).toEqual(['declined', true, 'weak']);
    expect(verdict(`${askingFlight} C:25`)).toEqual(['declined', true, 'strong']);
  });

  test('stays unknown where no Finished follows the empty Certificate', () => {
    expect(verdict(`${askingFlight} C:25 C:71`)).toEqual(['unknown', true, null]);
  });
});

describe('a client that sent a certificate', () => {
  test('shows CertificateVerify and Finished behind it, whatever the key', () => {
    for (const signature of [89, 93, 97, 127, 139, 160, 153, 281, 409, 537, 1049, 2445, 3334, 4652]) {
      expect(verdict(`${askingFlight} C:886 C:${signature} C:53 C:71`)).toEqual(['presented', true, 'strong']);
    }
    expect(verdict('S:1789 C:902 C:297 C:69 C:87')).toEqual(['presented', true, 'strong']);
    expect(inferClientAuth(overhear(`${askingFlight} C:886 C:281 C:53`)).clientFinishedFrame).toBe(14);
  });

  test('may send it in pieces, or its end in one record', () => {
    const fragments = `${askingFlight} C:529 C:529 C:529 C:327 C:281 C:53 C:71`;
    expect(verdict(fragments)).toEqual(['presented', true, 'strong']);
    expect(inferClientAuth(overhear(fragments)).clientFinishedFrame).toBe(17);
    expect(verdict(`${coalescedFlight} C:886 C:132 C:71`)).toEqual(['presented', true, 'strong']);
  });

  test('is told weakly from one long record, and strongly where the server shows that it asked', () => {
    expect(verdict(`${coalescedFlight} C:2515 C:71`)).toEqual(['presented', true, 'weak']);
    expect(verdict(`${askingFlight} C:813 C:71`)).toEqual(['presented', true, 'strong']);
  });

  test('stays unknown where the one long record contradicts a server that did not ask', () => {
    expect(verdict(`${plainFlight} C:813 C:71`)).toEqual(['unknown', null, null]);
  });

  test('is weak where certificate and proof contradict a count that one coalesced record explains', () => {
    expect(verdict(`${plainFlight} C:886 C:281 C:53`)).toEqual(['presented', true, 'weak']);
  });

  test('is not told from a record that a Finished and a compressed empty list fit', () => {
    for (const length of [80, 90, 100])
      expect(verdict(`${askingFlight} C:${length} C:71`)).toEqual(['unknown', true, null]);
  });

  test('needs a server that asked where what follows the certificate is missing', () => {
    expect(verdict(`${askingFlight} C:200`)).toEqual(['presented', true, 'weak']);
    expect(verdict(`${coalescedFlight} C:200`)).toEqual(['unknown', null, null]);
  });
});

describe('the server alone', () => {
  test('tells what it asked where the client gave up with an alert', () => {
    expect(verdict(`${askingFlight} C:19`)).toEqual(['unknown', true, null]);
    expect(verdict(`${plainFlight} C:35`)).toEqual(['unknown', false, null]);
    expect(verdict(`${plainFlight} C:alert`)).toEqual(['unknown', false, null]);
    expect(verdict(`${coalescedFlight} C:19`)).toEqual(['unknown', null, null]);
  });

  test('proves that it did not ask where the client never answered', () => {
    expect(verdict(plainFlight)).toEqual(['not-requested', false, 'weak']);
    expect(verdict(askingFlight)).toEqual(['unknown', true, null]);
    expect(verdict(coalescedFlight)).toEqual(['unknown', null, null]);
  });

  test('counts a certificate in pieces as one message', () => {
    expect(verdict('S:23 S:529 S:529 S:393 S:95 S:53')).toEqual(['not-requested', false, 'weak']);
    expect(verdict('S:23 S:116 S:529 S:529 S:393 S:95 S:53')).toEqual(['unknown', true, null]);
  });

  test('does not take a request that happens to fill a record for a piece of the longer certificate behind it', () => {
    expect(verdict('S:23 S:529 S:721 S:96 S:53')).toEqual(['unknown', true, null]);
  });

  test('does not take the proof for a piece of a certificate that happens to fill a record', () => {
    expect(verdict('S:23 S:1041 S:96 S:53')).toEqual(['not-requested', false, 'weak']);
  });

  test('is not trusted where its first record could hold the request as well', () => {
    expect(verdict('S:120 S:721 S:96 S:53')).toEqual(['unknown', null, null]);
  });

  test('is not trusted where what looks like a request is longer than what looks like the certificate', () => {
    expect(verdict('S:23 S:1217 S:300 S:96 S:53')).toEqual(['unknown', null, null]);
  });

  test('is read up to what the client had received: tickets behind the flight change nothing', () => {
    expect(verdict(`${plainFlight} S:147 C:53 C:71`)).toEqual(['not-requested', false, 'strong']);
  });
});

describe('padding to a block', () => {
  test('leaves a certificate visible that is longer than a padded Finished', () => {
    expect(verdict(`${askingFlight} C:1360 C:144 C:80 C:80`)).toEqual(['presented', true, 'weak']);
    expect(verdict(`${coalescedFlight} C:2064 C:1040 C:1040 C:1040`)).toEqual(['presented', true, 'weak']);
  });

  test('leaves the decision to the server where the first record is as long as a padded Finished', () => {
    expect(verdict(`${plainFlight} C:80 C:80`)).toEqual(['not-requested', false, 'weak']);
    expect(verdict(`${askingFlight} C:80 C:80 C:80`)).toEqual(['declined', true, 'weak']);
    expect(verdict(`${coalescedFlight} C:80 C:80`)).toEqual(['unknown', null, null]);
    expect(verdict('S:1040 S:1040 S:1040 S:1040 S:1040 C:80 C:80 C:80')).toEqual(['declined', true, 'weak']);
    expect(verdict('S:1040 S:2064 S:1040 S:1040 C:80 C:80')).toEqual(['not-requested', false, 'weak']);
  });

  test('shows an empty Certificate that is shorter than a padded Finished', () => {
    expect(verdict(`${coalescedFlight} C:48 C:80 C:112`)).toEqual(['declined', true, 'weak']);
  });

  test('hides a small certificate in a block of more than 256 octets', () => {
    expect(verdict(`${askingFlight} C:1040 C:1040 C:1040`)).toEqual(['unknown', true, null]);
    expect(verdict(`${plainFlight} C:1040 C:1040`)).toEqual(['not-requested', false, 'weak']);
  });

  test('to 16 octets (mbedTLS) leaves every answer visible, since an empty Certificate is shorter than Finished', () => {
    expect(verdict(`${plainFlight} C:64 C:64 C:32`)).toEqual(['not-requested', false, 'weak']);
    expect(verdict(`${coalescedFlight} C:80 C:64 C:32`, sha384)).toEqual(['not-requested', false, 'weak']);
    expect(verdict(`${askingFlight} C:32 C:64 C:64 C:32`)).toEqual(['declined', true, 'weak']);
    expect(verdict(`${coalescedFlight} C:496 C:96 C:64 C:64`)).toEqual(['presented', true, 'weak']);
    expect(verdict('S:32 S:512 S:96 S:80 C:80 C:64', sha384)).toEqual(['not-requested', false, 'weak']);
    expect(verdict('S:32 S:48 S:512 S:112 S:80 C:32 C:80 C:64', sha384)).toEqual(['declined', true, 'weak']);
  });

  test('to 16 octets is not believed of one long record, which fits by chance', () => {
    expect(verdict(`${askingFlight} C:832`)).toEqual(['presented', true, 'strong']);
    expect(verdict(`${askingFlight} C:2512 C:71`)).toEqual(['presented', true, 'strong']);
  });

  test('makes no answer of a padded alert, nor of a Finished where the server asked', () => {
    expect(verdict(`${askingFlight} C:32`)).toEqual(['unknown', true, null]);
    expect(verdict(`${plainFlight} C:48`)).toEqual(['unknown', false, null]);
    expect(verdict(`${askingFlight} C:64 C:64 C:32`)).toEqual(['unknown', true, null]);
  });

  test('to a block that is no multiple of 16 does not turn Finished into a certificate', () => {
    for (const record of [116, 216, 416, 1016]) {
      const padded = `C:${record} C:${record} C:${record}`;
      expect(verdict(`${coalescedFlight} ${padded}`)).toEqual(['unknown', null, null]);
      expect(verdict(`${plainFlight} ${padded}`)).toEqual(['not-requested', false, 'weak']);
      expect(verdict(`${askingFlight} ${padded}`)).not.toContain('presented');
      expect(verdict(`${askingFlight} C:${2 * record - 16} ${padded}`)).toEqual(['presented', true, expect.anything()]);
    }
  });

  test('is not believed of a server alone whose client is unpadded', () => {
    expect(verdict('S:144 S:784 S:144 S:144 C:53 C:71')).toEqual(['not-requested', false, 'strong']);
  });
});

describe('refused early data', () => {
  test('is told from the answer by what its sender had received, even if it has the length of Finished', () => {
    const input = overhear(`c:53 ${askingFlight} C:1333 C:96 C:53`);
    input.offersEarlyData = true;
    expect(inferClientAuth(input).status).toBe('presented');
    expect(inferClientAuth(input).clientFinishedFrame).toBe(15);
  });

  test('makes the first record doubtful where no acknowledgment tells', () => {
    const input = overhear(`${coalescedFlight} C:53 C:71`);
    input.offersEarlyData = true;
    input.client.records[2] = -1;
    const told = inferClientAuth(input);
    expect([told.status, told.certainty]).toEqual(['unknown', 'none']);
    expect(told.basis).toContain('it may be early data');
  });
});

describe('what is missing from the capture', () => {
  test('makes nothing of a client record behind a gap', () => {
    for (const flight of [coalescedFlight, askingFlight]) {
      const input = overhear(`${flight} C:53 C:71`);
      input.client.whole = 0;
      input.client.complete = false;
      input.client.hiddenBecause = 'octets are missing from the capture';
      const told = inferClientAuth(input);
      expect(told.status).toBe('unknown');
      expect(told.certainty).toBe('none');
      expect(told.outcome).toBe('unknown');
      expect(told.requested).toBe(flight === askingFlight ? true : null);
      expect(told.basis).toContain('octets are missing from the capture');
    }
  });

  test('makes nothing of a client whose beginning was not captured', () => {
    const input = overhear(`${coalescedFlight} C:53 C:71`);
    input.client.begun = false;
    expect(inferClientAuth(input).status).toBe('unknown');
  });

  test('makes nothing of a server flight behind a gap, but the client alone suffices', () => {
    const input = overhear(`${plainFlight} C:25 C:53`);
    input.server.whole = 2;
    const told = inferClientAuth(input);
    expect([told.status, told.strength]).toEqual(['declined', 'strong']);
    const alone = overhear(plainFlight);
    alone.server.whole = 3;
    expect(inferClientAuth(alone).status).toBe('unknown');
  });

  test('does not complete a certificate with records behind a gap', () => {
    const input = overhear(`${coalescedFlight} C:200 C:96 C:53`);
    expect(inferClientAuth(input).status).toBe('presented');
    input.client.whole = 1;
    expect(inferClientAuth(input).status).toBe('unknown');
  });

  test('does not call a silent end a refusal where server octets are missing', () => {
    const input = overhear(`${askingFlight} C:25 C:53 S:fin`);
    expect(inferClientAuth(input).outcome).toBe('rejected');
    input.server.complete = false;
    expect(inferClientAuth(input).outcome).toBe('unknown');
  });

  test('gives no verdict under a suite of unknown lengths, or for a length that fits nothing', () => {
    expect(verdict(`${plainFlight} C:53`, 0xc02f)).toEqual(['unknown', null, null]);
    expect(verdict(`${plainFlight} C:30 C:53`)).toEqual(['unknown', false, null]);
  });
});

describe('what the server did', () => {
  test('rejected: nothing but an alert, or an end, came after the answer', () => {
    expect(outcome(`${askingFlight} C:25 C:53 S:19`)).toEqual(['rejected', false]);
    expect(outcome(`${askingFlight} C:25 C:53 C:71 S:19 S:19`)).toEqual(['rejected', false]);
    expect(outcome(`${askingFlight} C:886 C:281 C:53 C:71 S:rst`)).toEqual(['rejected', false]);
  });

  test("takes a record of 35 octets for an alert of JSSE alone: it is the client's data, or the server's, elsewhere", () => {
    const jsseFlight = 'S:39 S:132 S:737 S:112 S:69';
    expect(outcome(`${jsseFlight} C:886 C:281 C:53 C:71 S:35`)).toEqual(['rejected', false]);
    expect(outcome(`${askingFlight} C:25 C:53 C:35 S:19 S:rst`)).toEqual(['rejected', false]);
    expect(outcome(`${askingFlight} C:886 C:97 C:53 C:35 S:19 S:rst`)).toEqual(['rejected', false]);
    expect(outcome(`${askingFlight} C:886 C:97 C:53 C:71 S:250 S:250 S:35 S:19`)).toEqual(['accepted', true]);
    expect(outcome(`${askingFlight} C:902 C:113 C:69 C:35 S:19 S:rst`)).toEqual(['unknown', false]);
    // What a server's flight in one record adds is not known.
    expect(outcome(`${coalescedFlight} C:886 C:97 C:53 C:71 S:35`)).toEqual(['rejected', false]);
  });

  test('unknown: the client ended first, or the alert came before its answer', () => {
    expect(outcome(`${plainFlight} C:53 C:19 S:19`)).toEqual(['unknown', false]);
    expect(outcome(`${askingFlight} C:25 C:53 C:fin S:fin`)).toEqual(['unknown', false]);
    expect(outcome(`${askingFlight} S:19 C:25 C:53`)).toEqual(['unknown', false]);
    expect(outcome(`${askingFlight} C:25 C:53`)).toEqual(['unknown', false]);
  });

  test('accepted: it answered after its tickets, and both went on to data', () => {
    expect(outcome(`${askingFlight} C:25 C:53 C:71 S:250 S:250 S:102 S:19`)).toEqual(['accepted', true]);
    expect(outcome(`${askingFlight} C:25 C:53 S:198 C:71 S:190 S:19 C:19`)).toEqual(['accepted', true]);
    expect(outcome(`${askingFlight} C:886 C:281 C:53 C:71 S:921 S:937 S:102`)).toEqual(['accepted', true]);
  });

  test('accepted: tickets had gone before the answer, so the first record after it is data', () => {
    expect(outcome(`${plainFlight} S:147 C:53 C:71 S:155 S:19`)).toEqual(['accepted', true]);
  });

  test('accepted: two records that differ by less than a cipher block are no pair of tickets', () => {
    expect(outcome(`${coalescedFlight} C:61 C:71 S:198 S:190 S:19`)).toEqual(['accepted', true]);
  });

  test('accepted without data: tickets came, and the client ended first', () => {
    expect(outcome(`${askingFlight} C:25 C:53 S:250 S:250 C:19 S:19`)).toEqual(['accepted', false]);
  });

  test('accepted: nobody was asked, and the client left after its data without an answer', () => {
    expect(outcome(`${plainFlight} C:53 C:71 C:19 S:19 S:fin`)).toEqual(['accepted', false]);
    expect(outcome(`${plainFlight} C:53 C:71 C:fin S:fin`)).toEqual(['accepted', false]);
    // A reset may be of octets unread, a client without data has nothing read, and who was asked may be refused.
    expect(outcome(`${plainFlight} C:53 C:71 C:19 S:19 S:rst`)).toEqual(['unknown', false]);
    expect(outcome(`${plainFlight} C:53 C:19 S:19 S:fin`)).toEqual(['unknown', false]);
    expect(outcome(`${askingFlight} C:25 C:53 C:71 C:19 S:19 S:fin`)).toEqual(['unknown', false]);
  });

  test('dropped: tickets came, then the server ended first', () => {
    expect(outcome(`${plainFlight} C:53 S:209 S:19`)).toEqual(['dropped', false]);
    expect(outcome(`${askingFlight} C:886 C:281 C:53 C:71 S:914 S:914 S:fin`)).toEqual(['dropped', false]);
    expect(outcome(`${askingFlight} C:886 C:281 C:53 C:71 S:922 S:938 S:fin`)).toEqual(['dropped', false]);
  });

  test('accepted: one record that may be a ticket or an answer, where there was nothing to refuse', () => {
    expect(outcome(`${plainFlight} C:53 C:71 S:134 S:19`)).toEqual(['accepted', true]);
    expect(outcome(`${askingFlight} C:25 C:53 C:71 S:134 S:19`)).toEqual(['unknown', false]);
  });

  test('unknown: one record that may be a ticket or an answer', () => {
    expect(outcome(`${coalescedFlight} C:682 C:97 C:53 C:71 S:1757 S:19 C:19`)).toEqual(['unknown', false]);
  });

  test('under padding, more records than tickets and an alert are an answer', () => {
    const flight = 'S:272 S:272 S:1552 S:272 S:272';
    expect(outcome(`${flight} C:25 C:53 C:71 S:272 S:272 S:4880 S:272`)).toEqual(['accepted', true]);
    expect(outcome(`${flight} C:25 C:53 S:272`)).toEqual(['unknown', false]);
  });

  test('under padding to 16 octets, a record of one block is an alert if it is the only one', () => {
    const flight = 'S:32 S:48 S:512 S:96 S:80';
    expect(outcome(`${flight} C:25 C:69 S:32 S:fin`, sha384)).toEqual(['rejected', false]);
    expect(outcome(`${flight} C:450 C:95 C:69 C:52 S:32 S:fin`, sha384)).toEqual(['rejected', false]);
    expect(outcome(`${flight} C:25 C:69 C:52 S:32 S:32 S:fin`, sha384)).toEqual(['unknown', false]);
    expect(outcome(`${flight} C:25 C:69 S:176 C:52 S:96 S:32 S:fin`, sha384)).toEqual(['accepted', true]);
    expect(outcome(`${flight} C:25 C:69 S:176 S:32 S:fin`, sha384)).toEqual(['dropped', false]);
  });

  test("a padded client's last record may be its farewell, which the server's end only answers", () => {
    expect(outcome(`${askingFlight} C:32 C:64 C:64 S:234 S:234 S:4308 S:19 C:32`)).toEqual(['accepted', true]);
    expect(outcome(`${askingFlight} C:32 C:64 S:234 S:234 C:32 S:19 S:fin`)).toEqual(['unknown', false]);
    expect(outcome(`${askingFlight} C:32 C:64 C:64 S:19 S:fin C:32`)).toEqual(['rejected', false]);
  });

  test('a resumed session goes on like any other', () => {
    expect(inferResumedEnd(overhear('S:23 S:53 C:53 C:71 S:250 S:102'))).toEqual({
      outcome: 'accepted',
      established: true,
    });
    const early = overhear('c:71 S:31 S:69 C:21 C:69 S:930 S:102 S:19', sha384);
    early.offersEarlyData = true;
    expect(inferResumedEnd(overhear('S:32 S:64 C:64 C:64 S:176 S:112 C:32')).outcome).toBe('accepted');
    expect(inferResumedEnd(early)).toEqual({ outcome: 'accepted', established: false });
    expect(inferResumedEnd(overhear('S:23 S:53')).outcome).toBe('unknown');
  });
});

test('post-handshake authentication that was offered is called possible and changes no verdict', () => {
  const input = overhear(`${plainFlight} C:53 C:71 S:250 S:250 S:148 C:1365 C:97 C:53 S:906`);
  expect(inferClientAuth(input).basis).not.toContain('post-handshake');
  input.offersPostHandshakeAuth = true;
  const told = inferClientAuth(input);
  expect(told.status).toBe('not-requested');
  expect(told.basis).toContain('post-handshake authentication was offered, and frame 18 may end one');
  const padded = overhear(`${plainFlight} C:272 C:272 S:250 S:250 S:148 C:1552 C:272 C:272`);
  padded.offersPostHandshakeAuth = true;
  expect(inferClientAuth(padded).laterAnswerFrame).toBeGreaterThan(0);
});
