import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readPersistenceEnv } from './env.ts';

await runService({ name: 'persistence', env: readPersistenceEnv, module: AppModule });
