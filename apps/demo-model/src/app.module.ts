import { Module } from '@nestjs/common';
import { ENV, METRICS, CLOCK, IDS, type Metrics, type ServiceClock, type SystemIds } from '@colloquy/service';
import { ChatCompletions } from './complete-chat.ts';
import type { DemoModelEnv } from './env.ts';
import { loadScripts } from './load-scripts.ts';
import type { Script } from './script.ts';
import { COMPLETIONS, SCRIPTS } from './tokens.ts';

/** The demo model: scripts, and what completes chats from them. */
@Module({
  providers: [
    { provide: SCRIPTS, useFactory: loadScripts },
    {
      provide: COMPLETIONS,
      inject: [ENV, CLOCK, IDS, METRICS, SCRIPTS],
      useFactory: (...given: [DemoModelEnv, ServiceClock, SystemIds, Metrics, readonly Script[]]) => {
        const [env, clock, ids, metrics, scripts] = given;
        return new ChatCompletions({ env, clock, ids, metrics, scripts });
      },
    },
  ],
})
export class AppModule {}
