import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readEventLoggerEnv } from './env.ts';

await runService({ name: 'event-logger', env: readEventLoggerEnv, module: AppModule });
