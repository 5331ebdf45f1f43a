import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readOrchestratorEnv } from './env.ts';

await runService({ name: 'orchestrator', env: readOrchestratorEnv, module: AppModule });
