/** JSON Schemas that are none. */
import type { Json } from '@colloquy/contracts';
import { JSON_FORMATS, schemaAt } from '@colloquy/engine';
import type { WorkflowFault } from '../workflow-fault.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { isOutputSettings, outputSettings, type SchemaYaml } from '../yaml/agent.ts';
import type { YamlPath, YamlSource } from '../yaml-source.ts';
import type { SchemaFiles } from '../schema-files.ts';
import type { Check } from './check.ts';
import { didYouMean } from './did-you-mean.ts';
import { regexProblem } from './regex-problem.ts';

/** A schema and where it stands. */
export interface SchemaPlace {
  readonly path: YamlPath;
  readonly schema: SchemaYaml;
  /** Must it describe an object? */
  readonly object: boolean;
}

/** All schemas of a workflow.yaml. */
export function schemaPlaces(yaml: WorkflowYaml): SchemaPlace[] {
  return [
    ...yaml.agents.flatMap(({ output }, index): SchemaPlace[] => {
      if (output === undefined) return [];
      const path = ['agents', index, 'output', ...(isOutputSettings(output) ? ['schema'] : [])];
      return [{ path, schema: outputSettings(output).schema, object: false }];
    }),
    ...Object.entries(yaml.children).flatMap(([name, { input }]): SchemaPlace[] =>
      input === undefined ? [] : [{ path: ['children', name, 'input'], schema: input, object: true }],
    ),
  ];
}

/** Everything wrong with the schemas that the file writes out. */
export function schemaFaults({ yaml, source }: Check): WorkflowFault[] {
  return schemaPlaces(yaml).flatMap(({ path, schema, object }) => {
    if (typeof schema === 'string') return [];
    const faults = schemaFaultsAt(schema, path, source);
    if (faults.length > 0) return faults;
    return object && schema['type'] !== 'object'
      ? [source.fault(path, 'arguments are an object: begin with "type: object"')]
      : [];
  });
}

/** Everything wrong with the schemas that lie in files beside the workflow.yaml. */
export function schemaFileFaults(yaml: WorkflowYaml, source: YamlSource, files: SchemaFiles): WorkflowFault[] {
  return schemaPlaces(yaml).flatMap(({ path, schema, object }) => {
    if (typeof schema !== 'string') return [];
    const content = files.get(schema);
    if (content === undefined) return [source.fault(path, `there is no file "${schema}" beside this one`)];
    if ('problem' in content) return [source.fault(path, `"${schema}" ${content.problem}`)];
    const faults = schemaFaultsAt(content.value, [], pointing(source, path, schema));
    if (faults.length > 0 || !object || (isMap(content.value) && content.value['type'] === 'object')) return faults;
    return [source.fault(path, `arguments are an object: "${schema}" must begin with "type": "object"`)];
  });
}

/** Faults of a file, at the place that names it. */
function pointing(source: YamlSource, path: YamlPath, file: string): Faults {
  const fault = (inside: YamlPath, message: string): WorkflowFault =>
    source.fault(path, `"${file}"${inside.length === 0 ? '' : ` at ${inside.join('.')}`}: ${message}`);
  return { fault, faultAtKey: fault };
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const KEYWORDS = new Set(
  (
    '$schema $id $ref $defs definitions $comment title description default examples deprecated readOnly writeOnly ' +
    'type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf ' +
    'properties required additionalProperties patternProperties propertyNames minProperties maxProperties ' +
    'dependentRequired dependentSchemas items prefixItems contains minContains maxContains minItems maxItems uniqueItems ' +
    'anyOf oneOf allOf not if then else'
  ).split(' '),
);
/** Keywords of JSON Schema, older drafts too, that nothing here follows: a value would pass whatever they say. */
const NOT_FOLLOWED = new Map([
  ['unevaluatedProperties', 'use "additionalProperties"'],
  ['unevaluatedItems', 'use "items" beside "prefixItems"'],
  ['additionalItems', 'use "items" beside "prefixItems"'],
  ['dependencies', 'use "dependentRequired" or "dependentSchemas"'],
  ['id', 'use "$id"'],
  ...['$dynamicRef', '$recursiveRef'].map((key): [string, string] => [key, 'use "$ref"']),
  ...['$anchor', '$dynamicAnchor', '$recursiveAnchor'].map((key): [string, string] => [key, 'use "$defs" and "$ref"']),
  ['$vocabulary', 'remove it'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema'].map((key): [string, string] => [
    key,
    'say it in the "description"',
  ]),
]);
const MAPS_OF_SCHEMAS = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas'];
const LISTS_OF_SCHEMAS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const SCHEMAS = ['items', 'additionalProperties', 'contains', 'not', 'if', 'then', 'else', 'propertyNames'];

type Faults = Pick<YamlSource, 'fault' | 'faultAtKey'>;
type Map = Readonly<Record<string, Json>>;

const isMap = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything wrong with a whole schema that stands at `path`. */
export function schemaFaultsAt(schema: Json, path: YamlPath, source: Faults): WorkflowFault[] {
  return [...faultsIn(schema, path, source), ...referenceFaults(schema, { root: schema, path, source })];
}

