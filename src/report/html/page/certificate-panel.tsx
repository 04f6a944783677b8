import { certificateName, keyText, type TimeSpan } from '../../certificate-lines.js';
import { count } from '../../quantities.js';
import type { PageCertificate } from '../page-data.js';
import { Panel } from './panel-frame.js';
import { Copyable, Facts } from './parts.js';
import { linkTo, usePage } from './state.js';
import { ValidityBar, validityWords } from './validity.js';
import { Mark, SeverityBadge } from './words.js';

/** Entries of each list that are shown. */
const maxShown = 40;
/** A chain is never longer than this; a circle of issuers would be. */
const maxChain = 12;

/** A certificate by name, with its validity. */
export function CertificateLine({ certificate, span }: { certificate: PageCertificate; span: TimeSpan }) {
  return (
    <>
      <a href={linkTo(`cert-${certificate.sha256}`)}>{certificateName(certificate)}</a>
      <span class="validity">
        <ValidityBar certificate={certificate} span={span} />
        {validityWords(certificate, span)}
      </span>
    </>
  );
}

/** A certificate with its chain and fields. */
export function CertificatePanel({ certificate, span }: { certificate: PageCertificate; span: TimeSpan }) {
  const { report } = usePage();
  const chain = chainOf(certificate, report.certificates);
  const findings = report.findings.filter((finding) => finding.certificate === certificate.sha256);
  const names = certificate.subjectAltNames;
  return (
    <Panel title={certificateName(certificate)} kind="certificate">
      <p class="validity">
        <ValidityBar certificate={certificate} span={span} /> {validityWords(certificate, span)}
      </p>
      {certificate.problems.length > 0 && (
        <p class="bad">
          <Mark tone="cleartext" /> {certificate.problems.join(', ')}
        </p>
      )}
      {certificate.parseError !== null && <p class="bad">Not readable to its end: {certificate.parseError}</p>}
      {findings.length > 0 && (
        <ul class="short-findings">
          {findings.slice(0, maxShown).map((finding) => (
            <li key={finding.anchor}>
              <SeverityBadge severity={finding.severity} /> <a href={linkTo(finding.anchor)}>{finding.title}</a>
            </li>
          ))}
        </ul>
      )}
      <h3>Chain by name, as far as it was seen</h3>
      <ol class="chain">
        {chain.map((link) => (
          <li key={link.sha256}>
            <CertificateLine certificate={link} span={span} />
          </li>
        ))}
        {chain.at(-1)?.selfSigned === false && (
          <li class="quiet">{chain.at(-1)?.issuer || 'no name'}: not in the capture</li>
        )}
      </ol>
      <h3>Fields</h3>
      <Facts
        facts={[
          ['Subject', certificate.subject || '(empty)'],
          ['Issuer', certificate.selfSigned ? 'itself (self-signed)' : certificate.issuer || '(empty)'],
          [
            'Names',
            names.length === 0
              ? 'none'
              : `${names.slice(0, maxShown).join(', ')}${names.length > maxShown ? `, and ${count(names.length - maxShown)} more` : ''}`,
          ],
          ['Valid', `${certificate.notBefore || '?'} to ${certificate.notAfter || '?'}`],
          ['Key', keyText(certificate)],
          ['Signature', certificate.signatureAlgorithm],
          ['Usage', [...certificate.keyUsage, ...certificate.extendedKeyUsage].join(', ') || 'not restricted'],
          [
            'CA',
            certificate.isCa
              ? `yes${certificate.pathLength === null ? '' : `, path length ${certificate.pathLength}`}`
              : 'no',
          ],
          ['Shown by', certificate.usedAs.join(', ') || '–'],
          ['First seen', `frame ${count(certificate.firstFrame)}`],
          ['Serial', certificate.serial],
          ...certificate.oddities.slice(0, maxShown).map((oddity) => ['Odd', oddity] as const),
        ]}
      />
      <Copyable text={certificate.sha256} label="the SHA-256" />
    </Panel>
  );
}

// By names and, where both are there, key identifiers: the picture of a chain. The verdict on one is told where it was shown.
function chainOf(leaf: PageCertificate, certificates: readonly PageCertificate[]): PageCertificate[] {
  const chain = [leaf];
  for (let last = leaf; !last.selfSigned && last.issuer !== '' && chain.length < maxChain; ) {
    const issuer = certificates.find(
      (candidate) =>
        candidate.subject === last.issuer &&
        !chain.includes(candidate) &&
        (last.authorityKeyId === null ||
          candidate.subjectKeyId === null ||
          last.authorityKeyId === candidate.subjectKeyId),
    );
    if (issuer === undefined) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}
