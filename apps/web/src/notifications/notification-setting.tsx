'use client';

import { useState } from 'react';
import { changeSettings, useSettings } from '../settings/use-settings.ts';
import { SwitchField } from '../ui/switch-field.tsx';
import { useNotificationWords } from './words.ts';

/** Whether the browser tells of what waits or ended. The browser is asked by the press of the switch, never before. */
export function NotificationSetting() {
  const words = useNotificationWords();
  const { notify } = useSettings();
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : undefined));
  if (permission === undefined) return <p className="text-sm text-soft">{words.unsupported}</p>;
  const on = notify !== 'off' && permission === 'granted';
  const ask = async (): Promise<void> => {
    const answer = await Notification.requestPermission();
    setPermission(answer);
    changeSettings({ notify: answer === 'granted' ? 'on' : 'off' });
  };
  return (
    <div className="flex flex-col gap-3">
      <SwitchField
        label={words.setting}
        hint={words.settingHint}
        checked={on}
        onChange={(checked) => {
          if (checked) void ask();
          else changeSettings({ notify: 'off' });
        }}
      />
      {on ? (
        <SwitchField
          label={words.withText}
          hint={words.withTextHint}
          checked={notify === 'with_text'}
          onChange={(checked) => {
            changeSettings({ notify: checked ? 'with_text' : 'on' });
          }}
        />
      ) : null}
      {permission === 'denied' ? (
        <p role="status" className="text-sm text-warn">
          {words.denied}
        </p>
      ) : null}
    </div>
  );
}
