import { secondsOf } from '../base/time.js';
import {
  type Answer,
  clean,
  inapplicable,
  type LateSighting,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
  type WholeRun,
} from '../model/rule.js';
import { certificateName } from './shared/certificate-name.js';
import { CertificateUses, serviceOf } from './shared/certificate-uses.js';

/** Time enough to renew a certificate by hand. */
const days = 30;

/** Certificates that live shorter than this are renewed by a machine, late in their life: said only in their last tenth. */
const shortLifeDays = 100;

const about: RuleMetadata = {
  kind: 'cert-expires-soon',
  severity: 'low',
  title: 'Certificate in use expires soon',
  meaning: `A certificate that was shown in a handshake expires within ${days} days of the capture's end (one that lives less than ${shortLifeDays} days: within a tenth of its life).`,
  why: 'When it expires, every peer that verifies it refuses the connection: an outage on a day that is known.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Certificates that expired before the capture ended have kinds of their own.',
    'It may have been renewed already and not yet been loaded.',
  ],
  remediation: {
    general:
      'Renew it, load it, and automate both (ACME, a service mesh, cert-manager); alarm on the dates of what is served, not of files.',
    products: {
      nginx: 'nginx -s reload after the files have changed.',
      HAProxy: 'set ssl cert … and commit ssl cert … over the runtime socket, or a reload.',
      Envoy: 'Secrets over SDS (files are watched) instead of in the static configuration.',
      Apache: 'apachectl graceful after the files have changed; mod_md renews by itself.',
      Caddy: 'Renews by itself unless certificates are given with tls cert.pem key.pem.',
      Node: 'server.setSecureContext() with the new files.',
      Go: 'tls.Config.GetCertificate and GetClientCertificate that read the renewed files.',
      Istio: 'Workload certificates renew by themselves; of a Gateway, renew the secret.',
    },
  },
  cwe: [298],
  standards: ['RFC 5280 4.1.2.5'],
  scope: 'certificate',
  concerns: 'tls',
};

/** A certificate in use expires soon after the capture's end. */
export const certExpiresSoon: Rule = {
  about,
  begin(context: RunContext): RuleJudge {
    const uses = new CertificateUses(true);
    return {
      connection(record): Answer {
        const { serverCertificates, clientCertificates } = record.tls!;
        if (serverCertificates === null && clientCertificates === null) return inapplicable;
        uses.add(record);
        return clean;
      },
      *finish({ lastTime }: WholeRun): Iterable<LateSighting> {
        if (lastTime === null) return;
        const end = secondsOf(lastTime);
        for (const use of uses) {
          const certificate = context.certificate(use.sha256);
          if (certificate === null) continue;
          const left = secondsOf(certificate.notAfter) - end;
          const life = secondsOf(certificate.notAfter) - secondsOf(certificate.notBefore);
          if (!(left >= 0 && left <= noticeOf(life))) continue;
          yield {
            answer: 'fires',
            certainty: use.certainty,
            frames: use.frames,
            detail: `${certificateName(use.sha256, context)} expires at ${certificate.notAfter}, ${span(left)} after the end of the capture.`,
            certificate: use.sha256,
            capture: use.capture,
            flows: use.flows,
            count: use.count,
            client: null,
            server: serviceOf(use),
          };
        }
      },
    };
  },
};

/** Seconds before the end in which it is said. */
function noticeOf(life: number): number {
  return life < shortLifeDays * 86_400 ? life / 10 : days * 86_400;
}

function span(seconds: number): string {
  if (seconds >= 172_800) return `${Math.floor(seconds / 86_400)} days`;
  return seconds >= 7200 ? `${Math.floor(seconds / 3600)} hours` : `${Math.floor(seconds / 60)} minutes`;
}
