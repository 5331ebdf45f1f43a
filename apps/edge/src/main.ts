import { runService } from '@colloquy/service';
import { readEdgeEnv } from './env.ts';
import { LARGEST_BODY, routeRequests } from './route-requests.ts';

await runService({ name: 'edge', env: readEdgeEnv, create: routeRequests, fastify: { bodyLimit: LARGEST_BODY } });
