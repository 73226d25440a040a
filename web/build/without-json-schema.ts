import type { Plugin } from 'vite';

/** The part of zod that turns its schemas into JSON Schema. */
const MAKERS = /\/zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/;
const EXPORTED = /^export (?:const|function) (\w+)/gm;

/**
 * Every schema of zod drags in its conversion to JSON Schema. The page converts none: the editor completes from the
 * schema that ships. So the conversion's modules keep their names and lose their bodies.
 */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'overcontrol:without-json-schema',
    apply: 'build',
    transform: {
      filter: { id: MAKERS },
      handler: (code) => ({
        code: [
          ...[...code.matchAll(EXPORTED)].map(([, name]) => `export function ${name}() {}`),
          ...(code.includes('export { processSchema as process }') ? ['export { processSchema as process };'] : []),
        ].join('\n'),
        map: null,
      }),
    },
  };
}
