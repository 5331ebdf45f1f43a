import { MongoConnection, type StoreOptions } from './mongo-connection.ts';
import { MongoReader } from './mongo-reader.ts';
import { MongoWriter } from './mongo-writer.ts';
import type { ChatReader, ChatWriter } from './ports.ts';

/** A frozen server is noticed after this long, ms: who reads has a person waiting, who writes has batches. */
const READ_MS = 2000;
const WRITE_MS = 5000;

/** Something with a connection that must be closed. */
export interface Closable {
  close(): Promise<void>;
}

/** Opens the projections for writing: for the persistence service alone. Connects when first used. */
export function connectStore(options: StoreOptions): ChatWriter & Closable {
  return new MongoWriter(new MongoConnection(options, WRITE_MS));
}

/** Opens the projections for reading. Connects when first used. */
export function connectReader(options: StoreOptions): ChatReader & Closable {
  return new MongoReader(new MongoConnection(options, READ_MS));
}