/** A reference that cannot be followed would forbid nothing. */
function referenceFaults(
  schema: Json,
  { root, path, source }: { root: Json; path: YamlPath; source: Faults },
): WorkflowFault[] {
  if (!isMap(schema)) return [];
  const inner = within(schema, path).flatMap(([each, at]) => referenceFaults(each, { root, path: at, source }));
  const ref = schema['$ref'];
  if (ref === undefined || (typeof ref === 'string' && schemaAt(root, ref) !== undefined)) return inner;
  const message = `"${plain(ref)}" leads nowhere: a reference is "#", or "#/" and a place in this same schema, such as "#/$defs/name"`;
  return [source.fault([...path, '$ref'], message), ...inner];
}

function faultsIn(schema: Json, path: YamlPath, source: Faults): WorkflowFault[] {
  if (typeof schema === 'boolean') return [];
  if (!isMap(schema)) return [source.fault(path, 'must be a JSON Schema: a map')];
  return [
    ...Object.keys(schema)
      .filter((key) => !KEYWORDS.has(key) && !key.startsWith('x-'))
      .map((key) => source.faultAtKey([...path, key], unknownKeyword(key))),
    ...ignoredFaults(schema, path, source),
    ...typeFault(schema, path, source),
    ...formatFault(schema, path, source),
    ...requiredFaults(schema, path, source),
    ...patternFault(schema, path, source),
    ...within(schema, path).flatMap(([inner, at]) => faultsIn(inner, at, source)),
  ];
}

/** Keywords that do nothing without another one. */
const NEEDS: readonly (readonly [string, string])[] = [
  ['then', 'if'],
  ['else', 'if'],
  ['minContains', 'contains'],
  ['maxContains', 'contains'],
];

function ignoredFaults(schema: Map, path: YamlPath, source: Faults): WorkflowFault[] {
  return NEEDS.filter(([key, other]) => key in schema && !(other in schema)).map(([key, other]) =>
    source.faultAtKey([...path, key], `"${key}" does nothing without "${other}"`),
  );
}

function formatFault({ format }: Map, path: YamlPath, source: Faults): WorkflowFault[] {
  if (format === undefined || (typeof format === 'string' && JSON_FORMATS.includes(format))) return [];
  const known = `formats: ${JSON_FORMATS.join(', ')}; or use "pattern"`;
  return [
    source.fault(
      [...path, 'format'],
      `"${plain(format)}" is not followed here${didYouMean(plain(format), JSON_FORMATS)}; ${known}`,
    ),
  ];
}

function unknownKeyword(key: string): string {
  const instead = NOT_FOLLOWED.get(key);
  return instead === undefined
    ? `"${key}" is no keyword of JSON Schema${didYouMean(key, KEYWORDS)}`
    : `"${key}" of JSON Schema is not followed here: ${instead}`;
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function typeFault({ type }: Map, path: YamlPath, source: Faults): WorkflowFault[] {
  if (type === undefined) return [];
  const types = Array.isArray(type) ? type : [type];
  return types
    .filter((name) => typeof name !== 'string' || !TYPES.includes(name))
    .map((name) =>
      source.fault(
        [...path, 'type'],
        `"${plain(name)}" is no type of JSON Schema${didYouMean(plain(name), TYPES)}; types: ${TYPES.join(', ')}`,
      ),
    );
}

function requiredFaults({ required, properties }: Map, path: YamlPath, source: Faults): WorkflowFault[] {
  if (required === undefined) return [];
  if (!Array.isArray(required)) return [source.fault([...path, 'required'], '"required" must be a list of names')];
  if (!isMap(properties)) return [];
  return required.flatMap((name, index) =>
    typeof name === 'string' && Object.hasOwn(properties, name)
      ? []
      : [
          source.fault(
            [...path, 'required', index],
            `there is no property "${plain(name)}"${didYouMean(plain(name), Object.keys(properties))}`,
          ),
        ],
  );
}

function patternFault({ pattern }: Map, path: YamlPath, source: Faults): WorkflowFault[] {
  if (typeof pattern !== 'string') return [];
  const problem = regexProblem(pattern, 'u');
  return problem === undefined ? [] : [source.fault([...path, 'pattern'], `is no regular expression: ${problem}`)];
}

/** The schemas inside of a schema. */
function within(schema: Map, path: YamlPath): [Json, YamlPath][] {
  const inMaps = MAPS_OF_SCHEMAS.flatMap((key) => {
    const map = schema[key];
    return isMap(map)
      ? Object.entries(map).map(([name, inner]): [Json, YamlPath] => [inner, [...path, key, name]])
      : [];
  });
  const inLists = LISTS_OF_SCHEMAS.flatMap((key) => {
    const list = schema[key];
    return Array.isArray(list) ? list.map((inner, index): [Json, YamlPath] => [inner, [...path, key, index]]) : [];
  });
  const single = SCHEMAS.flatMap((key): [Json, YamlPath][] => {
    const inner = schema[key];
    return inner === undefined ? [] : [[inner, [...path, key]]];
  });
  return [...inMaps, ...inLists, ...single];
}
