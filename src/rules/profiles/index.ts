/** Every profile, by the name that `--profile` takes. */
import { bcp195 } from './bcp195.js';
import { bsiTr021022 } from './bsi-tr-02102-2.js';
import { mozillaIntermediate, mozillaModern } from './mozilla.js';
import { nist80052r2 } from './nist-800-52r2.js';
import { pciDss4 } from './pci-dss-4.js';
import type { Profile } from './profile.js';

/** The profiles. */
export const profiles: readonly Profile[] = [
  bcp195,
  nist80052r2,
  bsiTr021022,
  mozillaModern,
  mozillaIntermediate,
  pciDss4,
];
