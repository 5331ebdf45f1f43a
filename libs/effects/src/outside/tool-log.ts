/** Where what happens to servers is told: for the operator, never for a chat. */
export interface ToolLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
