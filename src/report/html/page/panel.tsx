// What is open beside the lists: a flow with its ladder, a hop, or a certificate with its chain.
import type { TimeSpan } from '../../certificate-lines.js';
import { CertificatePanel } from './certificate-panel.js';
import { FlowPanel } from './flow-panel.js';
import { HopPanel } from './hop-panel.js';
import { Panel } from './panel-frame.js';
import { usePage } from './state.js';
import type { Flow } from './view.js';

/** What `address` names, or null where it names nothing that opens beside the lists. */
export function DetailPanel({ address, span, flows }: { address: string; span: TimeSpan; flows: readonly Flow[] }) {
  const { report } = usePage();
  const flow = /^flow-\d+$/.test(address) ? report.flowById.get(Number(address.slice(5))) : undefined;
  if (flow !== undefined) return <FlowPanel flow={flow} span={span} flows={flows} />;
  const hop = address.startsWith('hop-') ? report.hopById.get(address.slice(4)) : undefined;
  if (hop !== undefined) return <HopPanel hop={hop} />;
  const certificate = address.startsWith('cert-') ? report.certificateByHash.get(address.slice(5)) : undefined;
  if (certificate !== undefined) return <CertificatePanel certificate={certificate} span={span} />;
  if (!/^(?:flow|hop|cert)-/.test(address)) return null;
  return (
    <Panel title="Not in this page" kind="nothing">
      <p>
        Nothing in this page has the address <code>{address}</code>.
      </p>
    </Panel>
  );
}
