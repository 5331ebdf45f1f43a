import type { Metadata } from 'next';

/** Whoever shares a chat gives its link to people, not to search engines. */
export const metadata: Metadata = { robots: { index: false, follow: false }, referrer: 'no-referrer' };

/** A shared chat. The shell shows it, without the parts that are for who is signed in. */
export default function SharedChatPage() {
  return null;
}
