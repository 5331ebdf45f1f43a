/** A collector for tests: takes OTLP over HTTP with JSON, as OpenTelemetry's exporter sends it, and keeps every span. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const valueSchema = z.looseObject({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  arrayValue: z.looseObject({ values: z.array(z.looseObject({ stringValue: z.string().optional() })) }).optional(),
});
const attributesSchema = z.array(z.object({ key: z.string(), value: valueSchema })).default([]);
const spanSchema = z.looseObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: attributesSchema,
  links: z.array(z.looseObject({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.looseObject({ code: z.number().optional() }).default({}),
});
const exportSchema = z.object({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes: attributesSchema }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(spanSchema) })),
    }),
  ),
});

/** A span as it came. */
export interface ReceivedSpan {
  readonly service: string;
  /** One for each process. */
  readonly instance: string;
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** When it began and ended, in ms since the epoch. */
  readonly begunAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

type Attributes = z.infer<typeof attributesSchema>;

function valueOf(value: z.infer<typeof valueSchema>): string | number | boolean | readonly string[] {
  if (value.arrayValue) return value.arrayValue.values.map(({ stringValue = '' }) => stringValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue);
}

const recordOf = (attributes: Attributes): ReceivedSpan['attributes'] =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));

const ms = (nanos: string): number => Number(BigInt(nanos) / 1000n) / 1000;

function spansIn(body: string): ReceivedSpan[] {
  const { resourceSpans } = exportSchema.parse(JSON.parse(body));
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const about = recordOf(resource.attributes);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service: String(about['service.name']),
        instance: String(about['service.instance.id']),
        name: span.name,
        kind: span.kind,
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        links: span.links,
        attributes: recordOf(span.attributes),
        begunAt: ms(span.startTimeUnixNano),
        endedAt: ms(span.endTimeUnixNano),
        failed: span.status.code === 2,
      })),
    );
  });
}

/** See the top of the file. */
export class OtlpReceiver {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to be. */
  readonly url: string;
  /** Everything that came, in order. */
  readonly spans: ReceivedSpan[] = [];
  /** The text of all that came, for what must not be in it. */
  readonly bodies: string[] = [];
  /** What could not be read. */
  readonly faults: unknown[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    server.on('request', (request, response) => {
      this.#take(request).then(
        () => response.setHeader('content-type', 'application/json').end('{}'),
        (error: unknown) => {
          this.faults.push(error);
          response.writeHead(400).end();
        },
      );
    });
  }

  static async open(): Promise<OtlpReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpReceiver(server);
  }

  /** The spans of a trace. */
  of(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    if (request.url !== '/v1/traces') throw new Error(`a post to ${String(request.url)}`);
    this.spans.push(...spansIn(body));
    this.bodies.push(body);
  }
}
