import type { Contents } from './contents-of.ts';

/**
 * Next.js listens on what HOSTNAME says, and containers have a HOSTNAME of their own. When it was asked to stop and has
 * finished what was in hand it ends with 143, as if the signal had killed it: that is a good end, like everybody's.
 */
const WEB = `Object.assign(process.env, { HOSTNAME: process.env.HOST ?? '0.0.0.0' });
process.on('exit', (code) => {
  if (code === 143) process.exitCode = 0;
});
`;

/** The file `main.mjs`, the same name in every image: it runs the app in its own process, so that signals reach it. */
export function startFile({ kind, entry }: Contents): string {
  return `${kind === 'web' ? WEB : ''}await import('./${entry}');\n`;
}

/**
 * The file `healthy.mjs`: exits 0 when the service of this container answers well at `/livez` (its event loop turns), or
 * at the path that it is given.
 */
export const HEALTH_FILE = `const [path = '/livez'] = process.argv.slice(2);
const port = process.env.HEALTH_PORT || process.env.PORT;
try {
  const answer = await fetch(\`http://127.0.0.1:\${port}\${path}\`, { signal: AbortSignal.timeout(2500) });
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(String(error?.cause ?? error));
  process.exitCode = 1;
}
`;
