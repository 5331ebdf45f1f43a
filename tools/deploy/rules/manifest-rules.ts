import { networkRules } from './network-rules.ts';
import { parityRules } from './parity-rules.ts';
import { referenceRules } from './reference-rules.ts';
import { resourceRules } from './resource-rules.ts';
import type { Rule } from './rule.ts';
import { scalingRules } from './scaling-rules.ts';
import { securityRules } from './security-rules.ts';
import { versionRules } from './version-rules.ts';

/** All rules for Kubernetes. */
export const manifestRules: readonly Rule[] = [
  ...referenceRules,
  ...securityRules,
  ...resourceRules,
  ...scalingRules,
  ...networkRules,
  ...parityRules,
  ...versionRules,
];
