import mongoose, { type Connection, type ConnectOptions } from 'mongoose';
import { modelsOn, type Models } from './schemas.ts';
import { sortMongoError } from './sort-mongo-error.ts';

/** Where MongoDB is, and who asks. */
export interface StoreOptions {
  /** With the database in its path; `directConnection=true` for a single server. */
  readonly uri: string;
  /** Shown in the server's own logs. */
  readonly appName: string;
}

/** A server that is down or frozen must be noticed within about two seconds, so that callers can do without it. */
const ANSWER_MS = 1500;

/** Retries are the callers': they know what to do meanwhile, and every write of ours may be repeated. */
const OPTIONS: ConnectOptions = {
  serverSelectionTimeoutMS: ANSWER_MS,
  connectTimeoutMS: ANSWER_MS,
  waitQueueTimeoutMS: ANSWER_MS,
  heartbeatFrequencyMS: 2000,
  retryReads: false,
  retryWrites: false,
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  writeConcern: { w: 'majority', journal: true },
  readConcern: { level: 'majority' },
};

/**
 * A connection that is made when it is first needed, and again until it once succeeds; from then on the driver keeps
 * it. So a service starts while MongoDB is down.
 */
export class MongoConnection {
  readonly #options: StoreOptions;
  readonly #socketTimeoutMs: number;
  readonly #connection: Connection;
  readonly #models: Models;
  #opening: Promise<unknown> | undefined;

  constructor(options: StoreOptions, socketTimeoutMs: number) {
    this.#options = options;
    this.#socketTimeoutMs = socketTimeoutMs;
    this.#connection = mongoose.createConnection();
    this.#models = modelsOn(this.#connection);
  }

  /**
   * Does something with the models.
   * @throws StoreUnavailableError
   * @throws StoreRefusedError
   */
  async use<T>(work: (models: Models) => Promise<T>): Promise<T> {
    try {
      await this.#open();
      return await work(this.#models);
    } catch (error) {
      throw sortMongoError(error);
    }
  }

  /** @throws StoreUnavailableError when the server does not answer */
  async ping(): Promise<void> {
    await this.use(async () => this.#connection.db?.admin().command({ ping: 1 }));
  }

  /** Closes the connection for good. */
  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#connection.close();
  }

  async #open(): Promise<void> {
    this.#opening ??= this.#connection.openUri(this.#options.uri, {
      ...OPTIONS,
      appName: this.#options.appName,
      socketTimeoutMS: this.#socketTimeoutMs,
    });
    const opening = this.#opening;
    try {
      await opening;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }
}
