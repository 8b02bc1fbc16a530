import {
  descriptionKey,
  type PropertyType,
  taskProperties,
  type TaskObject,
  type TaskProperty,
} from './task-properties.ts';

type Schema = { readonly [key: string]: unknown };

/** A template or an alias in the place of a number or a boolean: what it gives is known only when it is rendered. */
const rendered = { type: 'string', pattern: String.raw`\{\{|\$` };
/** Numbers and booleans are taken as the text that is written (spec: task-yaml 1). */
const text = { type: ['string', 'number', 'boolean'] };

/**
 * The JSON Schema of task files (draft 7, which editors know best), for completion and hints while typing. It is a help and no
 * judge: a file that it refuses may be valid once it is rendered.
 * @param describe gives the words for a key of `descriptionKey`; without it there are none
 */
export function taskJsonSchema(describe?: (key: string) => string): object {
  const definitions = Object.fromEntries(
    (Object.keys(taskProperties) as TaskObject[])
      .filter((object) => object !== 'task')
      .map((object) => [object, objectSchema(object, describe)]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ACR task',
    ...objectSchema('task', describe),
    definitions,
  };
}

function objectSchema(object: TaskObject, describe: ((key: string) => string) | undefined): Schema {
  const properties = taskProperties[object];
  const required = properties.filter((property) => property.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map((each) => [each.name, propertySchema(object, each, describe)])),
    ...(required.length === 0 ? {} : { required }),
    ...(object === 'step' ? { oneOf: ['cmd', 'build', 'push'].map((name) => ({ required: [name] })) } : {}),
    // What begins with x- is the author's own: anchors stand there.
    ...(object === 'task' ? { patternProperties: { '^x-': {} } } : {}),
    additionalProperties: false,
  };
}

function propertySchema(
  object: TaskObject,
  property: TaskProperty,
  describe: ((key: string) => string) | undefined,
): Schema {
  return {
    ...(describe === undefined ? {} : { description: describe(descriptionKey(object, property)) }),
    ...typeSchema(property.type, property),
    ...(property.default === undefined ? {} : { default: property.default }),
  };
}

function typeSchema(type: PropertyType, { values, minimum }: TaskProperty): Schema {
  if (typeof type === 'object') {
    const reference = (object: TaskObject) => ({ $ref: `#/definitions/${object}` });
    return 'list' in type ? { type: 'array', items: reference(type.list) } : reference(type.object);
  }
  switch (type) {
    case 'text':
      return values === undefined ? text : { anyOf: [{ enum: values }, rendered] };
    case 'integer':
      return { anyOf: [{ type: 'integer', ...(minimum === undefined ? {} : { minimum }) }, rendered] };
    case 'boolean':
      return { anyOf: [{ type: 'boolean' }, rendered] };
    case 'texts':
      return { type: 'array', items: text };
    case 'integers':
      return { type: 'array', items: { anyOf: [{ type: 'integer' }, rendered] } };
    case 'textMap':
      return { type: 'object', additionalProperties: text };
  }
}
