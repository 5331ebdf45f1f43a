import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { WorkflowFault } from './workflow-fault.ts';

/** Where in a YAML value: keys and indexes from the top. */
export type YamlPath = readonly (string | number)[];

/** A YAML file that still knows where each of its values stands. */
export interface YamlSource {
  /** As people know it: relative to the folder of workflows. */
  readonly file: string;
  /** The plain value; undefined when the file is not YAML. */
  readonly value: unknown;
  /** Faults of the YAML itself. */
  readonly faults: readonly WorkflowFault[];
  /** A fault at the value of `path`, or at the nearest value around it that is there. */
  fault(path: YamlPath, message: string): WorkflowFault;
  /** A fault so many characters inside the text at `path`, where the file has the text as it is. */
  faultInside(path: YamlPath, position: number, message: string): WorkflowFault;
  /** A fault at the key `path` ends with. */
  faultAtKey(path: YamlPath, message: string): WorkflowFault;
}

/** Reads YAML 1.2 and keeps the positions. Never throws on bad YAML: see `faults`. */
export function readYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string): WorkflowFault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), message };
  };
  const problems = [...document.errors, ...document.warnings];
  const found = problems.map((error) => at(error.pos[0], `not valid YAML: ${firstLine(error.message)}`));
  // The parser goes on after an error and may trip over the same line again.
  const faults = found.filter(({ line }, index) => found.findIndex((other) => other.line === line) === index);
  return {
    file,
    value: faults.length === 0 ? document.toJS() : undefined,
    faults,
    fault: (path, message) => at(offsetOf(document, path, false), message),
    faultInside: (path, position, message) => at(offsetInside({ document, text, path, position }), message),
    faultAtKey: (path, message) => at(offsetOf(document, path, true), message),
  };
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;

function offsetOf(document: Document, path: YamlPath, atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [depth, step] of path.entries()) {
    offset = startOf(node) ?? offset;
    const child = childOf(resolve(document, node), step);
    if (child === undefined) return offset;
    offset = startOf(child.key) ?? offset;
    if (atKey && depth === path.length - 1) return offset;
    node = child.value;
  }
  return startOf(node) ?? offset;
}

/** Where a character of a text stands in the file; its beginning, when escapes or folded lines make it another one there. */
function offsetInside(of: { document: Document; text: string; path: YamlPath; position: number }): number {
  const { document, text, path, position } = of;
  const start = offsetOf(document, path, false);
  const node: unknown = document.getIn(path, true);
  if (!isScalar(node) || typeof node.value !== 'string') return start;
  const found = text.slice(start, node.range?.[1]).indexOf(node.value);
  return found < 0 ? start : start + found + Math.min(position, node.value.length);
}

interface Child {
  readonly key: unknown;
  readonly value: unknown;
}

function childOf(node: unknown, step: string | number): Child | undefined {
  if (isSeq(node)) return { key: undefined, value: node.items[Number(step)] };
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(step));
}

const resolve = (document: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

function startOf(node: unknown): number | undefined {
  return isNode(node) ? rangeStart(node) : undefined;
}

const rangeStart = (node: Node): number | undefined => node.range?.[0];
