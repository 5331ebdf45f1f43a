'use client';

import { createContext, use, type ReactNode } from 'react';
import { placeOfName } from './agent-look.ts';
import type { Branch } from './run-index.ts';
import { styleAt } from './team.tsx';

/** More than this many rules side by side would leave no room to read. */
const DEEPEST = 3;

const BranchContext = createContext<Branch | undefined>(undefined);

/** The part of the work that something belongs to; undefined outside of all parts. */
export function useBranch(): Branch | undefined {
  return use(BranchContext);
}

/** What belongs to a part of the work stands behind a slim rule in the part's colour, one more for each part around it. */
export function InBranch({ branch, children }: { readonly branch: Branch | undefined; readonly children: ReactNode }) {
  if (branch === undefined) return children;
  const rules = pathOf(branch).slice(-DEEPEST);
  return (
    <BranchContext value={branch}>
      {rules.reduceRight<ReactNode>(
        (inner, { runId, name }, index) => (
          <div
            key={runId}
            data-branch={name}
            className={`agent-rule border-l-2 pl-3 ${index === 0 ? 'ml-3.5' : ''}`}
            style={styleAt(placeOfName(name))}
          >
            {inner}
          </div>
        ),
        children,
      )}
    </BranchContext>
  );
}

/** A part and the parts around it, the outermost first. */
function pathOf(branch: Branch): Branch[] {
  return branch.parent === undefined ? [branch] : [...pathOf(branch.parent), branch];
}
