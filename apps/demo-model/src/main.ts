import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readDemoModelEnv } from './env.ts';
import { addRoutes } from './subscriptions.ts';

await runService({ name: 'demo-model', env: readDemoModelEnv, module: AppModule, configure: addRoutes });
