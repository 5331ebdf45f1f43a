import { isToolError, ToolError } from '@colloquy/workflows';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';

/** True when a request surely had no effect: nobody listened, or the server does not know us any more. */
export function neverArrived(error: unknown): boolean {
  if (error instanceof StreamableHTTPError) return error.code === 404;
  return error instanceof Error && (error.message === 'Not connected' || causeCode(error) === 'ECONNREFUSED');
}

/** Answers to what nobody waits for any more, as the SDK tells of them; it gives them no type. */
const LATE = /^Received a (response for an unknown message ID|progress notification for an unknown token)/;

/** True when what the SDK complains of says nothing of the connection: something was written that is no message. */
export function isStray(error: Error): boolean {
  return ['SyntaxError', 'ZodError', '$ZodError', 'AbortError'].includes(error.name) || LATE.test(error.message);
}

const NO_ANSWERS: readonly number[] = [ErrorCode.ConnectionClosed, ErrorCode.RequestTimeout];

/** True when it is what a server said, were it that it does not know what was asked. */
export function isAnswer(error: unknown): boolean {
  return error instanceof McpError && !NO_ANSWERS.includes(error.code);
}

function causeCode({ cause }: Error): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}

const CLOSED: number = ErrorCode.ConnectionClosed;

/** What a model is told of a call that came to no answer. */
export function mcpFailure(error: unknown, { server, tool }: { server: string; tool: string }): unknown {
  if (isToolError(error)) return error;
  if (error instanceof McpError && error.code !== CLOSED) {
    return new ToolError(error.message.replace(/^MCP error -?\d+: /, ''));
  }
  if (error instanceof McpError) {
    return new ToolError(`The server "${server}" ended while ${tool} ran; it may have taken effect or not.`);
  }
  const status = error instanceof StreamableHTTPError && error.code !== undefined ? ` (status ${error.code})` : '';
  return new ToolError(`The server "${server}" cannot be reached${status}.`);
}
