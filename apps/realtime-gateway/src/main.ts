import { runService } from '@colloquy/service';
import { AppModule } from './app.module.ts';
import { readRealtimeEnv } from './env.ts';
import { useSocketIo } from './use-socket-io.ts';

await runService({ name: 'realtime-gateway', env: readRealtimeEnv, module: AppModule, configure: useSocketIo });
