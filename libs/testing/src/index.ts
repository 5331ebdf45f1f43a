/** Real servers on free ports, virtual time, exported port suites; for tests only. */
export { randomLog } from './random-log.ts';
export { ScriptedBackend, type Faults, type ScriptedCommand, type ScriptedSettings } from './scripted-backend.ts';
export { describeStore, type StoreUnderTest } from './store-suite.ts';
export { sampleHeader, sampleMessage } from './store-samples.ts';
export { describeFiles, type FilesUnderTest } from './files-suite.ts';
export { startTestS3, type TestS3 } from './s3-server.ts';
export { describeMessaging } from './messaging-suite.ts';
export type { MessagingUnderTest } from './messaging-under-test.ts';
export { memoryUnderTest } from './memory-under-test.ts';
export { seededIds, type SeededIds } from './seeded-ids.ts';
export { RecordingTracer, type RecordedSpan } from './recording-tracer.ts';
export { VirtualClock } from './virtual-clock.ts';
export { startTestNats, type TestNats, type TestNatsOptions } from './nats-server.ts';
export { natsUnderTest } from './nats-under-test.ts';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { systemClock, systemIds } from '@colloquy/service';
