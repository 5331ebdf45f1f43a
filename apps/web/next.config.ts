import type { NextConfig } from 'next';

/** A backend to send API calls and the socket to, for work on this app without the edge in front of it. */
const backend = process.env['COLLOQUY_BACKEND'];

const config: NextConfig = {
  reactCompiler: true,
  poweredByHeader: false,
  // The socket's path ends with a slash; a redirect would break it.
  skipTrailingSlashRedirect: true,
  // Our libs are compiled from their sources, which lie outside this folder.
  turbopack: { root: decodeURIComponent(new URL('../..', import.meta.url).pathname) },
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'x-content-type-options', value: 'nosniff' },
        { key: 'referrer-policy', value: 'same-origin' },
        { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=()' },
      ],
    },
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
