import type { NextConfig } from 'next';

/** A backend to send API calls and the socket to, for work on this app without the edge in front of it. */
const backend = process.env['COLLOQUY_BACKEND'];

/** The checkout: our libs are compiled from their sources, which lie outside this folder. */
const root = decodeURIComponent(new URL('../..', import.meta.url).pathname);

const config: NextConfig = {
  // For images: a server with only the files that it needs. `next start` wants the whole folder instead.
  ...(process.env['NEXT_STANDALONE'] === '1' ? { output: 'standalone' as const } : {}),
  outputFileTracingRoot: root,
  reactCompiler: true,
  poweredByHeader: false,
  // The socket's path ends with a slash; a redirect would break it.
  skipTrailingSlashRedirect: true,
  turbopack: { root },
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'x-content-type-options', value: 'nosniff' },
        { key: 'referrer-policy', value: 'same-origin' },
        { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=()' },
      ],
    },
    // Links are for people: no search engine keeps what somebody shares.
    { source: '/s/:path*', headers: [{ key: 'x-robots-tag', value: 'noindex, nofollow' }] },
  ],
  rewrites: async () =>
    backend === undefined
      ? []
      : [
          { source: '/v1/:path*', destination: `${backend}/v1/:path*` },
          { source: '/socket.io/', destination: `${backend}/socket.io/` },
        ],
};

export default config;
