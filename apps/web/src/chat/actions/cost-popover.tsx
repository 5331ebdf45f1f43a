'use client';

import type { ReactElement } from 'react';
import { Popover } from '../../ui/popover.tsx';
import { useFormat } from '../../ui/format.ts';
import { useScreen } from '../chat-store.ts';
import { useActionWords } from './words.ts';

/** What the chat has cost, model by model. It comes when it is first asked for, and so it is open then. */
export function CostPopover({ trigger }: { readonly trigger: ReactElement }) {
  const t = useActionWords();
  return (
    <Popover trigger={trigger} label={t.costTitle} align="end" defaultOpen>
      <CostTable />
    </Popover>
  );
}

/** Tokens and money by model. */
export function CostTable() {
  const t = useActionWords();
  const format = useFormat();
  const usage = useScreen(({ chat }) => chat.usage);
  const head = [t.costCalls, t.costIn, t.costOut, t.costMoney];
  return (
    <>
      <p className="font-medium">{t.costTitle}</p>
      <table className="mt-2 text-xs tabular-nums [&_td]:py-1 [&_td]:pl-4 [&_td]:text-right [&_th]:py-1 [&_th]:pl-4 [&_th]:text-right [&_th]:font-normal [&_th]:text-faint [&_tr>:first-child]:max-w-44 [&_tr>:first-child]:truncate [&_tr>:first-child]:pl-0 [&_tr>:first-child]:text-left">
        <thead>
          <tr>
            <th scope="col">{t.costModel}</th>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {usage.byModel.map((model) => (
            <Line key={model.model} name={model.model} of={model} />
          ))}
          {usage.byModel.length > 1 ? <Line name={t.costAll} of={usage} /> : null}
        </tbody>
      </table>
      {usage.cachedTokens > 0 ? (
        <p className="mt-2 text-xs text-faint">
          {t.costIn}, {t.costCached}: {format.number(usage.cachedTokens)}
        </p>
      ) : null}
      <p className="mt-2 max-w-72 text-xs text-faint">{t.costNote}</p>
    </>
  );
}

interface Used {
  readonly modelCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
}

function Line({ name, of }: { readonly name: string; readonly of: Used }) {
  const format = useFormat();
  return (
    <tr className="border-t border-line">
      <th scope="row" title={name} className="text-foreground!">
        {name}
      </th>
      <td>{format.number(of.modelCalls)}</td>
      <td>{format.number(of.promptTokens)}</td>
      <td>{format.number(of.completionTokens)}</td>
      <td>{format.cost(of.costMicroUsd)}</td>
    </tr>
  );
}
