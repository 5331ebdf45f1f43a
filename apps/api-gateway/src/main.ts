import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readGatewayEnv } from './env.ts';
import { useApi } from './use-api.ts';

await runService({ name: 'api-gateway', env: readGatewayEnv, module: AppModule, configure: useApi });
