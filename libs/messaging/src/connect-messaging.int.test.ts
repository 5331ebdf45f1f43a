import { describeMessaging, natsUnderTest } from '@colloquy/testing';

describeMessaging('messaging over NATS', () => natsUnderTest());
