'use client';

import { countOf } from '../inbox/touches-inbox.ts';
import { useInbox } from '../inbox/use-inbox.ts';
import { useWindowSigns } from '../inbox/use-window-signs.ts';
import { useNotifications } from './use-notifications.ts';

/** Draws nothing: it says outside of the page what waits, on the tab and by notifications. */
export function PageSigns() {
  const { data } = useInbox();
  useWindowSigns(countOf(data));
  useNotifications();
  return null;
}
