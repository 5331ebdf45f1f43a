import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readDemoModelEnv } from './env.ts';
import { addRoutes } from './subscriptions.ts';

/** Pictures come in the body, some at once, as base64. */
const LARGEST_BODY = 64 * 1024 * 1024;

await runService({
  name: 'demo-model',
  env: readDemoModelEnv,
  module: AppModule,
  configure: addRoutes,
  fastify: { bodyLimit: LARGEST_BODY },
});
