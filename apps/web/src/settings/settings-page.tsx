'use client';

import { useTheme } from 'next-themes';
import { useId, useSyncExternalStore, type ReactNode } from 'react';
import { useLanguage } from '../i18n/define-words.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n/language.ts';
import { useSetLanguage } from '../i18n/language-provider.tsx';
import { useWords } from '../i18n/words.ts';
import { useKeyNames } from '../palette/key-caps.tsx';
import { ShortcutList } from '../palette/shortcut-list.tsx';
import { PlaceFrame } from '../shell/place-frame.tsx';
import { SwitchField } from '../ui/switch-field.tsx';
import { ChoiceField } from './choice-field.tsx';
import { changeSettings, useSettings } from './use-settings.ts';
import { useSettingsWords } from './words.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const NotificationSetting = lazyPart(
  async () => (await import('../notifications/notification-setting.tsx')).NotificationSetting,
  { missing: 'line' },
);

const THEMES = ['system', 'light', 'dark'] as const;

/** How the app looks and behaves for this person. */
export function SettingsPage({ onMenu }: { readonly onMenu: () => void }) {
  const t = useWords();
  const words = useSettingsWords();
  return (
    <PlaceFrame title={t.places.settings} onMenu={onMenu}>
      <div className="flex flex-col gap-8">
        <Look />
        <Writing />
        <Section title={words.notifications}>
          <NotificationSetting />
        </Section>
        <Keyboard />
        <p className="text-sm text-faint">{words.kept}</p>
      </div>
    </PlaceFrame>
  );
}

function Look() {
  const words = useSettingsWords();
  const { density, motion } = useSettings();
  const theme = useChosenTheme();
  const language = useLanguage();
  const setLanguage = useSetLanguage();
  return (
    <Section title={words.look}>
      <ChoiceField
        label={words.theme}
        value={theme.value}
        choices={THEMES.map((value) => ({ value, label: words.themes[value] }))}
        onChange={theme.set}
      />
      <ChoiceField
        label={words.density}
        hint={words.densityHint}
        value={density}
        choices={(['comfortable', 'compact'] as const).map((value) => ({ value, label: words.densities[value] }))}
        onChange={(value) => {
          changeSettings({ density: value });
        }}
      />
      <ChoiceField
        label={words.motion}
        hint={words.motionHint}
        value={motion}
        choices={(['system', 'off'] as const).map((value) => ({ value, label: words.motions[value] }))}
        onChange={(value) => {
          changeSettings({ motion: value });
        }}
      />
      <ChoiceField
        label={words.language}
        hint={words.languageHint}
        value={language}
        choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        onChange={setLanguage}
      />
    </Section>
  );
}

function Writing() {
  const words = useSettingsWords();
  const { send } = useSettings();
  const { Mod: mod = 'Ctrl' } = useKeyNames();
  return (
    <Section title={words.writing}>
      <ChoiceField
        label={words.send}
        hint={words.sendHint[send]}
        value={send}
        choices={[
          { value: 'enter', label: words.sends.enter },
          { value: 'mod_enter', label: words.sends.mod_enter(mod) },
        ]}
        onChange={(value) => {
          changeSettings({ send: value });
        }}
      />
    </Section>
  );
}

function Keyboard() {
  const words = useSettingsWords();
  const { singleKeys } = useSettings();
  return (
    <Section title={words.keyboard}>
      <SwitchField
        label={words.singleKeys}
        hint={words.singleKeysHint}
        checked={singleKeys === 'on'}
        onChange={(on) => {
          changeSettings({ singleKeys: on ? 'on' : 'off' });
        }}
      />
      <ShortcutList />
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-5">
      <h2 id={heading} className="border-b border-line pb-1.5 text-sm font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}

const never = (): (() => void) => () => undefined;

/** The server does not know the choice: until the page is alive it is the default. */
function useChosenTheme(): { readonly value: (typeof THEMES)[number]; readonly set: (theme: string) => void } {
  const { theme, setTheme } = useTheme();
  const alive = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return { value: THEMES.find((name) => alive && name === theme) ?? 'system', set: setTheme };
}
