'use client';

import { useSettings } from '../settings/use-settings.ts';
import { usePalette, type CommandGroup } from './commands.ts';
import { KeyCaps } from './key-caps.tsx';
import { isModified } from './keys.ts';
import { usePaletteWords } from './words.ts';

const GROUPS: readonly CommandGroup[] = ['chat', 'go', 'look', 'app'];

/** All keys that do something now, by what they are for. */
export function ShortcutList() {
  const words = usePaletteWords();
  const { send, singleKeys } = useSettings();
  const commands = usePalette((state) => state.commands);
  const writing = [
    { id: 'send', label: words.sendIt, keys: send === 'enter' ? 'Enter' : 'Mod+Enter' },
    { id: 'line', label: words.newLine, keys: send === 'enter' ? 'Shift+Enter' : 'Enter' },
    { id: 'close', label: words.close, keys: 'Esc' },
    { id: 'stop', label: words.stopRun, keys: 'Esc' },
  ];
  return (
    <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
      {GROUPS.map((group) => {
        const rows = [...commands.values()].flatMap(({ id, label, keys, group: own = 'app' }) =>
          keys === undefined || own !== group || (singleKeys === 'off' && !isModified(keys))
            ? []
            : [{ id, label, keys }],
        );
        return rows.length === 0 ? null : <Section key={group} title={words.groups[group]} rows={rows} />;
      })}
      <Section title={words.writing} rows={writing} />
      {singleKeys === 'off' ? <p className="text-sm text-soft sm:col-span-2">{words.singleKeysOff}</p> : null}
    </div>
  );
}

interface Row {
  readonly id: string;
  readonly label: string;
  readonly keys: string;
}

function Section({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-faint">{title}</h3>
      <dl>
        {rows.map(({ id, label, keys }) => (
          <div
            key={id}
            className="flex min-h-8 items-center justify-between gap-4 border-b border-line text-sm last:border-0"
          >
            <dt className="min-w-0">{label}</dt>
            <dd>
              <KeyCaps keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
