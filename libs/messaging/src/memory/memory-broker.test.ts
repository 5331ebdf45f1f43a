import { describeMessaging, memoryUnderTest } from '@colloquy/testing';

describeMessaging('messaging in memory', async () => memoryUnderTest());
describeMessaging('messaging in memory, a cluster whose replicas lag', async () =>
  memoryUnderTest({ cluster: true, replicaLagMs: 30 }),
);
