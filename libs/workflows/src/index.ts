/** Loads and validates workflow folders; defineTool. */
export {};
