import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readGatewayEnv } from './env.ts';
import { useApi } from './use-api.ts';

await runService({
  name: 'api-gateway',
  env: readGatewayEnv,
  module: AppModule,
  configure: useApi,
  // The address of a client is what a proxy of our own network says it is.
  fastify: { trustProxy: 'loopback,linklocal,uniquelocal' },
});
