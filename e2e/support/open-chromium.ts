import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** No sandbox: tests run as root in containers. The rest keeps it from talking to anybody but the page under test. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium.
 * @throws Error that says what to install when there is none
 */
export async function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: FLAGS, timeout: 60_000 });
}
